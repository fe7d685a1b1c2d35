-- Certificates by tax with importer and declaration; then goods sold by three-digit code.
with
declarations as (
  select d.voucher_no, min(d.hs_code) as hs_code, min(d.declared_on) as declared_on, min(d.real_consignee_key) as consignee_key
  from customs_declarations as d
  where d.voucher_no is not null
  group by d.voucher_no
),
vouchers as (
  select a.subject_no, 1 as kind_no, '海关缴款书 certificate' as row_kind, v.voucher_no as item, v.period, v.tax as amount_yuan, v.match_status, v.importer_key,
    d.consignee_key, d.hs_code as detail, d.declared_on, v.source_file_no, v.source_row_no
  from asked as a
  join other_vouchers as v on v.taxpayer_key = a.taxpayer_key and v.ym between a.p_ym - 23 and a.p_ym and v.voucher_type = 'customs' and coalesce(v.is_deducted, true)
  left join declarations as d on d.voucher_no = v.voucher_no
),
sales as (
  select a.subject_no, 2 as kind_no, '销售货物 goods sold' as row_kind, substr(g.code7, 1, 3) as item, cast(null as string) as period, sum(g.w12_amount_yuan) as amount_yuan,
    cast(null as string) as match_status, cast(null as integer) as importer_key, cast(null as integer) as consignee_key, cast(null as string) as detail,
    cast(null as date) as declared_on, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from asked as a
  join feat_goods_side as g on g.subject_no = a.subject_no and g.side = 'sold' and g.is_goods
  group by a.subject_no, substr(g.code7, 1, 3)
),
kinds as (
  select * from vouchers
  union all
  select * from sales
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.match_status in ('mismatched', 'missing', 'held') then 0 else 1 end asc nulls last,
      k.amount_yuan desc nulls last, k.item asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.item as string) as item,
  cast(k.period as string) as period,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.match_status as string) as match_status,
  cast(i.party_id as string) as importer_id,
  cast(q.party_id as string) as real_consignee_id,
  cast(k.detail as string) as hs_code,
  cast(k.declared_on as date) as declared_on,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
left join parties as i on i.party_key = k.importer_key
left join parties as q on q.party_key = k.consignee_key
