-- The returns of the run, newest first, then the base: as filed up to the application, with a later correction beside them.
with
tested as (
  select a.subject_no, a.taxpayer_key, a.claim_ym, a.lane, t.required_months, t.base_ym, t.base_yuan
  from asked as a
  join feat_lane_test as t on t.subject_no = a.subject_no and t.lane = a.lane
),
wanted as (
  select k.subject_no, k.taxpayer_key, 1 as kind_no, '连续期间 period of the run' as row_kind, r.ym, r.version, r.closing_credit_general_m20 as credit_yuan
  from tested as k
  join feat_claim_return as r on r.subject_no = k.subject_no and r.ym > k.claim_ym - greatest(k.required_months, 1) and r.ym <= k.claim_ym
  union all
  select k.subject_no, k.taxpayer_key, 2 as kind_no, '基期 base' as row_kind, k.base_ym as ym, r.version, k.base_yuan as credit_yuan
  from tested as k
  left join feat_claim_return as r on r.subject_no = k.subject_no and r.ym = k.base_ym
  where k.base_ym is not null
)
select
  cast(w.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by w.subject_no
    order by w.kind_no asc nulls last, w.ym desc nulls last, v.source_file_no asc nulls last, v.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(w.row_kind as string) as row_kind,
  cast({{idiv(w.ym, 12)}} * 100 + mod(w.ym, 12) + 1 as integer) as period_yyyymm,
  cast(w.version as integer) as version,
  cast(v.filed_on as date) as filed_on,
  cast(w.credit_yuan as decimal(18,2)) as credit_yuan,
  cast(case when m.version <> w.version then m.version end as integer) as later_version,
  cast(case when m.version <> w.version then m.closing_credit_general_m20 end as decimal(18,2)) as later_credit_yuan,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from wanted as w
left join vat_returns as v on v.taxpayer_key = w.taxpayer_key and v.ym = w.ym and v.version = w.version and coalesce(v.column_group, 'general') = 'general'
left join feat_return_month as m on m.taxpayer_key = w.taxpayer_key and m.ym = w.ym
