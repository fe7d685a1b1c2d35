with
metered as (
  select e.taxpayer_key, e.ym, sum(e.kwh) as kwh, max(case when e.is_shared_meter then 1 else 0 end) as is_shared
  from electricity as e
  group by e.taxpayer_key, e.ym
),
used as (
  select s.subject_no,
    cast(sum(case when m.ym > s.p_ym - 6 then m.kwh end) as decimal(24,8)) as kwh_w6,
    cast(sum(case when m.ym <= s.p_ym - 12 and m.ym > s.p_ym - 18 then m.kwh end) as decimal(24,8)) as kwh_py_w6,
    sum(case when m.ym > s.p_ym - 6 then 1 else 0 end) as months_w6,
    sum(case when m.ym <= s.p_ym - 12 and m.ym > s.p_ym - 18 then 1 else 0 end) as months_py_w6,
    cast(sum(case when m.ym > s.p_ym - 12 then m.kwh end) as decimal(24,8)) as kwh_w12,
    sum(case when m.ym > s.p_ym - 12 then 1 else 0 end) as months_w12,
    sum(case when m.ym <= s.p_ym - 1 and m.ym > s.p_ym - 13 then 1 else 0 end) as months_w12_before,
    cast(sum(case when m.ym <= s.p_ym - 1 and m.ym > s.p_ym - 13 then m.kwh end) as decimal(24,8)) as kwh_w12_before,
    max(case when m.ym > s.p_ym - 18 then m.is_shared else 0 end) as is_shared
  from feat_subject as s
  join metered as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.p_ym - 23 and s.p_ym
  group by s.subject_no
),
declared as (
  select taxpayer_key, ym, sales_declared_yuan from feat_return_month
  union all
  select taxpayer_key, ym, sales_declared_yuan from feat_small_month
),
sales_before as (
  select s.subject_no, sum(d.sales_declared_yuan) as sales_yuan
  from feat_subject as s
  join declared as d on d.taxpayer_key = s.taxpayer_key and d.ym between s.p_ym - 12 and s.p_ym - 1
  group by s.subject_no
),
staffed as (
  select s.subject_no,
    {{ratio(sum(case when h.ym > s.p_ym - 6 then h.insured_count end), count(case when h.ym > s.p_ym - 6 then h.insured_count end))}} as staff_w6,
    {{ratio(sum(case when h.ym <= s.p_ym - 12 and h.ym > s.p_ym - 18 then h.insured_count end),
      count(case when h.ym <= s.p_ym - 12 and h.ym > s.p_ym - 18 then h.insured_count end))}} as staff_py_w6
  from feat_subject as s
  join feat_staff_month as h on h.taxpayer_key = s.taxpayer_key and h.ym between s.p_ym - 17 and s.p_ym
  group by s.subject_no
)
select
  cast(u.subject_no as integer) as subject_no,
  cast(u.kwh_w6 as double) as kwh_w6,
  cast(u.kwh_py_w6 as double) as kwh_py_w6,
  cast(u.months_w6 as integer) as months_w6,
  cast(u.months_py_w6 as integer) as months_py_w6,
  cast(u.kwh_w12 as double) as kwh_w12,
  cast(u.months_w12 as integer) as months_w12,
  cast(u.kwh_w12_before as double) as kwh_w12_before,
  cast(b.sales_yuan as decimal(18,2)) as sales_w12_before_yuan,
  cast(u.is_shared = 1 as boolean) as is_shared_meter,
  cast(t.staff_w6 as double) as staff_w6,
  cast(t.staff_py_w6 as double) as staff_py_w6,
  cast(u.months_w12_before as integer) as months_w12_before
from used as u
left join sales_before as b on b.subject_no = u.subject_no
left join staffed as t on t.subject_no = u.subject_no
