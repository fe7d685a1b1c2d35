-- Both calculations line by line: what was claimed beside what the returns give.
with
lines as (
  select 1 as line_no, '期末留抵税额 closing credit' as item
  union all
  select 2 as line_no, '减：已批准尚未在第22栏减少的退税 earlier refunds not posted' as item
  union all
  select 3 as line_no, '减：尚未扣减的免抵退应退税额 export refund pending' as item
  union all
  select 4 as line_no, '减：欠税 arrears' as item
  union all
  select 5 as line_no, '可计算退税的留抵税额 credit left' as item
  union all
  select 6 as line_no, '基期留抵税额 credit of the base period' as item
  union all
  select 7 as line_no, '存量部分 stock part' as item
  union all
  select 8 as line_no, '增量部分 increment part' as item
  union all
  select 9 as line_no, '进项构成比例 input ratio' as item
  union all
  select 10 as line_no, '退税额 refund' as item
  union all
  select 11 as line_no, '申请超出重算 claimed above recomputed' as item
),
computed as (
  select a.subject_no, a.taxpayer_key, l.line_no, l.item,
    case l.line_no when 1 then a.claim_ym when 6 then r.base_ym end as ym,
    case l.line_no when 1 then a.claimed_credit_yuan when 3 then a.export_refund_pending_yuan when 4 then a.arrears_offset_amount_yuan
      when 7 then a.claimed_stock_amount_yuan when 8 then a.claimed_increment_amount_yuan when 10 then a.claimed_amount_yuan end as claimed_yuan,
    case l.line_no when 1 then r.credit_yuan when 2 then r.unposted_yuan when 3 then r.export_pending_yuan when 4 then r.arrears_yuan
      when 5 then r.net_credit_yuan when 6 then r.base_yuan when 7 then r.stock_yuan when 8 then r.increment_yuan
      when 10 then r.refund_yuan when 11 then r.excess_yuan end as recomputed_yuan,
    case l.line_no when 9 then a.claimed_ratio end as claimed_ratio,
    case l.line_no when 9 then r.ratio_used end as recomputed_ratio
  from asked as a
  join feat_refund_amount as r on r.subject_no = a.subject_no
  cross join lines as l
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by c.subject_no
    order by c.line_no asc nulls last, v.source_file_no asc nulls last, v.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(c.item as string) as item,
  cast(c.claimed_yuan as decimal(18,2)) as claimed_yuan,
  cast(c.recomputed_yuan as decimal(18,2)) as recomputed_yuan,
  cast(c.claimed_ratio as double) as claimed_ratio,
  cast(c.recomputed_ratio as double) as recomputed_ratio,
  cast(v.period as string) as period,
  cast(v.version as integer) as version,
  cast(v.filed_on as date) as filed_on,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from computed as c
left join feat_return_month as m on m.taxpayer_key = c.taxpayer_key and m.ym = c.ym
left join vat_returns as v on v.taxpayer_key = m.taxpayer_key and v.ym = m.ym and v.version = m.version and coalesce(v.column_group, 'general') = 'general'
