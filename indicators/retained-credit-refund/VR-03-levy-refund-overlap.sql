with
months as (
  select b.subject_no, {{months_between(b.last_switch_on, s.applied_on)}} as passed
  from feat_levy_bar as b
  join feat_subject as s on s.subject_no = b.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(null as string) as not_assessed,
  cast(b.levy_open_yuan as decimal(18,2)) as levy_open_yuan,
  cast(b.levy_received_yuan as decimal(18,2)) as levy_received_yuan,
  cast(b.levy_repaid_yuan as decimal(18,2)) as levy_repaid_yuan,
  cast(b.levy_document_count as integer) as levy_document_count,
  cast(b.first_levy_on as date) as first_levy_on,
  cast(b.last_levy_on as date) as last_levy_on,
  cast(b.last_switch_on as date) as last_switch_on,
  -- Full months: the last one counts when its day has come.
  cast(case when {{add_months(b.last_switch_on, m.passed)}} <= s.applied_on then m.passed else m.passed - 1 end as integer) as months_since_switch,
  cast(s.applied_on as date) as claim_on,
  cast(s.claimed_amount_yuan as decimal(18,2)) as claimed_amount_yuan
from feat_subject as s
left join feat_levy_bar as b on b.subject_no = s.subject_no
left join months as m on m.subject_no = s.subject_no
