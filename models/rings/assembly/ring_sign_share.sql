with
signs as (
  select ring_no, 'goods_stay_inside' as sign, inside_share as share from ring_sign where inside_share is not null
  union all
  select ring_no, 'kept_in_order' as sign, ordered_share as share from ring_sign where ordered_share is not null
  union all
  select ring_no, 'value_kept' as sign, conserved_share as share from ring_sign where conserved_share is not null
  union all
  select ring_no, 'close_in_time' as sign, closeness as share from ring_sign where closeness is not null
  union all
  select ring_no, 'shared_keys' as sign, controlled_share as share from ring_sign
  union all
  select ring_no, 'without_input' as sign, without_input_share as share from ring_sign
  union all
  select ring_no, 'without_staff' as sign, without_staff_share as share from ring_sign
  union all
  select ring_no, 'gone' as sign, gone_share as share from ring_sign
  union all
  select ring_no, 'young' as sign, young_share as share from ring_sign
  union all
  select ring_no, 'goods_switch' as sign, case when has_goods_switch then 1e0 else 0e0 end as share from ring_sign
  union all
  select ring_no, 'claims_inside' as sign, case when claimed_yuan > 0 then 1e0 else 0e0 end as share from ring_sign
)
select
  cast(s.ring_no as integer) as ring_no,
  cast(s.sign as string) as sign,
  cast(s.share as double) as share,
  cast(w.weight as double) as weight
from signs as s
cross join run_context as c
join list_ring_signs as w on w.sign = s.sign and c.as_of between w.from_on and w.to_on
where s.share > 0
