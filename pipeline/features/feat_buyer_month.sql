with
-- Which received invoices are deductible is asked only when no confirmations were delivered.
bought as (
  select i.buyer_key, i.ym, i.signed_amount, i.signed_tax, i.seller_key <= c.taxpayer_count as is_internal,
    c.input_basis = 'received' and (i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail')
      or (i.invoice_kind is null and i.tax <> 0)) as is_deductible
  from invoices as i
  cross join run_context as c
  where i.buyer_key is not null
)
select
  cast(buyer_key as integer) as buyer_key,
  cast(ym as integer) as ym,
  cast(count(*) as integer) as invoice_count,
  cast(sum(signed_amount) as decimal(18,2)) as amount_yuan,
  cast(sum(signed_tax) as decimal(18,2)) as tax_yuan,
  cast(sum(case when is_deductible then signed_tax end) as decimal(18,2)) as deductible_received_tax_yuan,
  cast(sum(case when is_deductible and is_internal then signed_tax end) as decimal(18,2)) as deductible_internal_tax_yuan
from bought
group by buyer_key, ym
