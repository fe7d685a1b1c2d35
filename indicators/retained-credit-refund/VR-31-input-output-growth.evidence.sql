-- Output and input of the returns of both half-years, newest first; then the twenty sellers whose tax grew most.
with
returns as (
  select a.subject_no, 1 as kind_no, '申报 return' as row_kind, r.ym, r.output_tax_m11 as output_yuan, r.input_tax_m12 as input_yuan,
    cast(null as integer) as seller_key, cast(null as decimal(18,2)) as grown_yuan
  from asked as a
  join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and (r.ym between a.p_ym - 5 and a.p_ym or r.ym between a.p_ym - 17 and a.p_ym - 12)
),
sellers as (
  select a.subject_no, i.seller_key, sum(case when i.ym >= a.p_ym - 5 then i.signed_tax else 0 end) as now_yuan,
    sum(case when i.ym < a.p_ym - 5 then i.signed_tax else 0 end) as before_yuan
  from asked as a
  join invoices as i on i.buyer_key = a.taxpayer_key and i.doc_status <> 'void'
    and (i.ym between a.p_ym - 5 and a.p_ym or i.ym between a.p_ym - 17 and a.p_ym - 12)
  group by a.subject_no, i.seller_key
),
ranked as (
  select s.*, row_number() over (partition by s.subject_no order by s.now_yuan - s.before_yuan desc nulls last, s.seller_key asc nulls last) as place
  from sellers as s
),
kinds as (
  select * from returns
  union all
  select subject_no, 2 as kind_no, '供应商 seller' as row_kind, null as ym, before_yuan as output_yuan, now_yuan as input_yuan, seller_key,
    now_yuan - before_yuan as grown_yuan
  from ranked
  where place <= 20 and now_yuan > before_yuan
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.ym desc nulls last, k.grown_yuan desc nulls last, k.seller_key asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(case when k.kind_no = 1 then k.output_yuan end as decimal(18,2)) as output_tax_yuan,
  cast(k.input_yuan as decimal(18,2)) as input_tax_yuan,
  cast(case when k.kind_no = 2 then k.output_yuan end as decimal(18,2)) as input_before_yuan,
  cast(k.grown_yuan as decimal(18,2)) as grown_yuan,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name
from kinds as k
left join parties as q on q.party_key = k.seller_key
