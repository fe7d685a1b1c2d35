with
rules as (
  select r.ratio_coverage_share
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
tables as (
  select max(case when table_name = 'input_uses' and is_delivered then 1 else 0 end) as has_uses,
    max(case when table_name = 'input_uses' then from_ym end) as uses_from_ym,
    max(case when table_name = 'other_vouchers' and is_delivered then 1 else 0 end) as has_vouchers,
    max(case when table_name = 'vat_return_schedule2' and is_delivered then 1 else 0 end) as has_schedule2
  from delivered_tables
),
-- Each claim in its own lane; a lane claimed outside its dates keeps its own rule.
lanes as (
  select s.subject_no, l.ratio_from_ym,
    row_number() over (
      partition by s.subject_no
      order by case when s.rule_on between l.from_on and l.to_on then 0 else 1 end asc nulls last, l.from_on desc nulls last
    ) as best_first
  from feat_subject as s
  join list_lane_rules as l on l.lane = s.lane
),
claims as (
  select s.subject_no, s.taxpayer_key, s.claim_ym, s.applied_on,
    greatest(coalesce(l.ratio_from_ym, {{idiv(s.claim_ym, 12)}} * 12), coalesce(t.general_from_ym, t.registered_ym, 0)) as from_ym
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join lanes as l on l.subject_no = s.subject_no and l.best_first = 1
  where s.has_claim
),
returns as (
  select k.subject_no, sum(r.input_tax_m12) as input_tax, sum(r.span_months) as covered_months
  from claims as k
  join feat_return_month as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.claim_ym
  group by k.subject_no
),
schedules as (
  select k.subject_no, sum(r.r01_tax_yuan + r.r05_tax_yuan + r.r07_tax_yuan + r.r08b_tax_yuan) as numerator
  from claims as k
  join feat_schedule2_month as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.claim_ym
  group by k.subject_no
),
confirmed as (
  select k.subject_no, sum(u.effective_tax) as numerator
  from claims as k
  join input_uses as u on u.taxpayer_key = k.taxpayer_key and u.ym between k.from_ym and k.claim_ym
  join list_numerator_vouchers as v on v.voucher = u.invoice_kind and k.applied_on between v.from_on and v.to_on
  where u.purpose = 'deduct'
  group by k.subject_no
),
vouchers as (
  select k.subject_no, sum(o.tax) as numerator
  from claims as k
  join other_vouchers as o on o.taxpayer_key = k.taxpayer_key and o.ym between k.from_ym and k.claim_ym
  join list_numerator_vouchers as v on v.voucher = o.voucher_type and k.applied_on between v.from_on and v.to_on
  where coalesce(o.is_deducted, true)
    and (o.voucher_type <> 'customs' or coalesce(o.match_status, 'pending') not in ('mismatched', 'missing'))
  group by k.subject_no
),
routed as (
  select k.subject_no, k.from_ym, k.claim_ym, r.input_tax, coalesce(r.covered_months, 0) as covered_months,
    coalesce(r.covered_months, 0) >= g.ratio_coverage_share * (k.claim_ym - k.from_ym + 1) as is_covered,
    case
      when t.has_uses = 1 and t.has_vouchers = 1 and t.uses_from_ym <= k.from_ym + 1 then 'vouchers'
      when t.has_schedule2 = 1 and s.numerator is not null then 'form'
    end as route,
    coalesce(c.numerator, 0) + coalesce(v.numerator, 0) as voucher_numerator, s.numerator as form_numerator
  from claims as k
  cross join tables as t
  cross join rules as g
  left join returns as r on r.subject_no = k.subject_no
  left join schedules as s on s.subject_no = k.subject_no
  left join confirmed as c on c.subject_no = k.subject_no
  left join vouchers as v on v.subject_no = k.subject_no
),
chosen as (
  select q.*, case when q.route = 'vouchers' then q.voucher_numerator else q.form_numerator end as numerator
  from routed as q
)
select
  cast(subject_no as integer) as subject_no,
  cast(route as string) as route,
  cast(from_ym as integer) as from_ym,
  cast(claim_ym as integer) as to_ym,
  cast(covered_months as integer) as covered_months,
  cast(is_covered as boolean) as is_covered,
  cast(numerator as decimal(18,2)) as numerator_tax_yuan,
  cast(input_tax as decimal(18,2)) as input_tax_yuan,
  cast(case when is_covered and route is not null and input_tax > 0
    then greatest(0e0, least(1e0, {{ratio(numerator, input_tax)}})) end as double) as input_ratio
from chosen
