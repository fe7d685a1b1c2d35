-- Tax on 3 % sales after the reduction, against the rates in force; lines at 1 % whose goods bear 5 %.
with
-- Row 16 also holds reductions on used assets (row 7) and on housing let by individuals and letting firms (row 4), between nothing and the
-- share allowed, as the reduction may be waived: the tax left for row 1 is a range.
periods as (
  select s.subject_no, s.taxpayer_key, r.ym, r.span_months, r.sales_3pct_q01 as sales_yuan, l.lowest_rate, l.highest_rate,
    r.tax_payable_q15 - cast(0.05 as decimal(3,2)) * r.sales_5pct_q04 - cast(0.03 as decimal(3,2)) * r.used_asset_sales_q07
      - coalesce(r.tax_reduction_q16, 0) as least_tax_yuan,
    p.used_asset_reduction * cast(r.used_asset_sales_q07 as double) + p.housing_reduction * cast(r.sales_5pct_q04 as double) as other_reduction_yuan,
    r.used_asset_sales_q07 as used_asset_yuan
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_small_month as r on r.taxpayer_key = s.taxpayer_key and r.ym <= s.p_ym
    and (t.vat_status_resolved = 'small' or r.ym < t.general_from_ym)
  join list_levy_rates as l on r.ym between l.from_ym and l.to_ym
  where s.is_primary and r.sales_3pct_q01 >= p.sales_minimum_yuan and r.tax_payable_q15 is not null
),
invoiced as (
  select p.subject_no, p.ym, sum(m.one_pct_amount_yuan) as one_pct_yuan, sum(m.three_pct_amount_yuan) as three_pct_yuan
  from periods as p
  join feat_small_sales_month as m on m.taxpayer_key = p.taxpayer_key and m.ym > p.ym - p.span_months and m.ym <= p.ym
  group by p.subject_no, p.ym
),
wanted as (
  select p.subject_no, p.ym, p.sales_yuan, p.lowest_rate, p.highest_rate, cast(p.least_tax_yuan as double) as least_tax_yuan,
    cast(p.least_tax_yuan as double) + p.other_reduction_yuan as most_tax_yuan,
    -- Invoices beyond row 1 belong to exempt rows, and those of used assets bear the same rates: then they do not tell the mix of row 1.
    case when {{ratio(i.one_pct_yuan + i.three_pct_yuan, p.sales_yuan)}} between q.invoice_share_minimum and 1 + q.rate_tolerance and p.used_asset_yuan = 0
      then cast(0.01 as double) * cast(i.one_pct_yuan as double) + cast(0.03 as double) * cast(i.three_pct_yuan as double)
        + p.lowest_rate * cast(p.sales_yuan - i.one_pct_yuan - i.three_pct_yuan as double) end as want_tax_yuan
  from periods as p
  join params as q on q.subject_no = p.subject_no
  left join invoiced as i on i.subject_no = p.subject_no and i.ym = p.ym
),
-- The tax of the range that lies nearest to what the rates ask for.
compared as (
  select w.*,
    case
      when w.most_tax_yuan < w.lowest_rate * cast(w.sales_yuan as double) then w.most_tax_yuan
      when w.least_tax_yuan > w.highest_rate * cast(w.sales_yuan as double) then w.least_tax_yuan
      else greatest(w.least_tax_yuan, least(w.most_tax_yuan, coalesce(w.want_tax_yuan, w.lowest_rate * cast(w.sales_yuan as double))))
    end as tax_yuan
  from wanted as w
),
tested as (
  select c.subject_no, c.ym, c.sales_yuan, c.tax_yuan, c.want_tax_yuan, c.lowest_rate, c.highest_rate,
    {{ratio(c.tax_yuan, c.sales_yuan)}} as effective_rate,
    {{ratio(c.tax_yuan, c.sales_yuan)}} < c.lowest_rate - p.rate_tolerance
      or {{ratio(c.tax_yuan, c.sales_yuan)}} > c.highest_rate + p.rate_tolerance as is_outside,
    abs(c.tax_yuan - c.want_tax_yuan) > greatest(p.tax_tolerance_yuan, p.rate_tolerance * cast(c.sales_yuan as double)) as is_unlike_invoices
  from compared as c
  join params as p on p.subject_no = c.subject_no
),
ranked as (
  select t.*,
    row_number() over (
      partition by t.subject_no
      order by case when t.is_outside then 0 when t.is_unlike_invoices then 1 else 2 end asc nulls last, t.ym desc nulls last
    ) as worst_first
  from tested as t
),
summed as (
  select subject_no, sum(case when is_outside then 1 else 0 end) as outside_count, sum(case when is_unlike_invoices then 1 else 0 end) as unlike_count,
    sum(case when is_outside and tax_yuan < lowest_rate * cast(sales_yuan as double)
      then cast(lowest_rate * cast(sales_yuan as double) - tax_yuan as decimal(18,2)) end) as tax_short_yuan
  from tested
  group by subject_no
),
lines as (
  select s.subject_no, count(*) as line_count, sum(l.amount_yuan) as amount_yuan, max(l.ym) as latest_ym
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_low_levy_line as l on l.taxpayer_key = s.taxpayer_key and l.ym <= s.p_ym and l.amount_yuan >= p.line_minimum_yuan
  where s.is_primary
  group by s.subject_no
),
filers as (
  select distinct taxpayer_key from feat_small_month
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.vat_status_resolved = 'general' and m.subject_no is null and k.subject_no is null then 'A_STATUS' end as string) as not_applicable,
  cast(case when f.taxpayer_key is null then 'N_NO_ROWS' when m.subject_no is null and k.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(w.effective_rate as double) as effective_rate,
  cast(coalesce(m.outside_count, 0) as integer) as outside_count,
  cast(coalesce(m.unlike_count, 0) as integer) as unlike_count,
  cast(m.tax_short_yuan as decimal(18,2)) as tax_short_yuan,
  cast(w.ym as integer) as worst_ym,
  cast(w.sales_yuan as decimal(18,2)) as worst_sales_yuan,
  cast(w.tax_yuan as decimal(18,2)) as worst_tax_yuan,
  cast(w.want_tax_yuan as decimal(18,2)) as worst_want_yuan,
  cast(w.lowest_rate as double) as lowest_rate,
  cast(w.highest_rate as double) as highest_rate,
  cast(coalesce(k.line_count, 0) as integer) as low_line_count,
  cast(k.amount_yuan as decimal(18,2)) as low_line_yuan,
  cast(k.latest_ym as integer) as low_line_ym
from feat_subject as s
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join summed as m on m.subject_no = s.subject_no
left join ranked as w on w.subject_no = s.subject_no and w.worst_first = 1
left join lines as k on k.subject_no = s.subject_no
where s.is_primary
