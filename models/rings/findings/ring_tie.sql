with
ties as (
  select 1 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_loop
  union all
  select 2 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_burst
  union all
  select 3 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_relay
  union all
  select 4 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_split
  union all
  select 5 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_mill
  union all
  select 6 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_graft
  union all
  select 7 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_shop
  union all
  select 8 as kind_no, first_key, second_key, first_role, second_role, amount_yuan from ring_tie_firm
)
select
  cast(kind_no as integer) as kind_no,
  cast(first_key as integer) as first_key,
  cast(second_key as integer) as second_key,
  cast(min(first_role) as string) as first_role,
  cast(min(second_role) as string) as second_role,
  cast(sum(amount_yuan) as decimal(18,2)) as amount_yuan
from ties
group by kind_no, first_key, second_key
