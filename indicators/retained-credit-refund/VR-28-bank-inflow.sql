-- Bank data are read only where a case asked for them (征管法 art. 54); bulk use has to be switched on.
with
turnover as (
  select s.subject_no, d.months_since_registration, d.is_covered_w12, b.transaction_count, b.inflow_yuan, b.trade_inflow_yuan, b.untagged_inflow_yuan, s.p_ym,
    d.sales_w12_yuan + coalesce(d.output_w12_yuan, 0) + coalesce(d.simple_tax_w12_yuan, 0) as gross_sales_yuan
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_bank_inflow as b on b.subject_no = s.subject_no
)
select
  cast(t.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when t.transaction_count is null and not p.is_bulk_allowed then 'N_LEGAL_BASIS'
    when t.transaction_count is null then 'N_NO_ROWS'
    when t.transaction_count = 0 then 'N_COVERAGE'
    when t.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not t.is_covered_w12 then 'N_COVERAGE'
    when {{ratio(t.untagged_inflow_yuan, t.inflow_yuan)}} > p.untagged_share_maximum then 'N_COVERAGE'
    when t.gross_sales_yuan is null or t.gross_sales_yuan <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when t.gross_sales_yuan > 0 then cast({{ratio(t.trade_inflow_yuan - t.gross_sales_yuan, t.gross_sales_yuan)}} as decimal(18,9)) end as double)
    as excess_ratio,
  cast(t.trade_inflow_yuan - t.gross_sales_yuan as decimal(18,2)) as excess_yuan,
  cast(t.trade_inflow_yuan as decimal(18,2)) as inflow_yuan,
  cast(t.gross_sales_yuan as decimal(18,2)) as gross_sales_yuan,
  cast(t.p_ym - 11 as integer) as window_from_ym,
  cast(t.p_ym as integer) as window_to_ym
from turnover as t
join params as p on p.subject_no = t.subject_no
