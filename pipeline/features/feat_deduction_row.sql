with
context as (
  select c.input_basis, c.taxpayer_count, r.bad_source_exit_days
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
watched as (
  select seller_key from feat_suspect_seller
  union all
  select party_key as seller_key from feat_burst_seller where is_burst
),
deducted as (
  select u.taxpayer_key, u.seller_key, u.ym, u.invoice_issued_on as issued_on, u.effective_tax as tax
  from input_uses as u
  cross join context as c
  where c.input_basis = 'confirmed' and u.purpose = 'deduct'
    and exists (select 1 from watched as w where w.seller_key = u.seller_key)
  union all
  select i.buyer_key as taxpayer_key, i.seller_key, i.ym, i.issued_on, i.signed_tax as tax
  from invoices as i
  cross join context as c
  where c.input_basis = 'received' and i.buyer_key <= c.taxpayer_count and i.doc_status <> 'void'
    and (i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail') or (i.invoice_kind is null and i.tax <> 0))
    and exists (select 1 from watched as w where w.seller_key = i.seller_key)
),
days as (
  select taxpayer_key, seller_key, ym, issued_on, count(*) as invoice_count, sum(tax) as tax_yuan
  from deducted
  group by taxpayer_key, seller_key, ym, issued_on
),
seller_days as (
  select distinct seller_key, issued_on from days where issued_on is not null
),
-- 180 days: 公告2016年第76号 counts a seller that fails soon after the invoice; an exit that had ended before the invoice is no exit.
exits as (
  select distinct d.seller_key, d.issued_on
  from seller_days as d
  cross join context as c
  join feat_status_interval as i on i.taxpayer_key = d.seller_key
  where i.from_on <= date_add(d.issued_on, c.bad_source_exit_days)
    and ((i.status in ('abnormal', 'absconded') and i.until_on > d.issued_on)
      or (i.status = 'deregistered' and i.from_on > d.issued_on))
),
ratings as (
  select d.seller_key, d.issued_on, i.rating,
    row_number() over (
      partition by d.seller_key, d.issued_on
      order by i.valid_from desc nulls last, i.rating asc nulls last
    ) as newest_first
  from seller_days as d
  join feat_rating_interval as i on i.taxpayer_key = d.seller_key and d.issued_on between i.valid_from and i.valid_until
)
select
  cast(d.taxpayer_key as integer) as taxpayer_key,
  cast(d.seller_key as integer) as seller_key,
  cast(d.ym as integer) as ym,
  cast(d.issued_on as date) as issued_on,
  cast(d.invoice_count as integer) as invoice_count,
  cast(d.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(x.seller_key is not null as boolean) as is_exit,
  cast(coalesce(r.rating = 'D', false) as boolean) as is_rated_d,
  cast(x.seller_key is not null or coalesce(r.rating = 'D', false) as boolean) as is_bad,
  cast(coalesce(b.is_burst, false) as boolean) as is_burst
from days as d
left join exits as x on x.seller_key = d.seller_key and x.issued_on = d.issued_on
left join ratings as r on r.seller_key = d.seller_key and r.issued_on = d.issued_on and r.newest_first = 1
left join feat_burst_seller as b on b.party_key = d.seller_key
