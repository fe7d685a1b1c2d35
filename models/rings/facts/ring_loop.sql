select
  cast(window_no as integer) as window_no,
  cast(loop_no as integer) as loop_no,
  cast(count(*) as integer) as hop_count,
  cast(min(amount_yuan) as decimal(18,2)) as smallest_yuan,
  cast(max(amount_yuan) as decimal(18,2)) as largest_yuan,
  cast(min(first_issued_on) as date) as first_issued_on,
  cast(max(first_issued_on) as date) as last_issued_on,
  cast(bool_or(is_processing) as boolean) as is_processing,
  cast(bool_or(is_goods_broken) as boolean) as is_goods_broken
from ring_loop_hop
group by window_no, loop_no
