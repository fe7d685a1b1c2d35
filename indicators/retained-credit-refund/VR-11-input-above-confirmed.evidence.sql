-- Per period out of line: schedule 2 against the confirmations; then void and repeated confirmations; then received invoices nobody confirmed.
with
periods as (
  select a.subject_no, a.taxpayer_key, q.ym, coalesce(r.span_months, 1) as span_months, q.r01_tax_yuan, q.r02_tax_yuan, q.r03_tax_yuan, q.r35_tax_yuan,
    greatest(abs(r.input_tax_m12 - q.r12_tax_yuan), abs(r.input_transferred_out_m14 - q.r13_tax_yuan)) as form_gap_yuan
  from asked as a
  join feat_schedule2_month as q on q.taxpayer_key = a.taxpayer_key and q.ym between a.p_ym - 23 and a.p_ym
  left join feat_return_month as r on r.taxpayer_key = q.taxpayer_key and r.ym = q.ym
),
period_months as (
  select p.subject_no, p.taxpayer_key, p.ym, p.ym - o.months_back as month_ym
  from periods as p
  join (select 0 as months_back union all select 1 union all select 2) as o on o.months_back < p.span_months
),
confirmed as (
  select m.subject_no, m.ym, sum(u.row1_countable_tax_yuan) as countable_yuan
  from period_months as m
  join feat_use_month as u on u.taxpayer_key = m.taxpayer_key and u.ym = m.month_ym
  group by m.subject_no, m.ym
),
out_of_line as (
  select p.*, coalesce(c.countable_yuan, 0) as countable_yuan, p.r01_tax_yuan - coalesce(c.countable_yuan, 0) as gap_yuan
  from periods as p
  join params as t on t.subject_no = p.subject_no
  left join confirmed as c on c.subject_no = p.subject_no and c.ym = p.ym
  where p.r01_tax_yuan - coalesce(c.countable_yuan, 0) > t.confirmed_tolerance_yuan or p.form_gap_yuan > t.form_tolerance_yuan
),
faulty as (
  select m.subject_no, m.ym, case when f.is_void then 'void' else 'repeated' end as row_kind, f.invoice_key, f.seller_key,
    cast(null as date) as issued_on, f.effective_tax_yuan as tax_yuan, f.source_file_no, f.source_row_no
  from out_of_line as p
  join period_months as m on m.subject_no = p.subject_no and m.ym = p.ym
  join feat_faulty_use as f on f.taxpayer_key = m.taxpayer_key and f.ym = m.month_ym
),
unconfirmed as (
  select m.subject_no, m.ym, 'unconfirmed' as row_kind, i.invoice_key, i.seller_key, i.issued_on, i.signed_tax as tax_yuan, i.source_file_no, i.source_row_no,
    row_number() over (partition by m.subject_no, m.ym order by i.signed_tax desc nulls last, i.invoice_key asc nulls last) as place
  from out_of_line as p
  join period_months as m on m.subject_no = p.subject_no and m.ym = p.ym
  join invoices as i on i.buyer_key = m.taxpayer_key and i.ym = m.month_ym
  where i.doc_status <> 'void' and (i.invoice_kind is null or i.invoice_kind in ('special', 'motor_vehicle', 'toll'))
    and not exists (select 1 from input_uses as u where u.taxpayer_key = m.taxpayer_key and u.invoice_no = i.invoice_no)
),
shown as (
  select subject_no, ym, 1 as part, 'period' as row_kind, r01_tax_yuan, r02_tax_yuan, r03_tax_yuan, r35_tax_yuan, countable_yuan, gap_yuan, form_gap_yuan,
    cast(null as string) as invoice_key, cast(null as integer) as seller_key, cast(null as date) as issued_on, cast(null as decimal(18,2)) as tax_yuan,
    cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from out_of_line
  union all
  select subject_no, ym, 2 as part, row_kind, null, null, null, null, null, null, null, invoice_key, seller_key, issued_on, tax_yuan, source_file_no, source_row_no
  from faulty
  union all
  select subject_no, ym, 3 as part, row_kind, null, null, null, null, null, null, null, invoice_key, seller_key, issued_on, tax_yuan, source_file_no, source_row_no
  from unconfirmed
  where place <= 5
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by s.subject_no
    order by s.ym desc nulls last, s.part asc nulls last, s.tax_yuan desc nulls last, s.invoice_key asc nulls last, s.source_file_no asc nulls last, s.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(cast({{idiv(s.ym, 12)}} as string) || '-' || lpad(cast(mod(s.ym, 12) + 1 as string), 2, '0') as string) as period,
  cast(s.row_kind as string) as row_kind,
  cast(s.r01_tax_yuan as decimal(18,2)) as row1_tax_yuan,
  cast(s.r02_tax_yuan as decimal(18,2)) as row2_tax_yuan,
  cast(s.r03_tax_yuan as decimal(18,2)) as row3_tax_yuan,
  cast(s.r35_tax_yuan as decimal(18,2)) as row35_tax_yuan,
  cast(s.countable_yuan as decimal(18,2)) as confirmed_tax_yuan,
  cast(s.gap_yuan as decimal(18,2)) as gap_yuan,
  cast(s.form_gap_yuan as decimal(18,2)) as form_gap_yuan,
  cast(s.invoice_key as string) as invoice,
  cast(p.party_id as string) as seller_id,
  cast(s.issued_on as date) as issued_on,
  cast(s.tax_yuan as decimal(18,2)) as invoice_tax_yuan,
  cast(s.source_file_no as integer) as source_file_no,
  cast(s.source_row_no as bigint) as source_row_no
from shown as s
left join parties as p on p.party_key = s.seller_key
