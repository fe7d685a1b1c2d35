-- Vouchers on the exception list that the taxpayer deducted, less what it transferred out in row 23a since the first listing.
with
users as (
  select distinct taxpayer_key from feat_use_month where basis = 'confirmed'
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when u.taxpayer_key is null then 'N_NO_ROWS'
    when e.counted_count > 0 and e.schedule2_period_count = 0 then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(coalesce(e.exception_tax_yuan, 0) as decimal(18,2)) as exception_tax_yuan,
  cast(coalesce(e.voucher_count, 0) as integer) as voucher_count,
  cast(coalesce(e.counted_count, 0) as integer) as counted_count,
  cast(coalesce(e.counted_tax_yuan, 0) as decimal(18,2)) as counted_tax_yuan,
  cast(coalesce(e.voucher_count - e.counted_count, 0) as integer) as pending_count,
  cast(coalesce(e.uncounted_tax_yuan, 0) as decimal(18,2)) as pending_tax_yuan,
  cast(coalesce(e.transferred_tax_yuan, 0) as decimal(18,2)) as transferred_tax_yuan,
  cast(e.first_listed_on as date) as first_listed_on,
  cast(e.greatest_period_share as double) as exception_share
from feat_subject as s
left join users as u on u.taxpayer_key = s.taxpayer_key
left join feat_exception as e on e.taxpayer_key = s.taxpayer_key
