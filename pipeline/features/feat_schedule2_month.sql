with
newest as (
  select taxpayer_key, ym, max(version) as version
  from vat_return_schedule2
  where version > 1
  group by taxpayer_key, ym
),
-- A printed row stands once in a version, so the greatest is the only one.
current_rows as (
  select s.taxpayer_key, s.ym, s.row_no, s.tax
  from vat_return_schedule2 as s
  left join newest as n on n.taxpayer_key = s.taxpayer_key and n.ym = s.ym
  where n.version is null or n.version = s.version
),
pivoted as (
  select taxpayer_key, ym, max(case when row_no in ('12', '13') then 0 end) as missing_tax_yuan,
    max(case when row_no = '1' then tax end) as r01_tax_yuan,
    max(case when row_no = '2' then tax end) as r02_tax_yuan,
    max(case when row_no = '3' then tax end) as r03_tax_yuan,
    max(case when row_no = '5' then tax end) as r05_tax_yuan,
    max(case when row_no = '6' then tax end) as r06_tax_yuan,
    max(case when row_no = '7' then tax end) as r07_tax_yuan,
    max(case when row_no = '8a' then tax end) as r08a_tax_yuan,
    max(case when row_no = '8b' then tax end) as r08b_tax_yuan,
    max(case when row_no = '12' then tax end) as r12_tax_yuan,
    max(case when row_no = '13' then tax end) as r13_tax_yuan,
    max(case when row_no = '14' then tax end) as r14_tax_yuan,
    max(case when row_no = '15' then tax end) as r15_tax_yuan,
    max(case when row_no = '16' then tax end) as r16_tax_yuan,
    max(case when row_no = '17' then tax end) as r17_tax_yuan,
    max(case when row_no = '20' then tax end) as r20_tax_yuan,
    max(case when row_no = '21' then tax end) as r21_tax_yuan,
    max(case when row_no = '22' then tax end) as r22_tax_yuan,
    max(case when row_no = '23a' then tax end) as r23a_tax_yuan,
    max(case when row_no = '35' then tax end) as r35_tax_yuan
  from current_rows
  group by taxpayer_key, ym
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(coalesce(r01_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r01_tax_yuan,
  cast(coalesce(r02_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r02_tax_yuan,
  cast(coalesce(r03_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r03_tax_yuan,
  cast(coalesce(r05_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r05_tax_yuan,
  cast(coalesce(r06_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r06_tax_yuan,
  cast(coalesce(r07_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r07_tax_yuan,
  cast(coalesce(r08a_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r08a_tax_yuan,
  cast(coalesce(r08b_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r08b_tax_yuan,
  cast(coalesce(r12_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r12_tax_yuan,
  cast(coalesce(r13_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r13_tax_yuan,
  cast(coalesce(r14_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r14_tax_yuan,
  cast(coalesce(r15_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r15_tax_yuan,
  cast(coalesce(r16_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r16_tax_yuan,
  cast(coalesce(r17_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r17_tax_yuan,
  cast(coalesce(r20_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r20_tax_yuan,
  cast(coalesce(r21_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r21_tax_yuan,
  cast(coalesce(r22_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r22_tax_yuan,
  cast(coalesce(r23a_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r23a_tax_yuan,
  cast(coalesce(r35_tax_yuan, missing_tax_yuan) as decimal(18,2)) as r35_tax_yuan
from pivoted
