with
claims as (
  select s.subject_no, s.taxpayer_key, s.lane as claimed_lane, s.applied_on, s.claim_ym, r.operating_months_least, r.return_cover_least, r.code_cover_least,
    coalesce(t.industry_3, t.industry_2, t.industry_section) as industry,
    s.claim_ym - t.registered_ym + case when day(t.registered_on) = 1 then 1 else 0 end as operating_months,
    greatest(s.claim_ym - r.window_months + 1, coalesce(t.registered_ym, 0)) as from_ym,
    greatest(0, least(r.window_months, coalesce(s.claim_ym - t.registered_ym, r.window_months))) as expected_months
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join list_lane_share_rules as r on s.applied_on between r.from_on and r.to_on
  where s.has_claim
),
periods as (
  select k.subject_no, c.ym, c.span_months, c.sales_declared_yuan
  from claims as k
  join feat_claim_return as c on c.subject_no = k.subject_no and c.ym between k.from_ym and k.claim_ym and c.is_sales_delivered
  union all
  select k.subject_no, m.ym, m.span_months, m.sales_declared_yuan
  from claims as k
  join feat_small_month as m on m.taxpayer_key = k.taxpayer_key and m.ym between k.from_ym and k.claim_ym
),
declared as (
  select k.subject_no, max(case when p.ym = k.claim_ym then 1 else 0 end) as has_last, sum(p.span_months) as covered_months,
    sum(p.sales_declared_yuan) as sales_yuan
  from claims as k
  join periods as p on p.subject_no = k.subject_no
  group by k.subject_no
),
deducted as (
  select k.subject_no, sum(r.deduction_net_yuan) as deduction_yuan
  from claims as k
  join feat_schedule1_rate as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.claim_ym
  group by k.subject_no
),
invoiced as (
  select k.subject_no, sum(m.amount_yuan - m.untaxed_amount_yuan) as invoiced_yuan
  from claims as k
  join feat_seller_month as m on m.seller_key = k.taxpayer_key and m.ym between k.from_ym and k.claim_ym
  group by k.subject_no
),
coded as (
  select subject_no, sum(case when is_sale then amount_yuan else 0 end) as lines_yuan,
    sum(case when is_sale and industry is not null then amount_yuan else 0 end) as mapped_yuan,
    sum(case when is_presale then amount_yuan else 0 end) as presale_yuan
  from feat_claim_goods
  group by subject_no
),
spans as (
  select lane, min(from_on) as first_on, max(to_on) as last_on from list_lane_industries group by lane
),
-- Every lane with industries on the day, and the lane claimed: outside its dates by its first or last industries.
lanes as (
  select k.subject_no, k.industry, l.lane, least(greatest(k.applied_on, l.first_on), l.last_on) as list_on
  from claims as k
  join spans as l on l.lane = k.claimed_lane or k.applied_on between l.first_on and l.last_on
),
members as (
  select n.subject_no, n.lane, i.industry, i.adds_presale, substr(n.industry, 1, length(i.industry)) = i.industry as is_registered
  from lanes as n
  join list_lane_industries as i on i.lane = n.lane and n.list_on between i.from_on and i.to_on and i.is_counted
),
kinds as (
  select subject_no, lane, bool_or(adds_presale) as adds_presale, coalesce(bool_or(is_registered), false) as is_registered
  from members
  group by subject_no, lane
),
goods as (
  select g.subject_no, n.lane, sum(g.amount_yuan) as amount_yuan
  from feat_claim_goods as g
  join lanes as n on n.subject_no = g.subject_no
  where g.is_sale
    and exists (select 1 from members as m where m.subject_no = n.subject_no and m.lane = n.lane and substr(g.industry, 1, length(m.industry)) = m.industry)
  group by g.subject_no, n.lane
),
sums as (
  select q.subject_no, q.lane, q.is_registered, k.from_ym, k.claim_ym, k.operating_months, coalesce(d.covered_months, 0) as covered_months,
    d.sales_yuan - coalesce(x.deduction_yuan, 0) as declared_yuan, coalesce(c.lines_yuan, 0) as lines_yuan,
    greatest(0, least(coalesce(g.amount_yuan, 0), coalesce(c.lines_yuan, 0))) as lane_lines_yuan,
    case when q.adds_presale then coalesce(c.presale_yuan, 0) else 0 end as presale_yuan,
    case when greatest(coalesce(c.lines_yuan, 0), coalesce(v.invoiced_yuan, 0)) > 0
      then greatest(0e0, {{ratio(coalesce(c.mapped_yuan, 0), greatest(coalesce(c.lines_yuan, 0), coalesce(v.invoiced_yuan, 0)))}}) else 1e0 end as mapped_share,
    coalesce(k.operating_months < k.operating_months_least, false) as is_too_young,
    coalesce(d.has_last = 1 and d.covered_months >= k.return_cover_least * k.expected_months, false) as is_covered,
    k.code_cover_least
  from kinds as q
  join claims as k on k.subject_no = q.subject_no
  left join declared as d on d.subject_no = q.subject_no
  left join deducted as x on x.subject_no = q.subject_no
  left join invoiced as v on v.subject_no = q.subject_no
  left join coded as c on c.subject_no = q.subject_no
  left join goods as g on g.subject_no = q.subject_no and g.lane = q.lane
),
-- Lines above the declared sales are scaled down to them; declared sales without lines follow the registered industry.
scaled as (
  select s.*,
    case when s.lines_yuan > s.declared_yuan then cast(s.lane_lines_yuan as double) * {{ratio(s.declared_yuan, s.lines_yuan)}}
      else cast(s.lane_lines_yuan as double) end as lane_coded_yuan,
    greatest(0, s.declared_yuan - greatest(0, s.lines_yuan)) as uninvoiced_yuan,
    case when s.is_too_young then 'N_TOO_YOUNG' when not s.is_covered then 'N_COVERAGE'
      when s.declared_yuan + s.presale_yuan <= 0 then 'N_DENOMINATOR' when s.mapped_share < s.code_cover_least then 'N_COVERAGE' end as reason_code
  from sums as s
)
select
  cast(subject_no as integer) as subject_no,
  cast(lane as string) as lane,
  cast(from_ym as integer) as from_ym,
  cast(claim_ym as integer) as to_ym,
  cast(operating_months as integer) as operating_months,
  cast(covered_months as integer) as covered_months,
  cast(is_registered as boolean) as is_registered_in_lane,
  cast(declared_yuan as decimal(18,2)) as declared_yuan,
  cast(lines_yuan as decimal(18,2)) as lines_yuan,
  cast(lane_coded_yuan as decimal(18,2)) as lane_coded_yuan,
  cast(uninvoiced_yuan as decimal(18,2)) as uninvoiced_yuan,
  cast(presale_yuan as decimal(18,2)) as presale_yuan,
  cast(mapped_share as double) as mapped_share,
  cast(case when reason_code is null then {{ratio(
      greatest(lane_coded_yuan, 0e0) + case when is_registered then uninvoiced_yuan else 0 end + presale_yuan, declared_yuan + presale_yuan)}}
    end as double) as lane_share,
  cast(reason_code as string) as reason_code
from scaled
