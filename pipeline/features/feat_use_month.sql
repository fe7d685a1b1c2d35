with
context as (
  select input_basis, taxpayer_count from run_context
),
uses as (
  select u.taxpayer_key, u.ym, u.effective_tax, u.invoice_kind, u.seller_key <= c.taxpayer_count as is_internal
  from input_uses as u
  cross join context as c
  where c.input_basis = 'confirmed' and u.purpose = 'deduct'
),
confirmed as (
  select taxpayer_key, ym,
    sum(effective_tax) as deduct_tax_yuan,
    sum(case when is_internal then effective_tax end) as deduct_internal_tax_yuan,
    sum(case when invoice_kind is null or invoice_kind in ('special', 'motor_vehicle', 'toll')
      then effective_tax end) as form_row1_tax_yuan,
    sum(case when invoice_kind = 'special' then effective_tax end) as special_tax_yuan
  from uses
  group by taxpayer_key, ym
),
faulty as (
  select taxpayer_key, ym,
    sum(case when is_void then effective_tax_yuan end) as row1_void_tax_yuan,
    sum(case when not is_void then effective_tax_yuan end) as row1_repeated_tax_yuan
  from feat_faulty_use
  group by taxpayer_key, ym
),
-- A month of received invoices counts even when none of them is deductible.
received as (
  select i.buyer_key, i.ym,
    sum(case when i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail') or (i.invoice_kind is null and i.tax <> 0)
      then i.signed_tax end) as deductible_received_tax_yuan,
    sum(case when i.seller_key <= c.taxpayer_count
      and (i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail') or (i.invoice_kind is null and i.tax <> 0))
      then i.signed_tax end) as deductible_internal_tax_yuan
  from invoices as i
  join context as c on i.buyer_key <= c.taxpayer_count
  where c.input_basis = 'received'
  group by i.buyer_key, i.ym
)
select
  cast(c.taxpayer_key as integer) as taxpayer_key,
  cast(c.ym as integer) as ym,
  cast('confirmed' as string) as basis,
  cast(coalesce(deduct_tax_yuan, 0) as decimal(18,2)) as deduct_tax_yuan,
  cast(coalesce(deduct_internal_tax_yuan, 0) as decimal(18,2)) as deduct_internal_tax_yuan,
  cast(coalesce(form_row1_tax_yuan, 0) as decimal(18,2)) as form_row1_tax_yuan,
  cast(coalesce(f.row1_void_tax_yuan, 0) as decimal(18,2)) as row1_void_tax_yuan,
  cast(coalesce(f.row1_repeated_tax_yuan, 0) as decimal(18,2)) as row1_repeated_tax_yuan,
  cast(coalesce(c.form_row1_tax_yuan, 0) - coalesce(f.row1_void_tax_yuan, 0) - coalesce(f.row1_repeated_tax_yuan, 0) as decimal(18,2)) as row1_countable_tax_yuan,
  cast(coalesce(special_tax_yuan, 0) as decimal(18,2)) as special_tax_yuan
from confirmed as c
left join faulty as f on f.taxpayer_key = c.taxpayer_key and f.ym = c.ym
union all
select
  cast(buyer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast('received' as string) as basis,
  cast(coalesce(deductible_received_tax_yuan, 0) as decimal(18,2)) as deduct_tax_yuan,
  cast(coalesce(deductible_internal_tax_yuan, 0) as decimal(18,2)) as deduct_internal_tax_yuan,
  cast(null as decimal(18,2)) as form_row1_tax_yuan,
  cast(null as decimal(18,2)) as row1_void_tax_yuan,
  cast(null as decimal(18,2)) as row1_repeated_tax_yuan,
  cast(null as decimal(18,2)) as row1_countable_tax_yuan,
  cast(null as decimal(18,2)) as special_tax_yuan
from received
