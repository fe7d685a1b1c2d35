with
context as (
  select as_of, p_ym from run_context
),
registered as (
  select taxpayer_key, registered_on, entity_kind, vat_status, general_from, industry_code, industry_section, district_code,
    status, status_from, export_method, agent_key, head_office_key,
    case when substr(industry_code, 1, 1) between 'A' and 'T' then substr(industry_code, 2, 4) else industry_code end as industry_digits,
    case when substr(industry_code, 1, 1) between 'A' and 'T' then substr(industry_code, 1, 1) end as industry_letter
  from taxpayers
),
general_filings as (
  select taxpayer_key,
    max(case when coalesce(span_months, 1) = 1 then ym end) as month_ym,
    max(case when span_months = 3 then ym end) as quarter_ym
  from vat_returns
  group by taxpayer_key
),
small_filings as (
  select taxpayer_key,
    max(case when span_months = 1 then ym end) as month_ym,
    max(case when coalesce(span_months, 3) = 3 then ym end) as quarter_ym
  from small_scale_returns
  group by taxpayer_key
),
statuses as (
  select i.taxpayer_key, i.status
  from feat_status_interval as i
  cross join context as c
  where i.from_on <= c.as_of and c.as_of < i.until_on
),
ratings_in_force as (
  select i.taxpayer_key, i.rating,
    row_number() over (partition by i.taxpayer_key order by i.valid_from desc nulls last, i.rating asc nulls last) as newest_first
  from feat_rating_interval as i
  cross join context as c
  where i.valid_from <= c.as_of and c.as_of <= i.valid_until
),
inspected as (
  select distinct i.taxpayer_key
  from inspection_cases as i
  cross join context as c
  where i.opened_on <= c.as_of and (i.closed_on is null or i.closed_on > c.as_of)
),
filed as (
  select t.taxpayer_key,
    case
      when t.vat_status is not null then t.vat_status
      when greatest(coalesce(g.month_ym, 0), coalesce(g.quarter_ym, 0)) >= c.p_ym
        or g.quarter_ym >= c.p_ym - mod(c.p_ym + 1, 3) then 'general'
      when s.month_ym is not null or s.quarter_ym is not null then 'small'
      else 'unknown'
    end as vat_status_resolved,
    case when coalesce(g.quarter_ym, 0) > coalesce(g.month_ym, 0) then 3 else 1 end as general_span_months,
    case when coalesce(s.month_ym, 0) > coalesce(s.quarter_ym, 0) then 1 else 3 end as small_span_months
  from registered as t
  cross join context as c
  left join general_filings as g on g.taxpayer_key = t.taxpayer_key
  left join small_filings as s on s.taxpayer_key = t.taxpayer_key
)
select
  cast(t.taxpayer_key as integer) as taxpayer_key,
  cast(t.registered_on as date) as registered_on,
  cast({{ym(t.registered_on)}} as integer) as registered_ym,
  cast({{days_between(t.registered_on, c.as_of)}} as integer) as age_days,
  cast(t.entity_kind as string) as entity_kind,
  cast(f.vat_status_resolved as string) as vat_status_resolved,
  cast(t.general_from as date) as general_from,
  cast({{ym(t.general_from)}} as integer) as general_from_ym,
  cast(case when f.vat_status_resolved = 'small' then f.small_span_months else f.general_span_months end as integer) as filing_span_months,
  cast(t.industry_code as string) as industry_code,
  cast(coalesce(t.industry_section, t.industry_letter, n.section) as string) as industry_section,
  cast(coalesce(t.industry_section, t.industry_letter, n.section) || substr(t.industry_digits, 1, 2) as string) as industry_2,
  cast(case when length(t.industry_digits) >= 3
    then coalesce(t.industry_section, t.industry_letter, n.section) || substr(t.industry_digits, 1, 3) end as string) as industry_3,
  cast(t.district_code as string) as district_code,
  cast(t.status is not null or i.status is not null as boolean) as is_status_known,
  cast(case when t.status is not null and t.status_from is null then t.status else coalesce(i.status, 'normal') end as string) as status_on_r,
  cast(r.rating as string) as rating_on_r,
  cast(u.taxpayer_key is not null as boolean) as is_under_inspection,
  cast(t.export_method as string) as export_method,
  cast(t.agent_key as integer) as agent_key,
  cast(t.head_office_key as integer) as head_office_key
from registered as t
cross join context as c
join filed as f on f.taxpayer_key = t.taxpayer_key
left join statuses as i on i.taxpayer_key = t.taxpayer_key
left join ratings_in_force as r on r.taxpayer_key = t.taxpayer_key and r.newest_first = 1
left join inspected as u on u.taxpayer_key = t.taxpayer_key
left join list_industry_sections as n
  on substr(t.industry_digits, 1, 2) between n.division_from and n.division_to and c.as_of between n.from_on and n.to_on
