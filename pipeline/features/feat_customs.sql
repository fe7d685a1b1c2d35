with
vouchers as (
  select s.subject_no, s.taxpayer_key, v.voucher_no, v.tax, v.match_status, v.importer_key
  from feat_subject as s
  join other_vouchers as v on v.taxpayer_key = s.taxpayer_key and v.ym between s.p_ym - 23 and s.p_ym
  where v.voucher_type = 'customs' and coalesce(v.is_deducted, true)
),
-- The consignee behind a certificate, where the declaration is known.
consignees as (
  select d.voucher_no, min(d.real_consignee_key) as first_key, max(d.real_consignee_key) as last_key
  from customs_declarations as d
  where d.voucher_no is not null and d.real_consignee_key is not null
  group by d.voucher_no
),
summed as (
  select v.subject_no, count(*) as voucher_count, sum(v.tax) as tax_yuan,
    sum(case when v.match_status in ('mismatched', 'missing', 'held') then v.tax end) as unmatched_yuan,
    sum(case when v.match_status in ('mismatched', 'missing', 'held') then 1 else 0 end) as unmatched_count,
    sum(case when v.importer_key <> v.taxpayer_key and c.first_key <> v.taxpayer_key and c.last_key <> v.taxpayer_key then v.tax end) as foreign_yuan,
    sum(case when v.importer_key <> v.taxpayer_key and c.first_key <> v.taxpayer_key and c.last_key <> v.taxpayer_key then 1 else 0 end) as foreign_count
  from vouchers as v
  left join consignees as c on c.voucher_no = v.voucher_no
  group by v.subject_no
),
declared as (
  select s.subject_no, d.hs_code, sum(d.amount) as amount_yuan
  from feat_subject as s
  join customs_declarations as d on d.taxpayer_key = s.taxpayer_key and d.direction = 'import' and {{ym(d.declared_on)}} between s.p_ym - 23 and s.p_ym
  group by s.subject_no, d.hs_code
),
imports as (
  select d.subject_no, m.goods_prefix, sum(d.amount_yuan) as amount_yuan
  from declared as d
  left join feat_hs_goods as m on m.hs_code = d.hs_code
  group by d.subject_no, m.goods_prefix
),
import_totals as (
  select subject_no, sum(amount_yuan) as all_yuan, sum(case when goods_prefix is not null then amount_yuan end) as mapped_yuan from imports group by subject_no
),
sales as (
  select g.subject_no, substr(g.code7, 1, 3) as code3, sum(greatest(g.w12_amount_yuan, 0)) as amount_yuan
  from feat_goods_side as g
  where g.side = 'sold' and g.is_goods
  group by g.subject_no, substr(g.code7, 1, 3)
),
sale_totals as (
  select subject_no, sum(amount_yuan) as amount_yuan from sales group by subject_no
),
likeness as (
  select i.subject_no,
    sum(cast(floor(1e9 * least({{ratio(i.amount_yuan, t.mapped_yuan)}}, {{ratio(s.amount_yuan, x.amount_yuan)}})) as bigint)) as billionths
  from imports as i
  join import_totals as t on t.subject_no = i.subject_no
  join sale_totals as x on x.subject_no = i.subject_no
  join sales as s on s.subject_no = i.subject_no and s.code3 = i.goods_prefix
  group by i.subject_no
)
select
  cast(v.subject_no as integer) as subject_no,
  cast(v.voucher_count as integer) as voucher_count,
  cast(v.tax_yuan as decimal(18,2)) as customs_tax_yuan,
  cast(coalesce(v.unmatched_yuan, 0) as decimal(18,2)) as unmatched_tax_yuan,
  cast(v.unmatched_count as integer) as unmatched_count,
  cast(coalesce(v.foreign_yuan, 0) as decimal(18,2)) as foreign_tax_yuan,
  cast(v.foreign_count as integer) as foreign_count,
  cast({{ratio(coalesce(t.mapped_yuan, 0), t.all_yuan)}} as double) as mapped_share,
  cast(case when t.mapped_yuan > 0 and x.amount_yuan > 0 then coalesce({{ratio(m.billionths, 1e9)}}, 0) end as double) as goods_similarity
from summed as v
left join import_totals as t on t.subject_no = v.subject_no
left join sale_totals as x on x.subject_no = v.subject_no
left join likeness as m on m.subject_no = v.subject_no
