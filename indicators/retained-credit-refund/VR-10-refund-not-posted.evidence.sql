-- Per claim what was paid and is still open, then the returns since the first decision with row 22, row 14 and the credit.
with
claims as (
  select a.subject_no, 1 as kind_no, '退税申请 claim' as row_kind, c.application_id, c.decided_on as day, cast(null as string) as period,
    c.paid_on, c.paid_amount_yuan, c.unposted_yuan, cast(null as decimal(18,2)) as posted_tax_yuan, cast(null as decimal(18,2)) as transferred_out_yuan,
    cast(null as decimal(18,2)) as closing_credit_yuan, r.source_file_no, r.source_row_no
  from asked as a
  join feat_refund_claim as c on c.taxpayer_key = a.taxpayer_key
  join refund_applications as r on r.application_id = c.application_id and r.taxpayer_key = c.taxpayer_key
),
starts as (
  select c.taxpayer_key, min(c.decided_ym) as first_ym from feat_refund_claim as c group by c.taxpayer_key
),
returns as (
  select a.subject_no, 2 as kind_no, '申报表 return' as row_kind, cast(null as string) as application_id, v.filed_on as day, v.period,
    cast(null as date) as paid_on, cast(null as decimal(18,2)) as paid_amount_yuan, cast(null as decimal(18,2)) as unposted_yuan,
    p.r22_tax_yuan as posted_tax_yuan, v.input_transferred_out_m14 as transferred_out_yuan, v.closing_credit_m20 as closing_credit_yuan, v.source_file_no, v.source_row_no
  from asked as a
  join starts as t on t.taxpayer_key = a.taxpayer_key
  join feat_return_month as m on m.taxpayer_key = a.taxpayer_key and m.ym >= t.first_ym
  join vat_returns as v on v.taxpayer_key = m.taxpayer_key and v.ym = m.ym and v.version = m.version and coalesce(v.column_group, 'general') = 'general'
  left join feat_schedule2_month as p on p.taxpayer_key = m.taxpayer_key and p.ym = m.ym
),
kinds as (
  select * from claims
  union all
  select * from returns
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.kind_no = 1 then k.day end asc nulls last, k.application_id asc nulls last,
      k.period asc nulls last, k.source_file_no asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.application_id as string) as application_id,
  cast(k.day as date) as day,
  cast(k.period as string) as period,
  cast(k.paid_on as date) as paid_on,
  cast(k.paid_amount_yuan as decimal(18,2)) as paid_amount_yuan,
  cast(k.unposted_yuan as decimal(18,2)) as unposted_yuan,
  cast(k.posted_tax_yuan as decimal(18,2)) as posted_tax_yuan,
  cast(k.transferred_out_yuan as decimal(18,2)) as transferred_out_yuan,
  cast(k.closing_credit_yuan as decimal(18,2)) as closing_credit_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
