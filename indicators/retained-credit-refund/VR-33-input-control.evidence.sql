-- The terms of the control; below them the balances at both ends and the statements between.
with
windows as (
  select a.subject_no, a.taxpayer_key, k.from_ym, k.to_ym
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
),
terms as (
  select a.subject_no, 1 as kind_no, '进项税额 input tax' as row_kind, k.to_ym as ym, k.input_tax_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '营业成本 cost of sales' as row_kind, k.to_ym as ym, k.cost_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '存货增加 rise of stock' as row_kind, k.to_ym as ym, k.stock_change_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '应付账款减少 fall of payables' as row_kind, k.to_ym as ym, k.payables_paid_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '运费进项 tax on freight' as row_kind, k.to_ym as ym, k.freight_tax_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '服务进项 tax on services' as row_kind, k.to_ym as ym, k.service_tax_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '长期资产进项 capital tax' as row_kind, k.to_ym as ym, k.capital_tax_yuan as amount_yuan
  from asked as a
  join feat_input_control as k on k.subject_no = a.subject_no
),
kinds as (
  select subject_no, kind_no, row_kind, ym, amount_yuan, cast(null as decimal(18,2)) as payables_yuan, cast(null as integer) as source_file_no,
    cast(null as bigint) as source_row_no
  from terms
  union all
  select a.subject_no, 2 as kind_no, '存货与应付 stock and payables' as row_kind, b.ym, b.inventory as amount_yuan, b.payables as payables_yuan, b.source_file_no, b.source_row_no
  from windows as a
  join balance_sheets as b on b.taxpayer_key = a.taxpayer_key and b.ym between a.from_ym - 4 and a.to_ym
  union all
  select a.subject_no, 3 as kind_no, '利润表营业成本 cost in the statement' as row_kind, i.ym, i.cost_of_sales as amount_yuan, null as payables_yuan, i.source_file_no, i.source_row_no
  from windows as a
  join income_statements as i on i.taxpayer_key = a.taxpayer_key and i.ym between a.from_ym and a.to_ym
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.ym desc nulls last, k.row_kind asc nulls last, k.amount_yuan desc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.payables_yuan as decimal(18,2)) as payables_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
