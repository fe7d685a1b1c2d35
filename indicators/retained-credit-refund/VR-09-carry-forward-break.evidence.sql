-- Both returns of every break: the one that does not fit and the one before it, latest first.
with
broken as (
  select a.subject_no, a.taxpayer_key, r.ym, r.ym - r.span_months as before_ym
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 23 and a.p_ym
  where greatest(abs(r.break_opening_yuan), abs(r.break_17_yuan), abs(r.break_18_yuan), abs(r.break_20_yuan)) > p.break_tolerance_yuan
),
shown as (
  select subject_no, taxpayer_key, ym from broken
  union
  select subject_no, taxpayer_key, before_ym as ym from broken
),
newest as (
  select v.taxpayer_key, v.ym, coalesce(v.column_group, 'general') as column_group, max(v.version) as version
  from vat_returns as v
  where exists (select 1 from shown as s where s.taxpayer_key = v.taxpayer_key)
  group by v.taxpayer_key, v.ym, coalesce(v.column_group, 'general')
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by s.subject_no
    order by s.ym desc nulls last, n.column_group asc nulls last, v.source_file_no asc nulls last, v.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(v.period as string) as period,
  cast(n.column_group as string) as column_group,
  cast(v.version as integer) as version,
  cast(v.filed_on as date) as filed_on,
  cast(v.input_tax_m12 as decimal(18,2)) as input_tax_yuan,
  cast(v.opening_credit_m13 as decimal(18,2)) as opening_credit_yuan,
  cast(v.input_transferred_out_m14 as decimal(18,2)) as transferred_out_yuan,
  cast(v.deductible_total_m17 as decimal(18,2)) as deductible_total_yuan,
  cast(v.deducted_m18 as decimal(18,2)) as deducted_yuan,
  cast(v.closing_credit_m20 as decimal(18,2)) as closing_credit_yuan,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from shown as s
join newest as n on n.taxpayer_key = s.taxpayer_key and n.ym = s.ym
join vat_returns as v
  on v.taxpayer_key = n.taxpayer_key and v.ym = n.ym and coalesce(v.column_group, 'general') = n.column_group and v.version = n.version
