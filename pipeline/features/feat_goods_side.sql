with
subjects as (
  select subject_no, taxpayer_key, p_ym from feat_subject
),
earliest as (
  select min(p_ym) - 11 as ym from feat_subject
),
bought as (
  select l.buyer_key as taxpayer_key, l.ym, l.goods_code, l.signed_amount, l.signed_tax
  from invoice_lines as l
  cross join run_context as c
  cross join earliest as e
  where l.buyer_key <= c.taxpayer_count and l.ym >= e.ym and l.doc_status <> 'void'
),
sold as (
  select l.seller_key as taxpayer_key, l.ym, l.goods_code, l.signed_amount, l.signed_tax
  from invoice_lines as l
  cross join run_context as c
  cross join earliest as e
  where l.seller_key <= c.taxpayer_count and l.ym >= e.ym and l.doc_status <> 'void'
    and coalesce(l.invoice_kind, '') <> 'agri_purchase'
),
bought_codes as (
  select s.subject_no, 'bought' as side, g.code7, g.is_goods, g.is_capital, g.is_processing, count(*) as line_count,
    sum(case when b.ym > s.p_ym - 6 then b.signed_amount end) as w6_amount_yuan,
    sum(b.signed_amount) as w12_amount_yuan, sum(b.signed_tax) as w12_tax_yuan,
    sum(case when b.signed_tax = 0 then b.signed_amount end) as w12_untaxed_yuan
  from bought as b
  join subjects as s on s.taxpayer_key = b.taxpayer_key and b.ym between s.p_ym - 11 and s.p_ym
  left join feat_goods_code as g on g.goods_code = b.goods_code
  group by s.subject_no, g.code7, g.is_goods, g.is_capital, g.is_processing
),
sold_codes as (
  select s.subject_no, 'sold' as side, g.code7, g.is_goods, g.is_capital, g.is_processing, count(*) as line_count,
    sum(case when b.ym > s.p_ym - 6 then b.signed_amount end) as w6_amount_yuan,
    sum(b.signed_amount) as w12_amount_yuan, sum(b.signed_tax) as w12_tax_yuan,
    sum(case when b.signed_tax = 0 then b.signed_amount end) as w12_untaxed_yuan
  from sold as b
  join subjects as s on s.taxpayer_key = b.taxpayer_key and b.ym between s.p_ym - 11 and s.p_ym
  left join feat_goods_code as g on g.goods_code = b.goods_code
  group by s.subject_no, g.code7, g.is_goods, g.is_capital, g.is_processing
),
sides as (
  select * from bought_codes
  union all
  select * from sold_codes
)
select
  cast(subject_no as integer) as subject_no,
  cast(side as string) as side,
  cast(coalesce(code7, '') as string) as code7,
  cast(coalesce(is_goods, false) as boolean) as is_goods,
  cast(coalesce(is_capital, false) as boolean) as is_capital,
  cast(coalesce(is_processing, false) as boolean) as is_processing,
  cast(line_count as integer) as line_count,
  cast(coalesce(w6_amount_yuan, 0) as decimal(18,2)) as w6_amount_yuan,
  cast(w12_amount_yuan as decimal(18,2)) as w12_amount_yuan,
  cast(coalesce(w12_tax_yuan, 0) as decimal(18,2)) as w12_tax_yuan,
  cast(coalesce(w12_untaxed_yuan, 0) as decimal(18,2)) as w12_untaxed_yuan
from sides
