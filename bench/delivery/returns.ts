import { SALT } from './macros.ts';
import type { DeliveryShape } from './shape.ts';

/**
 * Table `return_flow`: what one general taxpayer sold, confirmed and took back in one month, zero rows included; then
 * `vat_return` with the carry chain. The closing credit is max(0, opening + input − output) month after month; with running sums
 * that is P − min(0, min P so far), so windows give it exactly, without a loop.
 */
export function returnStatements(shape: DeliveryShape): string[] {
  return [
    `create table return_flow as
    with moves as (
      select seller as party, month, amount as sales, tax as output_tax, 0::decimal(18, 2) as input_tax, 0::decimal(18, 2) as taken_back
      from invoice where status <> 'void' and is_general(seller)
      union all select buyer, confirm_month, 0, 0, tax, 0 from invoice where confirm_month is not null and is_deducted
      union all select buyer, month, 0, 0, 0, -tax from invoice where transfers_input
      union all select party, month::integer, 0, 0, 0, 0 from party cross join range(${shape.months}) as months(month) where is_internal and is_general
    )
    select party, month, sum(sales)::decimal(18, 2) as sales, sum(output_tax)::decimal(18, 2) as output_tax,
      sum(input_tax)::decimal(18, 2) as input_tax, sum(taken_back)::decimal(18, 2) as taken_back, 0::decimal(18, 2) as refund_posted
    from moves group by party, month`,
    `create table closing_before_refund as ${closingSelect()}`,
    // A refund is approved only as far as the credit never falls below it afterwards, so its posting breaks no later month.
    `create table approved_refund as
    select party, ${shape.months - 6} as decided_month, round(0.6 * min(closing), 2)::decimal(18, 2) as amount
    from closing_before_refund where month >= ${shape.months - 7} and draw(party, ${SALT.claim}) < 0.06
    group by party having min(closing) > 5000`,
    `update return_flow set refund_posted = approved_refund.amount from approved_refund
    where approved_refund.party = return_flow.party and month = decided_month`,
    `create table vat_return as
    select *, coalesce(lag(closing) over (partition by party order by month), 0)::decimal(18, 2) as opening from (${closingSelect()})`,
  ];
}

function closingSelect(): string {
  return `select *, (running - least(0, min(running) over (partition by party order by month)))::decimal(18, 2) as closing
    from (select *, sum(input_tax - taken_back - refund_posted - output_tax) over (partition by party order by month) as running from return_flow)`;
}

/** SELECT of the contract's `vat_returns`. */
export function vatReturnsSelect(): string {
  return `with figures as (
      select *, (taken_back + refund_posted)::decimal(18, 2) as transferred,
        (input_tax + opening - taken_back - refund_posted)::decimal(18, 2) as deductible from vat_return
    ), settled as (select *, least(deductible, output_tax) as deducted from figures)
    select party_id as taxpayer_id, period_of(month) as period, 'M' as period_kind, 'general' as column_group,
      filing_time(settled.party, month) as filed_at, 1 as version, '2021-20' as form_version,
      sales as sales_general_m01, 0::decimal(18, 2) as sales_simple_m05, 0::decimal(18, 2) as export_sales_m07,
      0::decimal(18, 2) as exempt_sales_m08, output_tax as output_tax_m11, input_tax as input_tax_m12, opening as opening_credit_m13,
      transferred as input_transferred_out_m14, 0::decimal(18, 2) as export_refundable_m15, 0::decimal(18, 2) as audit_tax_m16,
      deductible as deductible_total_m17, deducted as deducted_m18, (output_tax - deducted)::decimal(18, 2) as tax_payable_m19,
      (deductible - deducted)::decimal(18, 2) as closing_credit_m20, 0::decimal(18, 2) as simple_tax_m21,
      0::decimal(18, 2) as tax_reduction_m23, (output_tax - deducted)::decimal(18, 2) as tax_total_m24
    from settled join party using (party) order by party, month`;
}

/** SELECT of the contract's `vat_return_schedule1`: the rows of the rates sold, a zero row where nothing was sold. */
export function schedule1Select(): string {
  return `with by_rate as (
      select seller as party, month, case tax_rate when 0.13 then '1' when 0.09 then '4' else '5' end as row_no,
        coalesce(sum(amount) filter (where is_special), 0) as special_sales, coalesce(sum(tax) filter (where is_special), 0) as special_tax,
        coalesce(sum(amount) filter (where not is_special), 0) as other_sales, coalesce(sum(tax) filter (where not is_special), 0) as other_tax
      from invoice where status <> 'void' and is_general(seller) group by all
    ), filed as (
      select party, month, coalesce(row_no, '1') as row_no, coalesce(special_sales, 0) as special_sales, coalesce(special_tax, 0) as special_tax,
        coalesce(other_sales, 0) as other_sales, coalesce(other_tax, 0) as other_tax
      from vat_return left join by_rate using (party, month)
    )
    select party_id as taxpayer_id, period_of(month) as period, 1 as version, row_no,
      special_sales::decimal(18, 2) as special_sales_c01, special_tax::decimal(18, 2) as special_tax_c02,
      other_sales::decimal(18, 2) as other_invoice_sales_c03, other_tax::decimal(18, 2) as other_invoice_tax_c04,
      0::decimal(18, 2) as uninvoiced_sales_c05, 0::decimal(18, 2) as uninvoiced_tax_c06, 0::decimal(18, 2) as audit_sales_c07,
      0::decimal(18, 2) as audit_tax_c08, (special_sales + other_sales)::decimal(18, 2) as total_sales_c09,
      (special_tax + other_tax)::decimal(18, 2) as total_tax_c10,
      (special_sales + other_sales + special_tax + other_tax)::decimal(18, 2) as total_with_tax_c11
    from filed join party using (party) order by party, month, row_no`;
}

/** SELECT of the contract's `vat_return_schedule2`: row 12 always, the others where they are not zero. */
export function schedule2Select(): string {
  return `with used as (
      select buyer as party, confirm_month as month, count(*) as documents, sum(amount) as amount, sum(tax) as tax,
        count(*) filter (where month = confirm_month) as own_documents,
        coalesce(sum(amount) filter (where month = confirm_month), 0) as own_amount, coalesce(sum(tax) filter (where month = confirm_month), 0) as own_tax
      from invoice where confirm_month is not null and is_deducted group by buyer, confirm_month
    ), printed as (
      select party, month, '1' as row_no, documents, amount, tax from used
      union all select party, month, '2', own_documents, own_amount, own_tax from used
      union all select party, month, '3', documents - own_documents, amount - own_amount, tax - own_tax from used where documents > own_documents
      union all select party, month, '12', coalesce(documents, 0), coalesce(amount, 0), input_tax from vat_return left join used using (party, month)
      union all select party, month, '13', null, null, taken_back + refund_posted from vat_return where taken_back + refund_posted <> 0
      union all select party, month, '20', null, null, taken_back from vat_return where taken_back <> 0
      union all select party, month, '22', null, null, refund_posted from vat_return where refund_posted <> 0
    )
    select party_id as taxpayer_id, period_of(month) as period, 1 as version, row_no, documents::integer as document_count,
      amount::decimal(18, 2) as amount, tax::decimal(18, 2) as tax
    from printed join party using (party) order by party, month, row_no`;
}
