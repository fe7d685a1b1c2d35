with
newest as (
  select taxpayer_key, ym, max(version) as version
  from vat_return_schedule2
  where version > 1
  group by taxpayer_key, ym
),
-- A printed row stands once in a version, so the greatest is the only one. Most returns fill only four rows; the others are summed apart.
common_rows as (
  select s.taxpayer_key, s.ym, max(case when s.row_no in ('12', '13') then 0 end) as missing_tax_yuan,
    max(case when s.row_no = '1' then s.tax end) as r01_tax_yuan,
    max(case when s.row_no = '2' then s.tax end) as r02_tax_yuan,
    max(case when s.row_no = '3' then s.tax end) as r03_tax_yuan,
    max(case when s.row_no = '12' then s.tax end) as r12_tax_yuan
  from vat_return_schedule2 as s
  left join newest as n on n.taxpayer_key = s.taxpayer_key and n.ym = s.ym
  where n.version is null or n.version = s.version
  group by s.taxpayer_key, s.ym
),
other_rows as (
  select s.taxpayer_key, s.ym,
    max(case when s.row_no = '5' then s.tax end) as r05_tax_yuan,
    max(case when s.row_no = '6' then s.tax end) as r06_tax_yuan,
    max(case when s.row_no = '7' then s.tax end) as r07_tax_yuan,
    max(case when s.row_no = '8a' then s.tax end) as r08a_tax_yuan,
    max(case when s.row_no = '8b' then s.tax end) as r08b_tax_yuan,
    max(case when s.row_no = '13' then s.tax end) as r13_tax_yuan,
    max(case when s.row_no = '14' then s.tax end) as r14_tax_yuan,
    max(case when s.row_no = '15' then s.tax end) as r15_tax_yuan,
    max(case when s.row_no = '16' then s.tax end) as r16_tax_yuan,
    max(case when s.row_no = '17' then s.tax end) as r17_tax_yuan,
    max(case when s.row_no = '20' then s.tax end) as r20_tax_yuan,
    max(case when s.row_no = '21' then s.tax end) as r21_tax_yuan,
    max(case when s.row_no = '22' then s.tax end) as r22_tax_yuan,
    max(case when s.row_no = '23a' then s.tax end) as r23a_tax_yuan,
    max(case when s.row_no = '35' then s.tax end) as r35_tax_yuan,
    max(case when s.row_no = '11' then s.tax end) as r11_tax_yuan
  from vat_return_schedule2 as s
  left join newest as n on n.taxpayer_key = s.taxpayer_key and n.ym = s.ym
  where (n.version is null or n.version = s.version) and s.row_no not in ('1', '2', '3', '12')
  group by s.taxpayer_key, s.ym
)
select
  cast(c.taxpayer_key as integer) as taxpayer_key,
  cast(c.ym as integer) as ym,
  cast(coalesce(c.r01_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r01_tax_yuan,
  cast(coalesce(c.r02_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r02_tax_yuan,
  cast(coalesce(c.r03_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r03_tax_yuan,
  cast(coalesce(o.r05_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r05_tax_yuan,
  cast(coalesce(o.r06_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r06_tax_yuan,
  cast(coalesce(o.r07_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r07_tax_yuan,
  cast(coalesce(o.r08a_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r08a_tax_yuan,
  cast(coalesce(o.r08b_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r08b_tax_yuan,
  cast(coalesce(c.r12_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r12_tax_yuan,
  cast(coalesce(o.r13_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r13_tax_yuan,
  cast(coalesce(o.r14_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r14_tax_yuan,
  cast(coalesce(o.r15_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r15_tax_yuan,
  cast(coalesce(o.r16_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r16_tax_yuan,
  cast(coalesce(o.r17_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r17_tax_yuan,
  cast(coalesce(o.r20_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r20_tax_yuan,
  cast(coalesce(o.r21_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r21_tax_yuan,
  cast(coalesce(o.r22_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r22_tax_yuan,
  cast(coalesce(o.r23a_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r23a_tax_yuan,
  cast(coalesce(o.r35_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r35_tax_yuan,
  cast(coalesce(o.r11_tax_yuan, c.missing_tax_yuan) as decimal(18,2)) as r11_tax_yuan
from common_rows as c
left join other_rows as o on o.taxpayer_key = c.taxpayer_key and o.ym = c.ym
