with
subjects as (
  select s.subject_no, s.taxpayer_key, s.p_ym, t.registered_on
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key and t.vat_status_resolved = 'small'
  where s.is_primary
),
staffed as (
  select s.subject_no, sum(h.insured_count) as staff_sum, count(h.insured_count) as staff_months
  from subjects as s
  join feat_staff_month as h on h.taxpayer_key = s.taxpayer_key and h.ym between s.p_ym - 5 and s.p_ym
  group by s.subject_no
),
metered as (
  select s.subject_no, sum(e.kwh) as kwh, count(distinct e.ym) as reading_months, max(case when e.is_shared_meter then 1 else 0 end) as is_shared
  from subjects as s
  join electricity as e on e.taxpayer_key = s.taxpayer_key and e.ym between s.p_ym - 5 and s.p_ym
  group by s.subject_no
),
expense_codes as (
  select k.code7
  from (select distinct code7 from feat_goods_code) as k
  cross join run_context as c
  join list_expense_codes as l on substr(k.code7, 1, length(l.prefix)) = l.prefix and c.as_of between l.from_on and l.to_on
  group by k.code7
),
lines as (
  select g.subject_no, sum(g.w6_amount_yuan) as lines_yuan,
    sum(case when e.code7 is not null then g.w6_amount_yuan else 0 end) as expense_yuan,
    sum(case when e.code7 is not null and substr(g.code7, 1, 1) <> '3' then g.w6_amount_yuan else 0 end) as expense_goods_yuan
  from feat_goods_side as g
  left join expense_codes as e on e.code7 = g.code7
  where g.side = 'sold'
  group by g.subject_no
),
known_keys as (
  select taxpayer_key from taxpayers where address_key is not null
  union
  select e.taxpayer_key
  from events as e
  cross join run_context as c
  where e.occurred_on >= {{month_start(c.p_ym - 11)}} and (e.device_id is not null or e.ip_address is not null)
),
shared_keys as (
  select taxpayer_key, max(case when kind = 'device' then other_count else 0 end) as device_count,
    max(case when kind = 'ip' then other_count else 0 end) as ip_count,
    max(case when kind = 'address' then other_count else 0 end) as address_count
  from feat_shell_key
  group by taxpayer_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(s.taxpayer_key as integer) as taxpayer_key,
  cast(o.sold_w6_yuan as decimal(18,2)) as sold_yuan,
  cast(o.bought_w6_yuan as decimal(18,2)) as bought_yuan,
  cast(case when o.sold_w6_yuan > 0 then {{ratio(o.bought_w6_yuan, o.sold_w6_yuan)}} end as double) as input_share,
  cast({{ratio(h.staff_sum, h.staff_months)}} as double) as staff_mean,
  cast(case when e.is_shared = 0 then {{ratio(e.kwh, e.reading_months)}} end as double) as kwh_month,
  cast({{days_between(s.registered_on, date_add({{month_start(s.p_ym + 1)}}, -1))}} as integer) as age_days,
  cast(case when l.lines_yuan > 0 then {{ratio(l.expense_yuan, l.lines_yuan)}} end as double) as expense_share,
  cast(case when l.lines_yuan > 0 then {{ratio(l.expense_goods_yuan, l.lines_yuan)}} end as double) as expense_goods_share,
  cast(n.taxpayer_key is not null as boolean) as is_key_known,
  cast(coalesce(k.device_count, 0) as integer) as device_count,
  cast(coalesce(k.ip_count, 0) as integer) as ip_count,
  cast(coalesce(k.address_count, 0) as integer) as address_count
from subjects as s
join feat_trade as o on o.subject_no = s.subject_no
left join staffed as h on h.subject_no = s.subject_no
left join metered as e on e.subject_no = s.subject_no
left join lines as l on l.subject_no = s.subject_no
left join known_keys as n on n.taxpayer_key = s.taxpayer_key
left join shared_keys as k on k.taxpayer_key = s.taxpayer_key
