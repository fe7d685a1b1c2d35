with
rules as (
  select r.graft_unsupported_share, r.graft_import_share, r.hollow_staff, r.fed_share, r.fed_yuan
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
-- What the certificates were for that it deducted, whoever imported: an importer's heading may be lent.
certificates as (
  select distinct v.taxpayer_key, v.voucher_no from other_vouchers as v where v.voucher_type = 'customs' and coalesce(v.is_deducted, true) and v.voucher_no is not null
),
declared as (
  select v.taxpayer_key, d.hs_code, sum(d.amount) as amount_yuan
  from certificates as v
  join customs_declarations as d on d.voucher_no = v.voucher_no and d.direction = 'import'
  group by v.taxpayer_key, d.hs_code
),
imports as (
  select d.taxpayer_key, coalesce(m.goods_prefix, '') as goods_prefix, sum(d.amount_yuan) as amount_yuan
  from declared as d
  left join feat_hs_goods as m on m.hs_code = d.hs_code
  group by d.taxpayer_key, coalesce(m.goods_prefix, '')
),
candidates as (
  select f.taxpayer_key, f.sold_yuan
  from ring_life as f
  cross join rules as r
  join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key and t.industry_section = 'F'
  join (select taxpayer_key, sum(amount_yuan) as amount_yuan from imports group by taxpayer_key) as m on m.taxpayer_key = f.taxpayer_key
  where coalesce(f.staff_mean, 0) <= r.hollow_staff and cast(m.amount_yuan as double) >= r.graft_import_share * cast(f.sold_yuan as double)
),
bought as (
  select k.taxpayer_key, substr(l.goods_code, 1, 3) as code3, sum(l.signed_amount) as amount_yuan
  from candidates as k
  join invoice_lines as l on l.buyer_key = k.taxpayer_key
  where l.doc_status <> 'void' and l.goods_code is not null
  group by k.taxpayer_key, substr(l.goods_code, 1, 3)
),
sources as (
  select taxpayer_key, code3, amount_yuan from bought
  union all
  select i.taxpayer_key, i.goods_prefix as code3, i.amount_yuan from imports as i join candidates as k on k.taxpayer_key = i.taxpayer_key
),
had as (
  select taxpayer_key, code3, sum(amount_yuan) as amount_yuan from sources group by taxpayer_key, code3
),
sales as (
  select k.taxpayer_key, substr(g.code7, 1, 3) as code3, sum(g.amount_yuan) as amount_yuan
  from candidates as k
  join ring_seller_good as g on g.seller_key = k.taxpayer_key
  group by k.taxpayer_key, substr(g.code7, 1, 3)
),
-- Sales of goods of which too little came in; a trader adds a quarter at most.
unsupported as (
  select s.taxpayer_key, sum(s.amount_yuan) as all_yuan, sum(greatest(cast(s.amount_yuan as double) - 1.25 * cast(coalesce(h.amount_yuan, 0) as double), 0)) as amount_yuan
  from sales as s
  left join had as h on h.taxpayer_key = s.taxpayer_key and h.code3 = s.code3
  group by s.taxpayer_key
),
importers as (
  select k.taxpayer_key, k.sold_yuan
  from candidates as k
  cross join rules as r
  join unsupported as u on u.taxpayer_key = k.taxpayer_key
  where u.amount_yuan >= r.graft_unsupported_share * cast(u.all_yuan as double)
)
select
  cast(i.taxpayer_key as integer) as first_key,
  cast(p.buyer_key as integer) as second_key,
  cast('issuer' as string) as first_role,
  cast('beneficiary' as string) as second_role,
  cast(p.amount_yuan as decimal(18,2)) as amount_yuan
from importers as i
cross join rules as r
join feat_pair as p on p.seller_key = i.taxpayer_key and p.amount_yuan >= r.fed_yuan and cast(p.amount_yuan as double) >= r.fed_share * cast(i.sold_yuan as double)
join feat_taxpayer as t on t.taxpayer_key = p.buyer_key
