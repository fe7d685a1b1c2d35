-- Per short period: the rate table (invoiced and declared), then the five largest invoices; newest period first.
with
periods as (
  select a.subject_no, a.taxpayer_key, r.ym, r.span_months, r.output_tax_m11 + r.simple_tax_m21 as declared_tax_yuan,
    case when r.is_sales_delivered then r.sales_declared_yuan end as sales_declared_yuan
  from asked as a
  join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 23 and a.p_ym
),
period_months as (
  select p.subject_no, p.taxpayer_key, p.ym, p.ym - o.months_back as month_ym
  from periods as p
  join (select 0 as months_back union all select 1 union all select 2) as o on o.months_back < p.span_months
),
sides as (
  select p.subject_no, p.taxpayer_key, p.ym, i.rate, i.declarable_amount_yuan as invoiced_yuan, i.declarable_tax_yuan as invoiced_tax_yuan,
    0 as declared_yuan, 0 as declared_tax_yuan, 0 as has_schedule
  from period_months as p
  join feat_seller_rate_month as i on i.seller_key = p.taxpayer_key and i.ym = p.month_ym
  union all
  select p.subject_no, p.taxpayer_key, p.ym, c.rate, 0 as invoiced_yuan, 0 as invoiced_tax_yuan,
    c.special_sales_c01 + c.other_invoice_sales_c03 as declared_yuan, c.special_tax_c02 + c.other_invoice_tax_c04 as declared_tax_yuan, 1 as has_schedule
  from periods as p
  join feat_schedule1_rate as c on c.taxpayer_key = p.taxpayer_key and c.ym = p.ym
),
rates as (
  select subject_no, taxpayer_key, ym, rate, sum(invoiced_yuan) as invoiced_yuan, sum(invoiced_tax_yuan) as invoiced_tax_yuan,
    sum(declared_yuan) as declared_yuan, sum(declared_tax_yuan) as declared_tax_yuan, max(has_schedule) as has_schedule
  from sides
  group by subject_no, taxpayer_key, ym, rate
),
scheduled as (
  select subject_no, ym, max(has_schedule) as has_schedule, sum(invoiced_yuan) as invoiced_yuan, sum(invoiced_tax_yuan) as invoiced_tax_yuan,
    sum(declared_yuan) as declared_yuan, sum(declared_tax_yuan) as declared_tax_yuan, max(abs(invoiced_yuan - declared_yuan)) as rate_gap_yuan
  from rates
  group by subject_no, ym
),
gaps as (
  select p.*, k.has_schedule, k.invoiced_yuan, k.invoiced_tax_yuan, k.rate_gap_yuan,
    case when k.has_schedule = 1 then k.declared_yuan else p.sales_declared_yuan end as compared_yuan,
    case when k.has_schedule = 1 then k.declared_tax_yuan else p.declared_tax_yuan end as compared_tax_yuan
  from periods as p
  join scheduled as k on k.subject_no = p.subject_no and k.ym = p.ym
),
allowed as (
  select g.*, g.invoiced_yuan - g.compared_yuan as gap_yuan, g.invoiced_tax_yuan - g.compared_tax_yuan as gap_tax_yuan,
    greatest(q.gap_tolerance_yuan, q.gap_tolerance_share * cast(g.invoiced_yuan as double)) as allowed_yuan,
    greatest(q.gap_tolerance_yuan, q.gap_tolerance_share * cast(g.invoiced_tax_yuan as double)) as allowed_tax_yuan
  from gaps as g
  join params as q on q.subject_no = g.subject_no
),
short as (
  select w.*
  from allowed as w
  where w.gap_yuan > w.allowed_yuan or w.gap_tax_yuan > w.allowed_tax_yuan
    or (w.has_schedule = 1 and abs(w.gap_yuan) <= w.allowed_yuan and w.rate_gap_yuan > w.allowed_yuan)
),
largest as (
  select h.subject_no, h.ym, i.invoice_key, i.buyer_key, i.issued_on, cast(i.rate as double) as rate, i.signed_amount, i.signed_tax, i.source_file_no, i.source_row_no,
    row_number() over (partition by h.subject_no, h.ym order by i.signed_amount desc nulls last, i.invoice_key asc nulls last) as place
  from short as h
  join period_months as m on m.subject_no = h.subject_no and m.ym = h.ym
  join invoices as i on i.seller_key = m.taxpayer_key and i.ym = m.month_ym
  where i.doc_status <> 'void' and not i.issued_by_authority and coalesce(i.invoice_kind, '') <> 'agri_purchase'
),
shown as (
  select h.subject_no, h.ym, 1 as part, 'total' as row_kind, cast(null as double) as rate, h.invoiced_yuan, h.compared_yuan as declared_yuan,
    h.invoiced_tax_yuan, h.compared_tax_yuan as declared_tax_yuan, cast(null as string) as invoice_key, cast(null as integer) as buyer_key,
    cast(null as date) as issued_on, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from short as h
  union all
  select h.subject_no, h.ym, 2 as part, 'rate' as row_kind, r.rate, r.invoiced_yuan, case when h.has_schedule = 1 then r.declared_yuan end as declared_yuan,
    r.invoiced_tax_yuan, case when h.has_schedule = 1 then r.declared_tax_yuan end as declared_tax_yuan, cast(null as string) as invoice_key,
    cast(null as integer) as buyer_key, cast(null as date) as issued_on, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from short as h
  join rates as r on r.subject_no = h.subject_no and r.ym = h.ym
  union all
  select l.subject_no, l.ym, 3 as part, 'invoice' as row_kind, l.rate, l.signed_amount as invoiced_yuan, null as declared_yuan,
    l.signed_tax as invoiced_tax_yuan, null as declared_tax_yuan, l.invoice_key, l.buyer_key, l.issued_on, l.source_file_no, l.source_row_no
  from largest as l
  where l.place <= 5
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by s.subject_no
    order by s.ym desc nulls last, s.part asc nulls last, s.rate desc nulls last, s.invoiced_yuan desc nulls last, s.invoice_key asc nulls last
  ) as integer) as evidence_rank,
  cast(cast({{idiv(s.ym, 12)}} as string) || '-' || lpad(cast(mod(s.ym, 12) + 1 as string), 2, '0') as string) as period,
  cast(s.row_kind as string) as row_kind,
  cast(case when s.rate >= 0 then s.rate end as double) as rate,
  cast(s.invoiced_yuan as decimal(18,2)) as invoiced_yuan,
  cast(s.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(s.invoiced_tax_yuan as decimal(18,2)) as invoiced_tax_yuan,
  cast(s.declared_tax_yuan as decimal(18,2)) as declared_tax_yuan,
  cast(s.invoice_key as string) as invoice,
  cast(b.party_id as string) as buyer_id,
  cast(s.issued_on as date) as issued_on,
  cast(s.source_file_no as integer) as source_file_no,
  cast(s.source_row_no as bigint) as source_row_no
from shown as s
left join parties as b on b.party_key = s.buyer_key
