with
months as (
  select seller_key, ym, single_rate, invoice_count, amount_yuan, tax_yuan, declarable_amount_yuan, declarable_tax_yuan, untaxed_amount_yuan
  from feat_seller_month
),
mixed as (
  select seller_key, ym from months where single_rate is null
),
-- Months of one rate are known already; only the others are read again.
mixed_rates as (
  select i.seller_key, i.ym, coalesce(i.rate, -1) as rate, count(*) as invoice_count, sum(i.signed_amount) as amount_yuan, sum(i.signed_tax) as tax_yuan,
    sum(case when not i.issued_by_authority then i.signed_amount end) as declarable_amount_yuan,
    sum(case when not i.issued_by_authority and not i.difference_method then i.signed_tax end) as declarable_tax_yuan
  from invoices as i
  join mixed as m on m.seller_key = i.seller_key and m.ym = i.ym
  where i.invoice_kind is null or i.invoice_kind <> 'agri_purchase'
  group by i.seller_key, i.ym, i.rate
)
select
  cast(seller_key as integer) as seller_key,
  cast(ym as integer) as ym,
  cast(single_rate as double) as rate,
  cast(invoice_count as integer) as invoice_count,
  cast(amount_yuan as decimal(18,2)) as amount_yuan,
  cast(tax_yuan as decimal(18,2)) as tax_yuan,
  cast(declarable_amount_yuan as decimal(18,2)) as declarable_amount_yuan,
  cast(declarable_tax_yuan as decimal(18,2)) as declarable_tax_yuan,
  cast(untaxed_amount_yuan as decimal(18,2)) as untaxed_amount_yuan
from months
where single_rate is not null
union all
select
  cast(r.seller_key as integer) as seller_key,
  cast(r.ym as integer) as ym,
  cast(r.rate as double) as rate,
  cast(r.invoice_count as integer) as invoice_count,
  cast(r.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(r.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(coalesce(r.declarable_amount_yuan, 0) - coalesce(u.untaxed_declarable_amount_yuan, 0) as decimal(18,2)) as declarable_amount_yuan,
  cast(coalesce(r.declarable_tax_yuan, 0) - coalesce(u.untaxed_declarable_tax_yuan, 0) as decimal(18,2)) as declarable_tax_yuan,
  cast(coalesce(u.untaxed_amount_yuan, 0) as decimal(18,2)) as untaxed_amount_yuan
from mixed_rates as r
left join feat_untaxed_month as u on u.seller_key = r.seller_key and u.ym = r.ym and u.rate = cast(r.rate as double)
