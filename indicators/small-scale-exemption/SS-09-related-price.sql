with
tested as (
  select r.buyer_key, r.seller_key, r.amount_yuan, r.comparable_yuan, r.price_ratio, r.markup_ratio, r.comparable_yuan >= p.comparable_share_minimum * r.amount_yuan as is_comparable,
    s.subject_no
  from ring_related_pair as r
  join feat_subject as s on s.taxpayer_key = r.buyer_key
  join params as p on p.subject_no = s.subject_no
),
-- A small-scale taxpayer may buy from several: the lowest price and the greatest markup of the pairs that can be compared.
bought as (
  select subject_no, count(*) as pair_count, sum(case when is_comparable then 1 else 0 end) as comparable_count, sum(amount_yuan) as amount_yuan,
    min(case when is_comparable then price_ratio end) as price_ratio, max(case when is_comparable then markup_ratio end) as markup_ratio
  from tested
  group by subject_no
),
linked as (
  select s.subject_no, min(r.price_ratio) as price_ratio, max(r.markup_ratio) as markup_ratio, sum(r.amount_yuan) as amount_yuan
  from ring_related_pair as r
  join feat_subject as s on s.taxpayer_key = r.seller_key
  join params as p on p.subject_no = s.subject_no
  where r.comparable_yuan >= p.comparable_share_minimum * r.amount_yuan and (r.price_ratio < p.price_ratio_minimum or r.markup_ratio > p.markup_ratio_maximum)
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.vat_status_resolved = 'small' or l.subject_no is not null then null else 'A_STATUS' end as string) as not_applicable,
  cast(case
    when l.subject_no is not null then null
    when d.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
    when not c.has_key then 'N_NO_ROWS'
    when b.pair_count > 0 and b.comparable_count = 0 then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(coalesce(b.price_ratio, l.price_ratio) as double) as price_ratio,
  cast(coalesce(b.markup_ratio, l.markup_ratio) as double) as markup_ratio,
  cast(coalesce(b.amount_yuan, l.amount_yuan) as decimal(18,2)) as amount_yuan,
  cast(t.vat_status_resolved = 'small' as boolean) as is_buyer,
  cast(r.p_ym - 11 as integer) as window_from_ym,
  cast(r.p_ym as integer) as window_to_ym
from feat_subject as s
cross join run_context as r
join params as p on p.subject_no = s.subject_no
join feat_declared as d on d.subject_no = s.subject_no
join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join ring_cluster as c on c.subject_no = s.subject_no
left join bought as b on b.subject_no = s.subject_no
left join linked as l on l.subject_no = s.subject_no and t.vat_status_resolved = 'general'
