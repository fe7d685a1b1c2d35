-- Listed vouchers by tax, then the rows 23a filed since the first listing.
with
newest as (
  select v.taxpayer_key, v.ym, max(v.version) as version
  from vat_return_schedule2 as v
  where exists (select 1 from asked as a where a.taxpayer_key = v.taxpayer_key)
  group by v.taxpayer_key, v.ym
),
transfers as (
  select a.subject_no, v.period, v.tax, v.source_file_no, v.source_row_no
  from asked as a
  join feat_exception as e on e.taxpayer_key = a.taxpayer_key
  join newest as n on n.taxpayer_key = a.taxpayer_key and n.ym >= {{ym(e.first_listed_on)}}
  join vat_return_schedule2 as v on v.taxpayer_key = n.taxpayer_key and v.ym = n.ym and v.version = n.version and v.row_no = '23a'
),
shown as (
  select a.subject_no, 1 as part, 'voucher' as row_kind, u.period, x.invoice_key, x.seller_key, x.effective_tax_yuan as tax_yuan, x.reason,
    x.listed_on, x.notified_on,
    case when x.is_counted then 'counted' when x.is_verification_open then 'verification' else 'return_not_due' end as standing, x.source_file_no, x.source_row_no
  from asked as a
  join feat_exception_use as x on x.taxpayer_key = a.taxpayer_key
  join input_uses as u on u.taxpayer_key = x.taxpayer_key and u.source_file_no = x.source_file_no and u.source_row_no = x.source_row_no
  union all
  select t.subject_no, 2 as part, 'row_23a' as row_kind, t.period, null as invoice_key, null as seller_key, t.tax as tax_yuan, null as reason,
    null as listed_on, null as notified_on, null as standing, t.source_file_no, t.source_row_no
  from transfers as t
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by s.subject_no
    order by s.part asc nulls last, s.tax_yuan desc nulls last, s.period desc nulls last, s.source_file_no asc nulls last, s.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(s.row_kind as string) as row_kind,
  cast(s.invoice_key as string) as invoice,
  cast(p.party_id as string) as seller_id,
  cast(s.period as string) as period,
  cast(s.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(s.reason as string) as reason,
  cast(s.listed_on as date) as listed_on,
  cast(s.notified_on as date) as notified_on,
  cast(s.standing as string) as standing,
  cast(s.source_file_no as integer) as source_file_no,
  cast(s.source_row_no as bigint) as source_row_no
from shown as s
left join parties as p on p.party_key = s.seller_key
