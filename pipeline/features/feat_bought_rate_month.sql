with
bounds as (
  select min(p_ym) - 22 as from_ym, max(p_ym) as to_ym from feat_subject
),
-- Only those whose stock and cost are known can be controlled; the lines of all others need not be read.
buyers as (
  select t.taxpayer_key
  from feat_taxpayer as t
  where t.vat_status_resolved = 'general'
    and exists (select 1 from list_goods_sections as g where g.section = t.industry_section)
    and exists (select 1 from balance_sheets as b where b.taxpayer_key = t.taxpayer_key)
    and exists (select 1 from income_statements as i where i.taxpayer_key = t.taxpayer_key)
),
freight as (
  select f.prefix from list_freight_codes as f cross join run_context as c where c.as_of between f.from_on and f.to_on
),
codes as (
  select g.goods_code,
    case when g.is_goods then 'goods' when g.is_capital and substr(g.goods_code, 1, 1) = '1' then 'capital goods' when g.is_capital then 'capital'
      when exists (select 1 from freight as f where substr(g.goods_code, 1, length(f.prefix)) = f.prefix) then 'freight'
      when substr(g.goods_code, 1, 1) = '3' then 'service' else 'other' end as line_kind
  from feat_goods_code as g
),
-- Tax over amount tells the rate of a line that names none; rounding to a cent does not reach the second decimal.
lines as (
  select l.buyer_key, l.ym, coalesce(k.line_kind, 'other') as line_kind, l.signed_amount, l.signed_tax,
    case when l.tax_rate between 0 and 1 then cast(l.tax_rate as decimal(4,2))
      when abs(l.signed_tax) < abs(l.signed_amount) then cast({{ratio(abs(l.signed_tax), abs(l.signed_amount))}} as decimal(4,2)) end as rate
  from invoice_lines as l
  cross join bounds as b
  join buyers as u on u.taxpayer_key = l.buyer_key
  left join codes as k on k.goods_code = l.goods_code
  where l.ym between b.from_ym and b.to_ym and l.doc_status <> 'void'
)
select
  cast(buyer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(line_kind as string) as line_kind,
  cast(coalesce(rate, 0) as decimal(9,6)) as rate,
  cast(sum(signed_amount) as decimal(18,2)) as amount_yuan,
  cast(sum(coalesce(signed_tax, 0)) as decimal(18,2)) as tax_yuan
from lines
group by buyer_key, ym, line_kind, coalesce(rate, 0)
