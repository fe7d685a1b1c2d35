-- Both streams of refunds in the order of their days.
with
streams as (
  select a.subject_no, 1 as stream_no, '即征即退 levy refund, immediate' as stream, l.document_no, l.refunded_on as refunded_on,
    l.amount as amount_yuan, l.repaid_on, l.repaid_amount as repaid_yuan, coalesce(l.is_exempt_from_bar, false) as is_exempt,
    l.source_file_no, l.source_row_no
  from asked as a
  join levy_refunds as l on l.taxpayer_key = a.taxpayer_key and l.regime = 'immediate'
  union all
  select a.subject_no, 2 as stream_no, '先征后返 levy refund, after payment' as stream, l.document_no, l.refunded_on as refunded_on,
    l.amount as amount_yuan, l.repaid_on, l.repaid_amount as repaid_yuan, coalesce(l.is_exempt_from_bar, false) as is_exempt,
    l.source_file_no, l.source_row_no
  from asked as a
  join levy_refunds as l on l.taxpayer_key = a.taxpayer_key and l.regime <> 'immediate'
  union all
  select a.subject_no, 3 as stream_no, '留抵退税 retained-credit refund' as stream, r.application_id as document_no, r.paid_on as refunded_on,
    r.paid_amount as amount_yuan, r.repaid_on, r.repaid_amount as repaid_yuan, cast(null as boolean) as is_exempt,
    r.source_file_no, r.source_row_no
  from asked as a
  join refund_applications as r on r.taxpayer_key = a.taxpayer_key and r.paid_on is not null
)
select
  cast(x.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by x.subject_no
    order by x.refunded_on asc nulls last, x.stream_no asc nulls last, x.document_no asc nulls last
  ) as integer) as evidence_rank,
  cast(x.stream as string) as stream,
  cast(x.document_no as string) as document_no,
  cast(x.refunded_on as date) as refunded_on,
  cast(x.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(x.repaid_on as date) as repaid_on,
  cast(x.repaid_yuan as decimal(18,2)) as repaid_yuan,
  cast(x.is_exempt as boolean) as is_exempt,
  cast(x.source_file_no as integer) as source_file_no,
  cast(x.source_row_no as bigint) as source_row_no
from streams as x
