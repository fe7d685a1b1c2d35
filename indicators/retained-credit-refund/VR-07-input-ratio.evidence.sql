-- By calendar year: the printed rows of schedule 2, row 12 of the return, and the sums of vouchers that count for the day of the claim.
with
ranges as (
  select a.subject_no, a.taxpayer_key, a.applied_on, q.from_ym, q.to_ym, q.route
  from asked as a
  join feat_input_ratio as q on q.subject_no = a.subject_no
),
forms as (
  select k.subject_no, {{idiv(r.ym, 12)}} as year_no, sum(r.r01_tax_yuan) as r01, sum(r.r05_tax_yuan) as r05, sum(r.r07_tax_yuan) as r07,
    sum(r.r08b_tax_yuan) as r08b, sum(r.r11_tax_yuan) as r11
  from ranges as k
  join feat_schedule2_month as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.to_ym
  group by k.subject_no, {{idiv(r.ym, 12)}}
),
returns as (
  select k.subject_no, {{idiv(r.ym, 12)}} as year_no, sum(r.input_tax_m12) as r12, sum(r.span_months) as covered_months
  from ranges as k
  join feat_return_month as r on r.taxpayer_key = k.taxpayer_key and r.ym between k.from_ym and k.to_ym
  group by k.subject_no, {{idiv(r.ym, 12)}}
),
uses as (
  select k.subject_no, {{idiv(u.ym, 12)}} as year_no, sum(case when v.voucher is not null then u.effective_tax else 0 end) as counted,
    sum(case when v.voucher is null then u.effective_tax else 0 end) as not_counted
  from ranges as k
  join input_uses as u on u.taxpayer_key = k.taxpayer_key and u.ym between k.from_ym and k.to_ym and u.purpose = 'deduct'
  left join list_numerator_vouchers as v on v.voucher = u.invoice_kind and k.applied_on between v.from_on and v.to_on
  group by k.subject_no, {{idiv(u.ym, 12)}}
),
-- A customs certificate that does not match, or is missing on the other side, does not count.
vouchers as (
  select k.subject_no, {{idiv(o.ym, 12)}} as year_no,
    sum(case when o.voucher_type = 'customs' and coalesce(o.match_status, 'pending') not in ('mismatched', 'missing') then o.tax else 0 end) as customs,
    sum(case when o.voucher_type = 'tax_payment' then o.tax else 0 end) as tax_payment,
    sum(case when o.voucher_type not in ('customs', 'tax_payment')
      or (o.voucher_type = 'customs' and coalesce(o.match_status, 'pending') in ('mismatched', 'missing')) then o.tax else 0 end) as not_counted
  from ranges as k
  join other_vouchers as o on o.taxpayer_key = k.taxpayer_key and o.ym between k.from_ym and k.to_ym and coalesce(o.is_deducted, true)
  group by k.subject_no, {{idiv(o.ym, 12)}}
),
years as (
  select subject_no, year_no from forms
  union
  select subject_no, year_no from returns
  union
  select subject_no, year_no from uses
  union
  select subject_no, year_no from vouchers
)
select
  cast(y.subject_no as integer) as subject_no,
  cast(row_number() over (partition by y.subject_no order by y.year_no desc nulls last) as integer) as evidence_rank,
  cast(y.year_no as integer) as tax_year,
  cast(case when k.route = 'vouchers' then '凭证 vouchers' else '申报表 form' end as string) as route_used,
  cast(r.covered_months as integer) as covered_months,
  cast(r.r12 as decimal(18,2)) as row12_tax_yuan,
  cast(f.r01 as decimal(18,2)) as row1_tax_yuan,
  cast(f.r05 as decimal(18,2)) as row5_tax_yuan,
  cast(f.r07 as decimal(18,2)) as row7_tax_yuan,
  cast(f.r08b as decimal(18,2)) as row8b_tax_yuan,
  cast(f.r11 as decimal(18,2)) as row11_tax_yuan,
  cast(u.counted as decimal(18,2)) as confirmed_counted_tax_yuan,
  cast(o.customs as decimal(18,2)) as customs_tax_yuan,
  cast(o.tax_payment as decimal(18,2)) as tax_payment_yuan,
  cast(coalesce(u.not_counted, 0) + coalesce(o.not_counted, 0) as decimal(18,2)) as vouchers_not_counted_tax_yuan
from years as y
join ranges as k on k.subject_no = y.subject_no
left join forms as f on f.subject_no = y.subject_no and f.year_no = y.year_no
left join returns as r on r.subject_no = y.subject_no and r.year_no = y.year_no
left join uses as u on u.subject_no = y.subject_no and u.year_no = y.year_no
left join vouchers as o on o.subject_no = y.subject_no and o.year_no = y.year_no
