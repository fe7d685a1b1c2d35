with
codes as (
  select g.goods_code
  from feat_goods_code as g
  join list_five_pct_codes as f on substr(g.goods_code, 1, length(f.prefix)) = f.prefix
  group by g.goods_code
),
small_sellers as (
  select taxpayer_key, case when vat_status_resolved = 'small' then 999999 else coalesce(general_from_ym, 0) end as until_ym
  from feat_taxpayer
  where vat_status_resolved = 'small' or general_from_ym is not null
)
select
  cast(l.invoice_no as integer) as invoice_no,
  cast(l.line_no as integer) as line_no,
  cast(l.seller_key as integer) as taxpayer_key,
  cast(l.ym as integer) as ym,
  cast(l.signed_amount as decimal(18,2)) as amount_yuan
from invoice_lines as l
join codes as c on c.goods_code = l.goods_code
join small_sellers as s on s.taxpayer_key = l.seller_key and l.ym < s.until_ym
join invoices as i on i.invoice_no = l.invoice_no
where l.doc_status = 'normal' and l.tax_rate = 0.01 and i.status <> 'reversed'
  and not exists (select 1 from invoices as r where r.doc_status = 'red' and r.blue_invoice_no = l.invoice_no)
