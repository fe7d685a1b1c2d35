with
last_other_rating as (
  select s.subject_no, max(i.valid_from) as last_other_on
  from feat_subject as s
  join feat_rating_interval as i on i.taxpayer_key = s.taxpayer_key and i.valid_from <= s.rule_on and i.rating <> 'M'
  where s.rating_on_rule = 'M'
  group by s.subject_no
),
-- M is renewed every year: its age counts from the first M after the last other rating.
m_runs as (
  select s.subject_no, min(i.valid_from) as m_from_on
  from feat_subject as s
  left join last_other_rating as o on o.subject_no = s.subject_no
  join feat_rating_interval as i on i.taxpayer_key = s.taxpayer_key and i.valid_from <= s.rule_on and i.rating = 'M'
  where s.rating_on_rule = 'M' and (o.last_other_on is null or i.valid_from > o.last_other_on)
  group by s.subject_no
),
facts as (
  select s.subject_no, s.has_claim, s.rule_on, s.claimed_amount_yuan, s.rating_count, s.rating_valid_from,
    coalesce(s.rating_on_rule, 'none') as rating_text,
    {{add_months(m.m_from_on, p.m_upgrade_months)}} <= s.rule_on as is_m_upgrade_due
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  left join m_runs as m on m.subject_no = s.subject_no
)
select
  cast(subject_no as integer) as subject_no,
  cast(case when not has_claim then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case when rating_count = 0 then 'N_NO_ROWS' end as string) as not_assessed,
  cast(case rating_text when 'A' then 1 when 'B' then 2 when 'M' then 3 when 'C' then 4 when 'D' then 5 else 6 end as integer) as rating_rank,
  cast(rating_text as string) as rating_text,
  cast(coalesce(is_m_upgrade_due, false) as boolean) as is_m_upgrade_due,
  cast(rule_on as date) as claim_on,
  cast(rating_valid_from as date) as rating_from_on,
  cast(rating_count as integer) as rating_count,
  cast(claimed_amount_yuan as decimal(18,2)) as claimed_amount_yuan
from facts
