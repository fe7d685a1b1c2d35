with
newest as (
  select taxpayer_key, ym, tax_item, max(version) as version
  from six_tax_filings
  where version > 1
  group by taxpayer_key, ym, tax_item
),
filings as (
  select f.taxpayer_key, f.ym, f.tax_item, f.version, coalesce(f.filed_on, date_add({{month_start(f.ym + 1)}}, 14)) as filed_on,
    f.tax_base, coalesce(f.tax_base_sales, 0) + coalesce(f.tax_base_purchase, 0) as base_parts,
    f.tax_base_sales is null and f.tax_base_purchase is null as has_no_parts, f.tax_due, coalesce(f.other_relief, 0) as other_relief, coalesce(f.relief, 0) as relief, f.claimed_identity,
    -- A settlement holds from July of the year after its tax year to the next June.
    {{idiv(f.ym - 6, 12)}} - 1 as settlement_year, f.source_file_no, f.source_row_no
  from six_tax_filings as f
  left join newest as n on n.taxpayer_key = f.taxpayer_key and n.ym = f.ym and n.tax_item = f.tax_item
  where n.version is null or n.version = f.version
),
settlement_rows as (
  select taxpayer_key, tax_year, is_small_profit,
    row_number() over (
      partition by taxpayer_key, tax_year
      order by version desc nulls last, source_file_no desc nulls last, source_row_no desc nulls last
    ) as newest_first
  from cit_settlements
),
settlements as (
  select taxpayer_key, tax_year, is_small_profit from settlement_rows where newest_first = 1
),
first_settlements as (
  select taxpayer_key, min(tax_year) as first_year from settlements group by taxpayer_key
),
new_general as (
  select f.taxpayer_key, f.ym, f.tax_item, {{ym(f.filed_on)}} - 1 as month_before_ym
  from filings as f
  join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key
  left join first_settlements as s on s.taxpayer_key = f.taxpayer_key
  where {{idiv(t.registered_ym, 12)}} > f.settlement_year and coalesce(s.first_year, 9999) > f.settlement_year
),
sizes as (
  select n.taxpayer_key, n.ym, n.tax_item,
    case when h.insured_count is null or b.total_assets is null then null
      else h.insured_count + coalesce(h.dispatched_count, 0) <= r.new_general_staff and b.total_assets <= r.new_general_assets_yuan
    end as is_small
  from new_general as n
  cross join run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
  left join headcounts as h on h.taxpayer_key = n.taxpayer_key and h.ym = n.month_before_ym
  left join balance_sheets as b on b.taxpayer_key = n.taxpayer_key and b.ym = n.month_before_ym
),
routes as (
  select f.*,
    case when t.vat_status_resolved = 'small' then true when t.vat_status_resolved = 'general' then coalesce(f.ym < t.general_from_ym, false) end
      as is_small_scale,
    coalesce(t.entity_kind = 'individual', false) as is_individual,
    n.taxpayer_key is not null as is_before_settlement, s.is_small_profit as is_settled_small_profit, z.is_small as is_within_new_limits,
    coalesce(f.ym >= t.general_from_ym, false) as is_general_by_then,
    case when n.taxpayer_key is not null then false else s.is_small_profit end as is_small_profit,
    case when n.taxpayer_key is null then false else z.is_small end as is_new_small
  from filings as f
  left join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key
  left join settlements as s on s.taxpayer_key = f.taxpayer_key and s.tax_year = f.settlement_year
  left join new_general as n on n.taxpayer_key = f.taxpayer_key and n.ym = f.ym and n.tax_item = f.tax_item
  left join sizes as z on z.taxpayer_key = f.taxpayer_key and z.ym = f.ym and z.tax_item = f.tax_item
)
select
  cast(r.taxpayer_key as integer) as taxpayer_key,
  cast(r.ym as integer) as ym,
  cast(r.tax_item as string) as tax_item,
  cast(r.version as integer) as version,
  cast(r.filed_on as date) as filed_on,
  cast(r.tax_base as decimal(18,2)) as tax_base,
  cast(case when r.has_no_parts then null else r.base_parts end as decimal(18,2)) as base_parts,
  cast(r.tax_due as decimal(18,2)) as tax_due_yuan,
  cast(r.other_relief as decimal(18,2)) as other_relief_yuan,
  cast(r.relief as decimal(18,2)) as relief_yuan,
  cast(r.claimed_identity as string) as claimed_identity,
  cast(r.settlement_year as integer) as settlement_year,
  cast(r.is_small_scale or r.is_individual or r.is_small_profit or r.is_new_small as boolean) as is_qualified,
  cast(case
    when r.is_small_scale then 'small_scale'
    when r.is_individual then 'individual'
    when r.is_small_profit then 'small_profit'
    when r.is_new_small then 'new_general'
    when (r.is_small_scale or r.is_individual or r.is_small_profit or r.is_new_small) is null then 'unknown'
    else 'none'
  end as string) as identity_basis,
  cast(r.is_general_by_then as boolean) as is_general_by_then,
  cast(r.is_before_settlement as boolean) as is_before_settlement,
  cast(r.is_within_new_limits as boolean) as is_within_new_limits,
  cast(r.is_settled_small_profit as boolean) as is_settled_small_profit,
  cast(l.share as double) as relief_share,
  -- In decimals, so that half a fen is rounded up whatever its binary form.
  cast(cast(l.share as decimal(6,4)) * greatest(0, r.tax_due - r.other_relief) as decimal(18,2)) as cap_yuan,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from routes as r
left join list_six_tax_rules as l on l.tax_item = r.tax_item and r.ym between l.from_ym and l.to_ym
