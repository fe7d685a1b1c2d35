-- Twenty codes behind the deducted tax, those foreign to the peers first, by tax; then the sellers of the foreign ones.
with
group_sizes as (
  select distinct widening, group_key, member_count from feat_code_prevalence
),
levels as (
  select a.subject_no, n.widening, case n.widening when 1 then f.g1 when 2 then f.g2 when 3 then f.g3 when 4 then f.g4 else f.g5 end as group_key
  from asked as a
  join feat_peer as f on f.subject_no = a.subject_no
  cross join (select distinct widening from group_sizes) as n
),
large_levels as (
  select l.subject_no, l.widening, l.group_key, z.member_count, p.prevalence_maximum,
    row_number() over (partition by l.subject_no order by l.widening asc nulls last) as narrow_first
  from levels as l
  join group_sizes as z on z.widening = l.widening and z.group_key = l.group_key
  join params as p on p.subject_no = l.subject_no and z.member_count >= p.members_minimum
),
codes as (
  select d.subject_no, d.code7, d.line_count, d.tax_w12_yuan, coalesce(v.buyer_count, 0) as buyer_count, g.member_count,
    g.widening || ':' || g.group_key as compared_group,
    d.code7 <> '' and {{ratio(coalesce(v.buyer_count, 0), g.member_count)}} < g.prevalence_maximum as is_foreign
  from feat_deducted_code as d
  join asked as a on a.subject_no = d.subject_no
  join large_levels as g on g.subject_no = d.subject_no and g.narrow_first = 1
  left join feat_code_prevalence as v on v.widening = g.widening and v.group_key = g.group_key and v.code7 = d.code7
),
placed as (
  select c.*,
    row_number() over (partition by c.subject_no order by c.is_foreign desc nulls last, c.tax_w12_yuan desc nulls last, c.code7 asc nulls last) as place
  from codes as c
),
confirmed as (
  select a.subject_no, l.invoice_no, l.line_no, l.seller_key, l.goods_code, l.goods_name, l.signed_tax, l.source_file_no, l.source_row_no
  from asked as a
  cross join run_context as c
  join input_uses as u on u.taxpayer_key = a.taxpayer_key and u.purpose = 'deduct' and u.ym between a.p_ym - 11 and a.p_ym
  join invoice_lines as l on l.invoice_no = u.invoice_no
  where c.input_basis = 'confirmed' and l.doc_status <> 'void'
),
received as (
  select a.subject_no, l.invoice_no, l.line_no, l.seller_key, l.goods_code, l.goods_name, l.signed_tax, l.source_file_no, l.source_row_no
  from asked as a
  cross join run_context as c
  join invoice_lines as l on l.buyer_key = a.taxpayer_key and l.ym between a.p_ym - 11 and a.p_ym
  where c.input_basis = 'received' and l.doc_status <> 'void'
    and (l.invoice_kind is null or l.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail'))
),
lines as (
  select * from confirmed
  union all
  select * from received
),
placed_lines as (
  select l.subject_no, k.place, k.is_foreign, l.invoice_no, l.seller_key, l.goods_name, l.signed_tax, l.source_file_no, l.source_row_no,
    row_number() over (
      partition by l.subject_no, k.place
      order by l.signed_tax desc nulls last, l.invoice_no asc nulls last, l.line_no asc nulls last, l.source_file_no asc nulls last, l.source_row_no asc nulls last
    ) as largest_first,
    row_number() over (
      partition by l.subject_no, k.place, l.seller_key
      order by l.signed_tax desc nulls last, l.invoice_no asc nulls last, l.line_no asc nulls last, l.source_file_no asc nulls last, l.source_row_no asc nulls last
    ) as largest_of_seller_first,
    count(*) over (partition by l.subject_no, k.place, l.seller_key) as seller_line_count,
    sum(l.signed_tax) over (partition by l.subject_no, k.place, l.seller_key) as seller_tax_yuan
  from lines as l
  left join feat_goods_code as g on g.goods_code = l.goods_code
  join placed as k on k.subject_no = l.subject_no and k.code7 = coalesce(g.code7, '')
  where k.place <= 20
),
placed_sellers as (
  select l.*,
    row_number() over (
      partition by l.subject_no
      order by l.seller_tax_yuan desc nulls last, l.place asc nulls last, l.seller_key asc nulls last
    ) as seller_place
  from placed_lines as l
  where l.is_foreign and l.largest_of_seller_first = 1
),
code_sellers as (
  select subject_no, place, count(distinct seller_key) as seller_count from placed_lines group by subject_no, place
),
kinds as (
  select k.subject_no, 1 as kind_no, k.place as place_in_kind, case when k.is_foreign then '背离品目 foreign code' else '其他品目 other code' end as row_kind,
    k.place, k.line_count, k.tax_w12_yuan as tax_yuan, n.seller_count, cast(null as integer) as seller_key, l.goods_name, l.invoice_no, l.source_file_no,
    l.source_row_no
  from placed as k
  left join code_sellers as n on n.subject_no = k.subject_no and n.place = k.place
  left join placed_lines as l on l.subject_no = k.subject_no and l.place = k.place and l.largest_first = 1
  where k.place <= 20
  union all
  select s.subject_no, 2 as kind_no, s.seller_place as place_in_kind, '背离品目销方 seller of a foreign code' as row_kind,
    s.place, s.seller_line_count as line_count, s.seller_tax_yuan as tax_yuan, cast(null as bigint) as seller_count, s.seller_key, s.goods_name, s.invoice_no,
    s.source_file_no, s.source_row_no
  from placed_sellers as s
  where s.seller_place <= 60
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (partition by k.subject_no order by k.kind_no asc nulls last, k.place_in_kind asc nulls last) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(c.code7 as string) as code7,
  cast(k.goods_name as string) as goods_name,
  cast(k.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(k.line_count as integer) as line_count,
  cast(case when c.code7 <> '' then {{ratio(c.buyer_count, c.member_count)}} end as double) as prevalence_ratio,
  cast(case when c.code7 <> '' then c.buyer_count end as integer) as buyer_count,
  cast(c.member_count as integer) as member_count,
  cast(c.compared_group as string) as compared_group,
  cast(k.seller_count as integer) as seller_count,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name,
  cast(i.invoice_key as string) as invoice_number,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
join placed as c on c.subject_no = k.subject_no and c.place = k.place
left join parties as q on q.party_key = k.seller_key
left join invoices as i on i.invoice_no = k.invoice_no
