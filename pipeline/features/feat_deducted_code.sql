with
earliest as (
  select min(p_ym) - 11 as ym from feat_subject
),
-- One row for each confirmation, as in DT: an invoice confirmed in two periods counts in both.
confirmed as (
  select u.taxpayer_key, u.ym, l.goods_code, l.signed_tax
  from input_uses as u
  join invoice_lines as l on l.invoice_no = u.invoice_no
  cross join run_context as c
  cross join earliest as e
  where c.input_basis = 'confirmed' and u.purpose = 'deduct' and u.ym >= e.ym and l.doc_status <> 'void'
),
received as (
  select l.buyer_key as taxpayer_key, l.ym, l.goods_code, l.signed_tax
  from invoice_lines as l
  cross join run_context as c
  cross join earliest as e
  where c.input_basis = 'received' and l.buyer_key <= c.taxpayer_count and l.ym >= e.ym and l.doc_status <> 'void'
    and (l.invoice_kind is null or l.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail'))
),
deducted as (
  select * from confirmed
  union all
  select * from received
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(coalesce(g.code7, '') as string) as code7,
  cast(count(*) as integer) as line_count,
  cast(coalesce(sum(d.signed_tax), 0) as decimal(18,2)) as tax_w12_yuan
from deducted as d
join feat_subject as s on s.taxpayer_key = d.taxpayer_key and d.ym between s.p_ym - 11 and s.p_ym
left join feat_goods_code as g on g.goods_code = d.goods_code
group by s.subject_no, coalesce(g.code7, '')
