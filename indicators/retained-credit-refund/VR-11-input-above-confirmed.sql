-- Row 1 of schedule 2 against what the taxpayer confirmed for deduction, each invoice once and void ones not at all.
with
span as (
  select from_ym, to_ym from delivered_tables where table_name = 'input_uses' and is_delivered
),
-- A quarter is three months of confirmations; a month has one row already.
quarters as (
  select r.taxpayer_key, r.ym, sum(u.row1_countable_tax_yuan) as countable_yuan, sum(u.row1_void_tax_yuan) as void_yuan,
    sum(u.row1_repeated_tax_yuan) as repeated_yuan
  from feat_return_month as r
  join feat_use_month as u on u.taxpayer_key = r.taxpayer_key and u.ym between r.ym - r.span_months + 1 and r.ym
  where r.span_months > 1
  group by r.taxpayer_key, r.ym
),
compared as (
  select s.subject_no, q.ym, q.r01_tax_yuan,
    greatest(abs(r.input_tax_m12 - q.r12_tax_yuan), abs(r.input_transferred_out_m14 - q.r13_tax_yuan)) as form_gap_yuan,
    coalesce(case when r.span_months > 1 then k.countable_yuan else u.row1_countable_tax_yuan end, 0) as countable_yuan,
    coalesce(case when r.span_months > 1 then k.void_yuan else u.row1_void_tax_yuan end, 0) as void_yuan,
    coalesce(case when r.span_months > 1 then k.repeated_yuan else u.row1_repeated_tax_yuan end, 0) as repeated_yuan
  from feat_subject as s
  join feat_schedule2_month as q on q.taxpayer_key = s.taxpayer_key and q.ym between s.p_ym - 23 and s.p_ym
  left join feat_return_month as r on r.taxpayer_key = q.taxpayer_key and r.ym = q.ym
  join span as d on d.from_ym <= q.ym - coalesce(r.span_months, 1) + 1 and d.to_ym >= q.ym
  left join feat_use_month as u on u.taxpayer_key = q.taxpayer_key and u.ym = q.ym
  left join quarters as k on k.taxpayer_key = q.taxpayer_key and k.ym = q.ym
),
-- An excess is put down to void invoices first, then to repeated ones; the rest was never confirmed.
explained as (
  select c.subject_no, c.ym, c.r01_tax_yuan, c.form_gap_yuan, c.countable_yuan, c.r01_tax_yuan - c.countable_yuan as excess_yuan,
    c.r01_tax_yuan - c.countable_yuan > t.confirmed_tolerance_yuan as is_over,
    least(c.void_yuan, c.r01_tax_yuan - c.countable_yuan) as void_part_yuan,
    least(c.repeated_yuan, c.r01_tax_yuan - c.countable_yuan - least(c.void_yuan, c.r01_tax_yuan - c.countable_yuan)) as repeated_part_yuan
  from compared as c
  join params as t on t.subject_no = c.subject_no
  where c.r01_tax_yuan is not null or c.form_gap_yuan is not null
),
summed as (
  select subject_no, sum(case when is_over then 1 else 0 end) as period_count,
    sum(case when is_over then excess_yuan else 0 end) as excess_yuan,
    sum(case when is_over then void_part_yuan else 0 end) as void_yuan,
    sum(case when is_over then repeated_part_yuan else 0 end) as repeated_yuan,
    max(case when is_over then ym end) as latest_ym, max(form_gap_yuan) as form_gap_yuan,
    max_by(r01_tax_yuan, ym) filter (where is_over) as latest_row1_tax_yuan,
    max_by(countable_yuan, ym) filter (where is_over) as latest_confirmed_tax_yuan
  from explained
  group by subject_no
),
form_months as (
  select c.subject_no, max(c.ym) as form_gap_ym
  from explained as c
  join summed as t on t.subject_no = c.subject_no and t.form_gap_yuan = c.form_gap_yuan
  where c.form_gap_yuan > 0
  group by c.subject_no
),
users as (
  select distinct taxpayer_key from feat_use_month where basis = 'confirmed'
),
filers as (
  select distinct taxpayer_key from feat_schedule2_month
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when f.taxpayer_key is null or u.taxpayer_key is null then 'N_NO_ROWS' when t.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(t.excess_yuan as decimal(18,2)) as excess_tax_yuan,
  cast(t.excess_yuan - t.void_yuan - t.repeated_yuan as decimal(18,2)) as unconfirmed_tax_yuan,
  cast(t.void_yuan as decimal(18,2)) as void_tax_yuan,
  cast(t.repeated_yuan as decimal(18,2)) as repeated_tax_yuan,
  cast(coalesce(t.period_count, 0) as integer) as period_count,
  cast(t.latest_ym as integer) as latest_ym,
  cast(t.latest_row1_tax_yuan as decimal(18,2)) as latest_row1_tax_yuan,
  cast(t.latest_confirmed_tax_yuan as decimal(18,2)) as latest_confirmed_tax_yuan,
  cast(t.form_gap_yuan as decimal(18,2)) as form_gap_yuan,
  cast(m.form_gap_ym as integer) as form_gap_ym
from feat_subject as s
left join users as u on u.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join summed as t on t.subject_no = s.subject_no
left join form_months as m on m.subject_no = s.subject_no
