-- The seven traits with their figures; then who shares a device, IP address or premises; then buyers by amount with their red share.
with
profiles as (
  select a.subject_no, a.taxpayer_key, a.p_ym, f.sold_yuan, f.input_share, f.staff_mean, f.kwh_month, f.age_days, f.expense_share, f.is_key_known,
    greatest(f.device_count, f.ip_count, f.address_count) as key_sharers, p.input_share_below, p.staff_maximum, p.kwh_month_below, p.expense_share_minimum,
    r.sales_yuan, r.age_days as age_limit_days
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_shell_profile as f on f.subject_no = a.subject_no
  cross join run_context as c
  join list_shell_rules as r on c.as_of between r.from_on and r.to_on
),
traits as (
  select subject_no, 1 as place, '1 进项占销售 purchases to sales' as item, input_share as figure, input_share_below as limit_figure, input_share < input_share_below as is_true
  from profiles
  union all
  select subject_no, 2 as place, '2 月均参保人数 insured persons' as item, staff_mean as figure, staff_maximum as limit_figure, staff_mean <= staff_maximum as is_true
  from profiles
  union all
  select subject_no, 3 as place, '3 月均用电(千瓦时) monthly kWh' as item, kwh_month as figure, kwh_month_below as limit_figure, kwh_month < kwh_month_below as is_true
  from profiles
  union all
  select subject_no, 4 as place, '4 六个月开票(元) invoiced, yuan' as item, cast(sold_yuan as double) as figure, cast(sales_yuan as double) as limit_figure,
    sold_yuan >= sales_yuan as is_true
  from profiles
  union all
  select subject_no, 5 as place, '5 登记天数 age in days' as item, cast(age_days as double) as figure, cast(age_limit_days as double) as limit_figure,
    age_days <= age_limit_days as is_true
  from profiles
  union all
  select subject_no, 6 as place, '6 费用类品目占比 expense items' as item, expense_share as figure, expense_share_minimum as limit_figure,
    expense_share >= expense_share_minimum as is_true
  from profiles
  union all
  select subject_no, 7 as place, '7 共用设备、网络、地址的同类户数 sharers' as item, case when is_key_known then cast(key_sharers as double) end as figure,
    cast(1 as double) as limit_figure, case when is_key_known then key_sharers > 0 end as is_true
  from profiles
),
sharers as (
  select p.subject_no, o.taxpayer_key, max(case when k.kind = 'device' then 1 else 0 end) as by_device, max(case when k.kind = 'ip' then 1 else 0 end) as by_ip,
    max(case when k.kind = 'address' then 1 else 0 end) as by_address
  from profiles as p
  join feat_taxpayer as t on t.taxpayer_key = p.taxpayer_key
  join feat_shell_key as k on k.taxpayer_key = p.taxpayer_key and k.other_count > 0
  join feat_shell_key as o on o.kind = k.kind and o.key_text = k.key_text and o.is_young_seller and o.taxpayer_key <> k.taxpayer_key
  join feat_taxpayer as u on u.taxpayer_key = o.taxpayer_key
  where k.kind = 'address' or t.agent_key is null or u.agent_key is null or t.agent_key <> u.agent_key
  group by p.subject_no, o.taxpayer_key
),
buyers as (
  select p.subject_no, i.buyer_key, sum(i.signed_amount) as amount_yuan, count(*) as invoice_count,
    sum(case when i.doc_status = 'red' then -i.signed_amount else 0 end) as red_yuan, sum(case when i.doc_status = 'normal' then i.signed_amount else 0 end) as normal_yuan
  from profiles as p
  join invoices as i on i.seller_key = p.taxpayer_key and i.ym between p.p_ym - 5 and p.p_ym
  where i.doc_status <> 'void' and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
  group by p.subject_no, i.buyer_key
),
everyone as (
  select subject_no, sum(amount_yuan) as amount_yuan, sum(invoice_count) as invoice_count, sum(red_yuan) as red_yuan, sum(normal_yuan) as normal_yuan
  from buyers
  group by subject_no
),
rows_shown as (
  select subject_no, 1 as part, place, '特征 trait' as row_kind, item, figure, limit_figure,
    case when is_true then '成立 true' when is_true is null then '未评估 no data' else '不成立 false' end as state,
    cast(null as integer) as party_key, cast(null as decimal(18,2)) as amount_yuan, cast(null as integer) as invoice_count, cast(null as double) as red_share
  from traits
  union all
  select subject_no, 2 as part, 0 as place, '共用者 sharer' as row_kind,
    concat_ws(' ', case when by_device = 1 then '设备 device' end, case when by_ip = 1 then 'IP' end, case when by_address = 1 then '地址 premises' end) as item,
    null as figure, null as limit_figure, null as state, taxpayer_key as party_key, null as amount_yuan, null as invoice_count, null as red_share
  from sharers
  union all
  select subject_no, 3 as part, 0 as place, '购方合计 all buyers' as row_kind, null as item, null as figure, null as limit_figure, null as state, null as party_key,
    amount_yuan, invoice_count, {{ratio(red_yuan, normal_yuan)}} as red_share
  from everyone
  union all
  select subject_no, 4 as part, 0 as place, '购方 buyer' as row_kind, null as item, null as figure, null as limit_figure, null as state, buyer_key as party_key,
    amount_yuan, invoice_count, {{ratio(red_yuan, normal_yuan)}} as red_share
  from buyers
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by r.subject_no
    order by r.part asc nulls last, r.place asc nulls last, r.amount_yuan desc nulls last, q.party_id asc nulls last, r.party_key asc nulls last
  ) as integer) as evidence_rank,
  cast(r.row_kind as string) as row_kind,
  cast(r.item as string) as item,
  cast(r.figure as double) as figure,
  cast(r.limit_figure as double) as limit_figure,
  cast(r.state as string) as state,
  cast(q.party_id as string) as party_id,
  cast(q.party_name as string) as party_name,
  cast(r.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(r.invoice_count as integer) as invoice_count,
  cast(r.red_share as double) as red_share
from rows_shown as r
left join parties as q on q.party_key = r.party_key
