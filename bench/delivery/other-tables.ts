import { SALT } from './macros.ts';
import type { DeliveryShape } from './shape.ts';

/** Table `small_return`: invoiced sales of one small-scale taxpayer in one whole calendar quarter, by its last month. */
export function smallReturnStatement(shape: DeliveryShape): string {
  return `create table small_return as
    with quarter_ends as (
      select month::integer as month from range(${shape.months}) as months(month) where month(month_start(month)) % 3 = 0
    ), moves as (
      select seller as party, month + (3 - month(month_start(month)) % 3) % 3 as month, amount, is_special
      from invoice where status <> 'void' and seller < ${shape.taxpayers} and not is_general(seller)
      union all select party, month, 0, false from party cross join quarter_ends where is_internal and not is_general
    )
    select party, month, sum(amount)::decimal(18, 2) as sales, coalesce(sum(amount) filter (where is_special), 0)::decimal(18, 2) as special_sales,
      round(sum(amount) * 0.03, 2)::decimal(18, 2) as tax, round(sum(amount) * 0.02, 2)::decimal(18, 2) as reduction
    from moves semi join quarter_ends using (month) group by party, month`;
}

/** SELECT of the contract's `small_scale_returns`. */
export function smallScaleReturnsSelect(): string {
  return `select party_id as taxpayer_id, period_of(month) as period, 'Q' as period_kind, 'all' as item_group,
      filing_time(small_return.party, month) as filed_at, 1 as version, sales as sales_3pct_q01, special_sales as special_sales_3pct_q02,
      (sales - special_sales)::decimal(18, 2) as other_invoice_sales_3pct_q03, 0::decimal(18, 2) as sales_5pct_q04,
      0::decimal(18, 2) as used_asset_sales_q07, 0::decimal(18, 2) as exempt_sales_q09, 0::decimal(18, 2) as micro_exempt_sales_q10,
      0::decimal(18, 2) as below_threshold_sales_q11, 0::decimal(18, 2) as other_exempt_sales_q12, 0::decimal(18, 2) as export_exempt_sales_q13,
      tax as tax_payable_q15, reduction as tax_reduction_q16, 0::decimal(18, 2) as exempt_tax_q17,
      (tax - reduction)::decimal(18, 2) as tax_total_q20, 0::decimal(18, 2) as prepaid_q21, (tax - reduction)::decimal(18, 2) as due_q22
    from small_return join party using (party) order by party, month`;
}

/** SELECT of the contract's `refund_applications`: the approved ones that stand in row 22, and pending ones of the last month. */
export function refundApplicationsSelect(shape: DeliveryShape): string {
  const last = shape.months - 1;
  return `with claim as (
      select approved_refund.party, decided_month - 1 as month, approved_refund.amount, closing as credit, true as is_approved
      from approved_refund join vat_return on vat_return.party = approved_refund.party and month = decided_month - 1
      union all
      select party, ${last}, round(0.6 * closing, 2)::decimal(18, 2), closing, false
      from vat_return anti join approved_refund using (party)
      where month = ${last} and closing > 5000 and draw(party, ${SALT.claim}) < 0.12
    ), dated as (
      select *, month_start(month + 1) + to_days((1 + 12 * draw(party, ${SALT.filed}))::integer) + interval 9 hour as applied_at from claim
    )
    select 'TS' || strftime(applied_at, '%Y%m%d') || lpad(dated.party::varchar, 8, '0') as application_id, party_id as taxpayer_id, applied_at,
      applied_at as accepted_at, period_of(month) as claim_period,
      case when substr(industry_code, 1, 1) in ('C', 'I', 'M', 'N') then 'four_industries' else 'other' end as lane,
      'small' as claimed_size, case when substr(industry_code, 1, 1) = 'C' then 0.9 end::decimal(9, 6) as claimed_industry_share,
      1::decimal(9, 6) as claimed_ratio, credit as claimed_credit, amount as claimed_amount,
      case when is_approved then 'approved' else 'pending' end as decision,
      case when is_approved then applied_at + interval 7 day end as decided_at,
      case when is_approved then (applied_at + interval 10 day)::date end as paid_on, case when is_approved then amount end as paid_amount
    from dated join party using (party) order by party, month`;
}

/** SELECT of the contract's `six_tax_filings`: urban construction tax on the VAT due of each period. */
export function sixTaxFilingsSelect(): string {
  return `with due as (
      select party, month, (output_tax - least(input_tax + opening - taken_back - refund_posted, output_tax))::decimal(18, 2) as base from vat_return
      union all select party, month, (tax - reduction)::decimal(18, 2) from small_return
    ), taxed as (
      select *, round(base * 0.07, 2)::decimal(18, 2) as tax_due from due where base > 0
    )
    select party_id as taxpayer_id, period_of(month) as period, 'urban_construction' as tax_item, 1 as version,
      filing_time(taxed.party, month) as filed_at, base as tax_base, tax_due, 0::decimal(18, 2) as other_relief,
      case when is_general then 0 else round(tax_due * 0.5, 2) end::decimal(18, 2) as relief,
      case when is_general then 'none' else 'small_scale' end as claimed_identity
    from taxed join party using (party) order by party, month`;
}

/** SELECT of the contract's `deferrals`: one taxpayer in a hundred, of the programme of late 2021, paid when due. */
export function deferralsSelect(): string {
  return `select party_id as taxpayer_id, '2021-30' as programme_code, 'vat' as tax_item, '2021-11' as period,
      (round(200000 * draw(party, ${SALT.deferral} + 100), 2))::decimal(18, 2) as tax_due,
      (round(round(200000 * draw(party, ${SALT.deferral} + 100), 2) * 0.5, 2))::decimal(18, 2) as deferred_amount,
      date '2021-12-15' as original_due_on, date '2022-09-15' as extended_due_on,
      case when draw(party, ${SALT.deferral} + 200) < 0.95 then date '2022-09-10' end as paid_on, null::decimal(18, 2) as paid_amount
    from party where is_internal and registered_on < date '2021-01-01' and draw(party, ${SALT.deferral}) < 0.01 order by party`;
}
