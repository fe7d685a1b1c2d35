with
limits as (
  select l.sold_yuan, cast(l.margin_share as decimal(9,6)) as margin_share
  from run_context as c
  join list_pass_through_limits as l on c.as_of between l.from_on and l.to_on
),
-- Whoever sells little, or sells far more or less than it buys, passes nothing on: only the others are looked at invoice by invoice.
candidates as (
  select s.subject_no, s.taxpayer_key, s.p_ym
  from feat_subject as s
  cross join limits as l
  join feat_trade as t on t.subject_no = s.subject_no
  where t.sold_w3_yuan >= l.sold_yuan and abs(t.sold_w3_yuan - t.bought_w3_yuan) <= l.margin_share * t.sold_w3_yuan
),
sold as (
  select c.subject_no, i.issued_on, sum(i.signed_amount) as amount_yuan
  from candidates as c
  join invoices as i on i.seller_key = c.taxpayer_key and i.ym between c.p_ym - 2 and c.p_ym
  where i.doc_status <> 'void' and not i.is_self and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
  group by c.subject_no, i.issued_on
),
bought as (
  select c.subject_no, i.issued_on, sum(i.signed_amount) as amount_yuan
  from candidates as c
  join invoices as i on i.buyer_key = c.taxpayer_key and i.ym between c.p_ym - 2 and c.p_ym
  where i.doc_status <> 'void' and not i.is_self
  group by c.subject_no, i.issued_on
),
sold_totals as (
  select subject_no, sum(amount_yuan) as amount_yuan from sold group by subject_no
),
bought_totals as (
  select subject_no, sum(amount_yuan) as amount_yuan from bought group by subject_no
),
-- First in, first out: the yuan from a to b of all sales came from the yuan from a to b of all purchases.
sold_spans as (
  select subject_no, issued_on, sum(amount_yuan) over (
      partition by subject_no order by issued_on asc nulls last rows between unbounded preceding and current row
    ) as to_yuan, amount_yuan
  from sold
  where amount_yuan > 0
),
bought_spans as (
  select subject_no, issued_on, sum(amount_yuan) over (
      partition by subject_no order by issued_on asc nulls last rows between unbounded preceding and current row
    ) as to_yuan, amount_yuan
  from bought
  where amount_yuan > 0
),
matched as (
  select o.subject_no, abs({{days_between(i.issued_on, o.issued_on)}}) as held_days,
    least(o.to_yuan, i.to_yuan) - greatest(o.to_yuan - o.amount_yuan, i.to_yuan - i.amount_yuan) as amount_yuan
  from sold_spans as o
  join bought_spans as i on i.subject_no = o.subject_no and i.to_yuan > o.to_yuan - o.amount_yuan and o.to_yuan > i.to_yuan - i.amount_yuan
),
by_days as (
  select subject_no, held_days, sum(amount_yuan) as amount_yuan from matched group by subject_no, held_days
),
running as (
  select subject_no, held_days,
    sum(amount_yuan) over (partition by subject_no order by held_days asc nulls last rows between unbounded preceding and current row) as up_to_yuan,
    sum(amount_yuan) over (partition by subject_no) as all_yuan
  from by_days
),
medians as (
  select subject_no, min(held_days) as held_days from running where 2 * up_to_yuan >= all_yuan group by subject_no
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(coalesce(o.amount_yuan, 0) as decimal(18,2)) as sold_yuan,
  cast(coalesce(i.amount_yuan, 0) as decimal(18,2)) as bought_yuan,
  cast(m.held_days as integer) as held_days
from candidates as c
left join sold_totals as o on o.subject_no = c.subject_no
left join bought_totals as i on i.subject_no = c.subject_no
left join medians as m on m.subject_no = c.subject_no
