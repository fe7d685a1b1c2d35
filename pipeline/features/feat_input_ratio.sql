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
  select s.subject_no, s.taxpayer_key, s.claim_ym, s.applied_on, s.claimed_ratio, s.claimed_amount_yuan,
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
-- The form route: only periods with both return and schedule, so that numerator and denominator cover the same months.
rows_counted as (
  select k.subject_no, max(case when n.row_no = '1' and n.is_counted then 1 else 0 end) as counts_01,
    max(case when n.row_no = '5' and n.is_counted then 1 else 0 end) as counts_05, max(case when n.row_no = '7' and n.is_counted then 1 else 0 end) as counts_07,
    max(case when n.row_no = '8b' and n.is_counted then 1 else 0 end) as counts_08b, max(case when n.row_no = '11' and n.is_counted then 1 else 0 end) as counts_11
  from claims as k
  join list_numerator_rows as n on k.applied_on between n.from_on and n.to_on
  group by k.subject_no
),
scheduled as (
  select k.subject_no, m.input_tax_m12, m.span_months, n.counts_01 * r.r01_tax_yuan + n.counts_05 * r.r05_tax_yuan + n.counts_07 * r.r07_tax_yuan
    + n.counts_08b * r.r08b_tax_yuan + n.counts_11 * r.r11_tax_yuan as counted_tax
  from claims as k
  join rows_counted as n on n.subject_no = k.subject_no
  join feat_schedule2_month as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.claim_ym
  join feat_return_month as m on m.taxpayer_key = k.taxpayer_key and m.ym = r.ym
),
schedules as (
  select subject_no, sum(counted_tax) as numerator, sum(input_tax_m12) as input_tax, sum(span_months) as covered_months
  from scheduled
  where counted_tax is not null
  group by subject_no
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
  select k.subject_no, k.from_ym, k.claim_ym, k.claimed_ratio, k.claimed_amount_yuan, g.ratio_coverage_share, r.input_tax, r.covered_months,
    case
      when t.has_uses = 1 and t.has_vouchers = 1 and t.uses_from_ym <= k.from_ym + 1 then 'vouchers'
      when t.has_schedule2 = 1 and s.numerator is not null then 'form'
    end as route,
    coalesce(c.numerator, 0) + coalesce(v.numerator, 0) as voucher_numerator,
    s.numerator as form_numerator, s.input_tax as form_input_tax, s.covered_months as form_months
  from claims as k
  cross join tables as t
  cross join rules as g
  left join returns as r on r.subject_no = k.subject_no
  left join schedules as s on s.subject_no = k.subject_no
  left join confirmed as c on c.subject_no = k.subject_no
  left join vouchers as v on v.subject_no = k.subject_no
),
chosen as (
  select q.subject_no, q.from_ym, q.claim_ym, q.route, q.claimed_ratio, q.claimed_amount_yuan, q.ratio_coverage_share,
    case when q.route = 'vouchers' then q.voucher_numerator else q.form_numerator end as numerator,
    case when q.route = 'form' then q.form_input_tax else q.input_tax end as input_tax,
    coalesce(case when q.route = 'form' then q.form_months else q.covered_months end, 0) as covered_months
  from routed as q
),
computed as (
  select c.*, c.covered_months >= c.ratio_coverage_share * (c.claim_ym - c.from_ym + 1) as is_covered,
    case when c.covered_months >= c.ratio_coverage_share * (c.claim_ym - c.from_ym + 1) and c.route is not null and c.input_tax > 0
      then greatest(0e0, least(1e0, {{ratio(c.numerator, c.input_tax)}})) end as input_ratio
  from chosen as c
),
-- Six decimals, as the ratio is claimed: a deviation of exactly one percent must not exceed one percent.
compared as (
  select c.*, cast(c.claimed_ratio as decimal(9,6)) - cast(c.input_ratio as decimal(9,6)) as deviation
  from computed as c
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
  cast(input_ratio as double) as input_ratio,
  cast(deviation as decimal(9,6)) as deviation_ratio,
  cast(cast(claimed_amount_yuan as double) * {{ratio(deviation, claimed_ratio)}} as decimal(18,2)) as loss_yuan
from compared
