with
sold as (
  select s.subject_no,
    sum(case when m.ym > s.p_ym - 3 then m.amount_yuan end) as amount_w3,
    sum(case when m.ym > s.p_ym - 6 then m.amount_yuan end) as amount_w6,
    sum(m.amount_yuan) as amount_w12,
    sum(case when m.ym > s.p_ym - 3 then m.normal_amount_yuan end) as normal_amount_w3,
    sum(case when m.ym > s.p_ym - 3 then m.normal_count end) as normal_count_w3,
    sum(case when m.ym > s.p_ym - 3 then m.red_prior_amount_yuan end) as red_prior_amount_w3
  from feat_subject as s
  join feat_seller_month as m on m.seller_key = s.taxpayer_key and m.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
),
-- Summed from the invoices at once: one group per subject instead of one per month.
bought as (
  select s.subject_no,
    sum(case when i.ym > s.p_ym - 3 then i.signed_amount end) as amount_w3,
    sum(case when i.ym > s.p_ym - 6 then i.signed_amount end) as amount_w6,
    sum(i.signed_amount) as amount_w12,
    sum(i.signed_tax) as tax_w12
  from feat_subject as s
  join invoices as i on i.buyer_key = s.taxpayer_key and i.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(coalesce(o.amount_w3, 0) as decimal(18,2)) as sold_w3_yuan,
  cast(coalesce(o.amount_w6, 0) as decimal(18,2)) as sold_w6_yuan,
  cast(coalesce(o.amount_w12, 0) as decimal(18,2)) as sold_w12_yuan,
  cast(coalesce(o.normal_amount_w3, 0) as decimal(18,2)) as sold_normal_w3_yuan,
  cast(coalesce(o.normal_count_w3, 0) as integer) as sold_normal_count_w3,
  cast(coalesce(o.red_prior_amount_w3, 0) as decimal(18,2)) as red_prior_w3_yuan,
  cast(case when o.normal_amount_w3 > 0 then {{ratio(o.red_prior_amount_w3, o.normal_amount_w3)}} end as double) as red_prior_share_w3,
  cast(coalesce(b.amount_w3, 0) as decimal(18,2)) as bought_w3_yuan,
  cast(coalesce(b.amount_w6, 0) as decimal(18,2)) as bought_w6_yuan,
  cast(coalesce(b.amount_w12, 0) as decimal(18,2)) as bought_w12_yuan,
  cast(coalesce(b.tax_w12, 0) as decimal(18,2)) as bought_tax_w12_yuan
from feat_subject as s
left join sold as o on o.subject_no = s.subject_no
left join bought as b on b.subject_no = s.subject_no
