-- Seven traits of a shell, each true, false or without data (null). Young taxpayers are the point: six months of life are not asked for.
with
judged as (
  select f.subject_no, f.taxpayer_key, f.sold_yuan, f.input_share, f.staff_mean, f.kwh_month, f.age_days, f.expense_share,
    greatest(f.device_count, f.ip_count, f.address_count) as key_sharers,
    f.input_share < p.input_share_below as has_little_input,
    f.staff_mean <= p.staff_maximum as has_no_staff,
    f.kwh_month < p.kwh_month_below as has_little_power,
    f.sold_yuan >= r.sales_yuan as has_high_sales,
    f.age_days <= r.age_days as is_young,
    f.expense_share >= p.expense_share_minimum as sells_expenses,
    f.expense_share >= p.expense_share_minimum and f.expense_goods_share < p.expense_share_minimum as sells_services,
    case when f.is_key_known then greatest(f.device_count, f.ip_count, f.address_count) > 0 end as shares_key
  from feat_shell_profile as f
  join params as p on p.subject_no = f.subject_no
  cross join run_context as c
  join list_shell_rules as r on c.as_of between r.from_on and r.to_on
),
counted as (
  select j.*,
    case when has_little_input then 1 else 0 end + case when has_no_staff then 1 else 0 end + case when has_little_power then 1 else 0 end
      + case when has_high_sales then 1 else 0 end + case when is_young then 1 else 0 end + case when sells_expenses then 1 else 0 end
      + case when shares_key then 1 else 0 end as trait_count,
    case when has_little_input is null then 0 else 1 end + case when has_no_staff is null then 0 else 1 end
      + case when has_little_power is null then 0 else 1 end + case when has_high_sales is null then 0 else 1 end
      + case when is_young is null then 0 else 1 end + case when sells_expenses is null then 0 else 1 end
      + case when shares_key is null then 0 else 1 end as assessed_count
  from judged as j
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  -- Without sales there is nothing a shell could have issued.
  cast(case when j.sold_yuan > 0 and j.assessed_count < p.traits_minimum then 'N_COVERAGE' end as string) as not_assessed,
  cast(j.trait_count as integer) as trait_count,
  cast(j.assessed_count as integer) as assessed_count,
  cast(j.has_high_sales as boolean) as has_high_sales,
  cast(coalesce(j.sells_services, false) and not coalesce(j.shares_key, false) as boolean) as is_service_alone,
  cast(j.sold_yuan as decimal(18,2)) as sold_yuan,
  cast(j.input_share as double) as input_share,
  cast(j.age_days as integer) as age_days,
  cast(j.key_sharers as integer) as key_sharers,
  cast(s.p_ym - 5 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym,
  cast(concat_ws('、',
    case when j.has_little_input then '进项占销售不足' end, case when j.has_no_staff then '无参保人员' end,
    case when j.has_little_power then '几乎不用电' end, case when j.has_high_sales then '开票额大' end, case when j.is_young then '登记未满一年' end,
    case when j.sells_expenses then '品目集中于费用类' end, case when j.shares_key then '与同类新户共用设备、网络或地址' end) as string) as traits_zh,
  cast(concat_ws(', ',
    case when j.has_little_input then 'hardly any purchases' end, case when j.has_no_staff then 'nobody insured' end,
    case when j.has_little_power then 'hardly any electricity' end, case when j.has_high_sales then 'high turnover' end,
    case when j.is_young then 'registered within a year' end, case when j.sells_expenses then 'sells what buyers book as expense' end,
    case when j.shares_key then 'shares a device, IP address or premises with such taxpayers' end) as string) as traits_en
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join counted as j on j.subject_no = s.subject_no
where s.is_primary
