with
sizes as (
  select k.ring_no, k.kind_no, case when k.kind_no = s.main_kind_no then 0 else k.kind_no end as order_no, s.has_goods_switch
  from ring_found_kind as k
  join ring_sign as s on s.ring_no = k.ring_no
),
named as (
  select z.ring_no, z.order_no, case when l.kind = 'pass_through' and z.has_goods_switch then 'goods_switch' else l.kind end as kind
  from sizes as z
  cross join run_context as c
  join list_ring_kinds as l on l.kind_no = z.kind_no and c.as_of between l.from_on and l.to_on
  union all
  select s.ring_no, 1000 as order_no, 'same_control' as kind
  from ring_sign as s
  cross join run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
  where s.controlled_share >= r.control_share
)
select
  cast(ring_no as integer) as ring_no,
  cast(row_number() over (partition by ring_no order by order_no asc nulls last) as integer) as place,
  cast(kind as string) as kind
from named
