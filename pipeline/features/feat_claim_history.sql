with
context as (
  select input_basis from run_context
),
claims as (
  select subject_no, taxpayer_key, application_id, applied_on, p_ym, rating_on_rule
  from feat_subject
  where has_claim
),
-- A refund that had to be paid back does not count as a clean one.
earlier as (
  select c.subject_no, count(*) as earlier_clean_claims
  from claims as c
  join refund_applications as a on a.taxpayer_key = c.taxpayer_key
  where a.application_id <> c.application_id and a.decision = 'approved' and a.decided_on < c.applied_on
    and coalesce(a.repaid_amount, 0) = 0
  group by c.subject_no
),
supplied as (
  select c.subject_no, u.seller_key, cast(floor({{ratio(c.p_ym - u.ym, 3)}}) as integer) as quarters_ago, u.effective_tax as tax
  from claims as c
  join input_uses as u on u.taxpayer_key = c.taxpayer_key and u.ym between c.p_ym - 11 and c.p_ym
  cross join context as x
  where x.input_basis = 'confirmed' and u.purpose = 'deduct' and u.seller_key is not null
  union all
  select c.subject_no, i.seller_key, cast(floor({{ratio(c.p_ym - i.ym, 3)}}) as integer) as quarters_ago, i.signed_tax as tax
  from claims as c
  join invoices as i on i.buyer_key = c.taxpayer_key and i.ym between c.p_ym - 11 and c.p_ym
  cross join context as x
  where x.input_basis = 'received' and i.doc_status <> 'void' and i.seller_key is not null
    and (i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail') or (i.invoice_kind is null and i.tax <> 0))
),
sellers as (
  select subject_no, seller_key, count(distinct quarters_ago) as quarters, sum(tax) as tax_yuan
  from supplied
  group by subject_no, seller_key
),
ranked as (
  select subject_no, tax_yuan,
    row_number() over (partition by subject_no order by tax_yuan desc nulls last, seller_key asc nulls last) as place
  from sellers
  where quarters = 4
),
stable as (
  select subject_no, sum(tax_yuan) as stable_tax_yuan
  from ranked
  where place <= 5
  group by subject_no
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(c.rating_on_rule as string) as rating_on_claim,
  cast(coalesce(e.earlier_clean_claims, 0) as integer) as earlier_clean_claims,
  cast({{ratio(s.stable_tax_yuan, d.deduct_tax_w12_yuan)}} as double) as stable_supply_share
from claims as c
left join earlier as e on e.subject_no = c.subject_no
left join stable as s on s.subject_no = c.subject_no
left join feat_deduction as d on d.subject_no = c.subject_no
