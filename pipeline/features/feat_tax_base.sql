with
subjects as (
  -- Stamp tax is filed by quarter: its twelve months end with the last quarter that is due.
  select subject_no, taxpayer_key, p_ym, p_ym - mod(p_ym + 1, 3) as quarter_ym from feat_subject where is_primary
),
filed as (
  select s.subject_no, count(*) as row_count,
    sum(case when f.tax_item = 'urban_construction' and f.ym > s.p_ym - 12 then f.tax_base end) as urban_base,
    sum(case when f.tax_item = 'education' and f.ym > s.p_ym - 12 then f.tax_base end) as education_base,
    sum(case when f.tax_item = 'local_education' and f.ym > s.p_ym - 12 then f.tax_base end) as local_base,
    sum(case when f.tax_item = 'stamp' and f.ym > s.quarter_ym - 12 and f.ym <= s.quarter_ym then coalesce(f.base_parts, f.tax_base) end) as stamp_base,
    sum(case when f.tax_item = 'property' and f.ym > s.p_ym - 12 then 1 else 0 end) as property_count,
    sum(case when f.tax_item = 'property' and f.ym > s.p_ym - 12 then f.tax_base end) as property_base
  from subjects as s
  join feat_six_tax as f on f.taxpayer_key = s.taxpayer_key and f.ym between s.quarter_ym - 11 and s.p_ym
  group by s.subject_no
),
paid as (
  select taxpayer_key, ym, tax_total_m24 as tax_yuan from feat_return_month
  union all
  select taxpayer_key, ym, tax_total_q20 as tax_yuan from feat_small_month
),
vat as (
  select s.subject_no, sum(p.tax_yuan) as tax_yuan, count(p.tax_yuan) as period_count
  from subjects as s
  join paid as p on p.taxpayer_key = s.taxpayer_key and p.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
),
-- Refunds of retained credit are taken off the base of the surcharges after they were paid.
refunds as (
  select s.subject_no, sum(coalesce(a.paid_amount, 0) - coalesce(a.repaid_amount, 0)) as refunded_yuan
  from subjects as s
  join refund_applications as a on a.taxpayer_key = s.taxpayer_key and {{ym(a.paid_on)}} between s.p_ym - 23 and s.p_ym
  group by s.subject_no
),
sold as (
  select s.subject_no, sum(m.amount_yuan) as amount_yuan
  from subjects as s
  join feat_seller_month as m on m.seller_key = s.taxpayer_key and m.ym between s.quarter_ym - 11 and s.quarter_ym
  group by s.subject_no
),
bought as (
  select s.subject_no, sum(m.amount_yuan) as amount_yuan
  from subjects as s
  join feat_buyer_month as m on m.buyer_key = s.taxpayer_key and m.ym between s.quarter_ym - 11 and s.quarter_ym
  group by s.subject_no
),
-- Purchase and sale contracts bear stamp tax: the part of goods among the lines of the year, all of it where no lines are known.
goods as (
  select g.subject_no,
    {{ratio(sum(case when g.side = 'sold' and substr(g.code7, 1, 1) = '1' then g.w12_amount_yuan else 0 end),
      sum(case when g.side = 'sold' then g.w12_amount_yuan else 0 end))}} as sold_share,
    {{ratio(sum(case when g.side = 'bought' and substr(g.code7, 1, 1) = '1' then g.w12_amount_yuan else 0 end),
      sum(case when g.side = 'bought' then g.w12_amount_yuan else 0 end))}} as bought_share
  from feat_goods_side as g
  group by g.subject_no
),
rent_goods as (
  select distinct g.goods_code
  from feat_goods_code as g
  join list_rent_codes as r on substr(g.goods_code, 1, length(r.prefix)) = r.prefix
),
rents as (
  select s.subject_no, sum(l.signed_amount) as rent_yuan
  from invoice_lines as l
  join rent_goods as g on g.goods_code = l.goods_code
  join subjects as s on s.taxpayer_key = l.seller_key and l.ym between s.p_ym - 11 and s.p_ym
  where l.doc_status <> 'void'
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(coalesce(f.row_count, 0) as integer) as filing_count,
  cast(case when v.period_count > 0 then greatest(0, v.tax_yuan - coalesce(r.refunded_yuan, 0)) end as decimal(18,2)) as vat_paid_yuan,
  cast(coalesce(f.urban_base, 0) as decimal(18,2)) as urban_base_yuan,
  cast(coalesce(f.education_base, 0) as decimal(18,2)) as education_base_yuan,
  cast(coalesce(f.local_base, 0) as decimal(18,2)) as local_education_base_yuan,
  cast(s.quarter_ym as integer) as stamp_to_ym,
  cast(coalesce(f.stamp_base, 0) as decimal(18,2)) as stamp_base_yuan,
  cast(coalesce(cast(o.amount_yuan as double) * coalesce(g.sold_share, 1), 0) + coalesce(cast(b.amount_yuan as double) * coalesce(g.bought_share, 1), 0)
    as decimal(18,2)) as stamp_trade_yuan,
  cast(coalesce(n.rent_yuan, 0) as decimal(18,2)) as rent_yuan,
  cast(coalesce(f.property_count, 0) as integer) as property_count,
  cast(coalesce(f.property_base, 0) as decimal(18,2)) as property_base_yuan
from subjects as s
left join filed as f on f.subject_no = s.subject_no
left join vat as v on v.subject_no = s.subject_no
left join refunds as r on r.subject_no = s.subject_no
left join sold as o on o.subject_no = s.subject_no
left join bought as b on b.subject_no = s.subject_no
left join goods as g on g.subject_no = s.subject_no
left join rents as n on n.subject_no = s.subject_no
