-- Bases filed for the surcharges, stamp and property tax against VAT paid, invoiced trade and invoiced rent.
with
bases as (
  select b.*, least(b.urban_base_yuan, b.education_base_yuan, b.local_education_base_yuan) as surcharge_base_yuan
  from feat_tax_base as b
),
measured as (
  select s.subject_no, b.filing_count, b.vat_paid_yuan, b.surcharge_base_yuan, b.stamp_to_ym, b.stamp_base_yuan, b.stamp_trade_yuan, b.rent_yuan,
    b.property_count, s.p_ym, d.is_delivered as has_invoices,
    case when b.vat_paid_yuan > 0 then {{ratio(b.vat_paid_yuan - b.surcharge_base_yuan, b.vat_paid_yuan)}} end as surcharge_gap,
    case when d.is_delivered and b.stamp_trade_yuan > 0 then {{ratio(b.stamp_trade_yuan - b.stamp_base_yuan, b.stamp_trade_yuan)}} end as stamp_gap
  from feat_subject as s
  join bases as b on b.subject_no = s.subject_no
  join delivered_tables as d on d.table_name = 'invoices'
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(case when m.filing_count = 0 then 'A_PERIOD' end as string) as not_applicable,
  cast(case when m.vat_paid_yuan is null and not m.has_invoices then 'N_COVERAGE' end as string) as not_assessed,
  cast(greatest(coalesce(m.surcharge_gap, 0), coalesce(m.stamp_gap, 0)) as double) as greatest_gap,
  cast(m.surcharge_gap as double) as surcharge_gap,
  cast(m.vat_paid_yuan as decimal(18,2)) as vat_paid_yuan,
  cast(m.surcharge_base_yuan as decimal(18,2)) as surcharge_base_yuan,
  cast(m.vat_paid_yuan - m.surcharge_base_yuan as decimal(18,2)) as surcharge_short_yuan,
  cast(m.stamp_gap as double) as stamp_gap,
  cast(m.stamp_trade_yuan as decimal(18,2)) as stamp_trade_yuan,
  cast(m.stamp_base_yuan as decimal(18,2)) as stamp_base_yuan,
  cast(m.stamp_trade_yuan - m.stamp_base_yuan as decimal(18,2)) as stamp_short_yuan,
  cast(m.stamp_to_ym as integer) as stamp_to_ym,
  cast(case when m.property_count = 0 then m.rent_yuan else 0 end as decimal(18,2)) as rent_without_filing_yuan,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
