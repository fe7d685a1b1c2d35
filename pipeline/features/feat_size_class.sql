with
claims as (
  select s.subject_no, s.taxpayer_key, s.rule_on, 12 * (year(s.rule_on) - 1) as from_ym, 12 * (year(s.rule_on) - 1) + 11 as to_ym,
    coalesce(t.industry_3, t.industry_2, t.industry_section, '') as industry, coalesce(t.registered_ym, 0) as registered_ym
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  where s.has_claim
),
periods as (
  select k.subject_no, c.span_months, c.sales_declared_yuan
  from claims as k
  join feat_claim_return as c on c.subject_no = k.subject_no and c.ym between k.from_ym and k.to_ym and c.is_sales_delivered
  union all
  select k.subject_no, m.span_months, m.sales_declared_yuan
  from claims as k
  join feat_small_month as m on m.taxpayer_key = k.taxpayer_key and m.ym between k.from_ym and k.to_ym
),
declared as (
  select subject_no, sum(span_months) as covered_months, sum(sales_declared_yuan) as sales_yuan from periods group by subject_no
),
deducted as (
  select k.subject_no, sum(r.deduction_net_yuan) as deduction_yuan
  from claims as k
  join feat_schedule1_rate as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.to_ym
  group by k.subject_no
),
assets as (
  select k.subject_no, b.total_assets as assets_yuan
  from claims as k
  join balance_sheets as b on b.taxpayer_key = k.taxpayer_key and b.ym = k.to_ym
),
groups as (
  select k.subject_no, z.prefix, z.group_zh, z.sales_large_yuan, z.sales_medium_yuan, z.sales_small_yuan, z.assets_large_yuan, z.assets_medium_yuan,
    z.assets_small_yuan,
    row_number() over (partition by k.subject_no order by length(z.prefix) desc nulls last, z.from_on desc nulls last) as best_first
  from claims as k
  join list_size_classes as z on substr(k.industry, 1, length(z.prefix)) = z.prefix and k.rule_on between z.from_on and z.to_on
),
-- A year with gaps counts by its months: sales / months * 12. Registered in or after December of the year: there is no year to class by.
measured as (
  select k.subject_no, k.from_ym, k.to_ym, g.group_zh, g.sales_large_yuan, g.sales_medium_yuan, g.sales_small_yuan, g.assets_large_yuan,
    g.assets_medium_yuan, g.assets_small_yuan, d.covered_months, d.sales_yuan - coalesce(x.deduction_yuan, 0) as sales_yuan, a.assets_yuan,
    case when k.registered_ym <= k.to_ym and 4 * d.covered_months >= 3 * least(12, k.to_ym - k.registered_ym + 1)
      then cast(case when d.covered_months >= 12 then cast(d.sales_yuan - coalesce(x.deduction_yuan, 0) as double)
        else 12 * {{ratio(d.sales_yuan - coalesce(x.deduction_yuan, 0), d.covered_months)}} end as decimal(18,2)) end as year_sales_yuan
  from claims as k
  join groups as g on g.subject_no = k.subject_no and g.best_first = 1
  left join declared as d on d.subject_no = k.subject_no
  left join deducted as x on x.subject_no = k.subject_no
  left join assets as a on a.subject_no = k.subject_no
),
-- 4 large, 3 medium, 2 small, 1 micro; 0 = the measure does not count, null = it counts and is not known.
ranked as (
  select m.*,
    case when m.sales_small_yuan is null then 0 when m.year_sales_yuan is null then null when m.year_sales_yuan >= m.sales_large_yuan then 4
      when m.year_sales_yuan >= m.sales_medium_yuan then 3 when m.year_sales_yuan >= m.sales_small_yuan then 2 else 1 end as sales_rank,
    case when m.assets_small_yuan is null then 0 when m.assets_yuan is null then null when m.assets_yuan >= m.assets_large_yuan then 4
      when m.assets_yuan >= m.assets_medium_yuan then 3 when m.assets_yuan >= m.assets_small_yuan then 2 else 1 end as assets_rank
  from measured as m
),
-- Every measure must reach a class; one that is micro settles it.
classed as (
  select r.*,
    case when r.sales_rank = 0 then r.assets_rank when r.assets_rank = 0 then r.sales_rank when r.sales_rank = 1 or r.assets_rank = 1 then 1
      when r.sales_rank <= r.assets_rank then r.sales_rank when r.assets_rank < r.sales_rank then r.assets_rank end as size_rank
  from ranked as r
)
select
  cast(subject_no as integer) as subject_no,
  cast(from_ym as integer) as from_ym,
  cast(to_ym as integer) as to_ym,
  cast(group_zh as string) as group_zh,
  cast(coalesce(covered_months, 0) as integer) as covered_months,
  cast(sales_yuan as decimal(18,2)) as sales_yuan,
  cast(year_sales_yuan as decimal(18,2)) as year_sales_yuan,
  cast(assets_yuan as decimal(18,2)) as assets_yuan,
  cast(sales_small_yuan is not null as boolean) as uses_sales,
  cast(assets_small_yuan is not null as boolean) as uses_assets,
  cast(case size_rank when 4 then 'large' when 3 then 'medium' when 2 then 'small' when 1 then 'micro' end as string) as size_class,
  cast(sales_large_yuan as decimal(18,2)) as sales_large_yuan,
  cast(sales_medium_yuan as decimal(18,2)) as sales_medium_yuan,
  cast(sales_small_yuan as decimal(18,2)) as sales_small_yuan,
  cast(assets_large_yuan as decimal(18,2)) as assets_large_yuan,
  cast(assets_medium_yuan as decimal(18,2)) as assets_medium_yuan,
  cast(assets_small_yuan as decimal(18,2)) as assets_small_yuan
from classed
