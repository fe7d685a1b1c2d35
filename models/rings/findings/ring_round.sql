with
hops as (
  select f.round_no, f.hop_no, f.seller_key, f.code7_number, h.amount_yuan, h.first_issued_on, h.last_issued_on
  from round_found as f
  join ring_good_hop as h on h.seller_key = f.seller_key and h.buyer_key = f.buyer_key and h.code7_number = f.code7_number
),
sellers as (
  select distinct seller_key from hops
),
-- All that the parties of rounds sell of a good: a good that goes round has hardly any other customer.
sold as (
  select l.seller_key, cast(substr(l.goods_code, 1, 7) as integer) as code7_number, sum(l.signed_amount) as amount_yuan
  from invoice_lines as l
  join sellers as s on s.seller_key = l.seller_key
  where l.doc_status <> 'void' and {{regexp_like(l.goods_code, '^[0-9]{7}')}}
  group by l.seller_key, cast(substr(l.goods_code, 1, 7) as integer)
)
select
  cast(h.round_no as integer) as round_no,
  cast(count(*) as integer) as hop_count,
  cast(min(h.amount_yuan) as decimal(18,2)) as smallest_yuan,
  cast(max(h.amount_yuan) as decimal(18,2)) as largest_yuan,
  cast({{ratio(min(h.amount_yuan), max(h.amount_yuan))}} as double) as conserved_share,
  cast({{ratio(sum(h.amount_yuan), sum(greatest(s.amount_yuan, h.amount_yuan)))}} as double) as inside_share,
  cast(min(h.first_issued_on) as date) as first_issued_on,
  cast(max(h.last_issued_on) as date) as last_issued_on,
  cast(greatest({{days_between(min(h.first_issued_on), max(h.first_issued_on))}}, {{days_between(min(h.last_issued_on), max(h.last_issued_on))}}) as integer) as apart_days
from hops as h
join sold as s on s.seller_key = h.seller_key and s.code7_number = h.code7_number
group by h.round_no
