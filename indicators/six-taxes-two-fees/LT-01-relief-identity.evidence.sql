-- Relief rows of the 36 months, newest first, each with what decided the identity of its period.
with
newest as (
  select c.taxpayer_key, c.tax_year, max(c.version) as version
  from cit_settlements as c
  where exists (select 1 from asked as a where a.taxpayer_key = c.taxpayer_key)
  group by c.taxpayer_key, c.tax_year
),
settlements as (
  select n.taxpayer_key, n.tax_year, c.is_small_profit, c.settled_on
  from newest as n
  join cit_settlements as c on c.taxpayer_key = n.taxpayer_key and c.tax_year = n.tax_year and c.version = n.version
)
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no
    order by case when f.is_qualified then 1 else 0 end asc nulls last, f.ym desc nulls last, f.relief_yuan desc nulls last, f.tax_item asc nulls last
  ) as integer) as evidence_rank,
  cast(cast({{idiv(f.ym, 12)}} as string) || '-' || lpad(cast(mod(f.ym, 12) + 1 as string), 2, '0') as string) as period,
  cast(f.tax_item as string) as tax_item,
  cast(f.filed_on as date) as filed_on,
  cast(f.tax_due_yuan as decimal(18,2)) as tax_due_yuan,
  cast(f.relief_yuan as decimal(18,2)) as relief_yuan,
  cast(f.claimed_identity as string) as claimed_identity,
  cast(f.identity_basis as string) as identity_found,
  cast(t.vat_status_resolved as string) as vat_status,
  cast(t.general_from as date) as general_from,
  cast(f.settlement_year as integer) as settlement_year,
  cast(c.is_small_profit as boolean) as is_small_profit,
  cast(c.settled_on as date) as settled_on,
  cast(f.source_file_no as integer) as source_file_no,
  cast(f.source_row_no as bigint) as source_row_no
from asked as a
join feat_taxpayer as t on t.taxpayer_key = a.taxpayer_key
join feat_six_tax as f on f.taxpayer_key = a.taxpayer_key and f.ym between a.p_ym - 35 and a.p_ym and f.relief_yuan > 0
left join settlements as c on c.taxpayer_key = f.taxpayer_key and c.tax_year = f.settlement_year
