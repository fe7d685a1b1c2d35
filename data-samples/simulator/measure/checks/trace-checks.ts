/** Whoever cheats alone has left a trace: the least that must be in the data if the behaviour was carried out. It is no test of a detector. */
import { sqlText } from '../../../../pipeline/engine/sql-text.ts';
import type { CheckRule } from '../check.ts';

const CLAIMANT = 'select taxpayer_id from refund_applications';
const CLAIMED_TOO_MUCH = 'select taxpayer_id from truth_claims where claimed_yuan > true_refundable_yuan';
const PAID = 'select taxpayer_id from refund_applications where paid_amount > 0';
/** Takes the uses of invoices that stand in another table, under the names of its code and number. */
const usesOf = (table: string, prefix: string): string => `select u.buyer_id as taxpayer_id from used as u
  join ${table} as o on o.${prefix}invoice_number = u.invoice_number and coalesce(o.${prefix}invoice_code, '') = coalesce(u.invoice_code, '')`;
/** Statements are not delivered for everyone: no row at all shows nothing either way. */
const whereDelivered = (table: string, trace: string): string =>
  `select taxpayer_id from ${table} where ${trace} union all select taxpayer_id from taxpayers anti join ${table} using (taxpayer_id)`;
const SMALL_SALES = 'coalesce(sales_3pct_q01, 0) + coalesce(sales_5pct_q04, 0) + coalesce(used_asset_sales_q07, 0) + coalesce(exempt_sales_q09, 0)';
/** Sales a quarter below which small-scale sales are exempt since 2023, and the ceiling of twelve months. */
const QUARTER_LIMIT_YUAN = 300_000;
const CEILING_YUAN = 5_000_000;
const monthsOf = `case period_kind when 'M' then 1 else 3 end`;

/** Taxpayers that show a behaviour at all, by its name. Behaviours whose trace needs a judgement (which meals, whose staff) are left out. */
const TRACES: Readonly<Record<string, string>> = {
  leaves_out_sales: 'select taxpayer_id from compared where sales_gap <= -1',
  books_negative_uninvoiced: 'select taxpayer_id from vat_return_schedule1 where uninvoiced_sales_c05 < 0',
  sells_paper: `select seller_id as taxpayer_id from invoices where invoice_kind = 'special'`,
  takes_back_sales: `select seller_id as taxpayer_id from invoices where status = 'red' and red_reason = 'wrong_issue'`,
  claims_unconfirmed_input: 'select taxpayer_id from row_1 where declared > confirmed',
  claims_unfit_vouchers: `select taxpayer_id from vat_return_schedule2 where row_no = '8b' and tax > 0`,
  keeps_exception_input: usesOf('exception_vouchers', ''),
  keeps_red_input: `${usesOf('invoices', 'blue_')} where o.status = 'red'`,
  confirms_void: `select buyer_id as taxpayer_id from used where status = 'void'`,
  breaks_carry: 'select taxpayer_id from carried where ym_before = ym - months and opening_credit_m13 > credit_before',
  claims_too_much: CLAIMED_TOO_MUCH,
  overstates_ratio: CLAIMED_TOO_MUCH,
  claims_without_rating: `${CLAIMANT} as a where not exists (from credit_ratings as c
    where c.taxpayer_id = a.taxpayer_id and c.rating in ('A', 'B') and a.applied_at::date >= c.valid_from and (c.valid_to is null or a.applied_at::date <= c.valid_to))`,
  claims_wrong_lane: CLAIMANT,
  claims_after_offence: `${CLAIMANT} where taxpayer_id in (select taxpayer_id from violations)`,
  claims_beside_levy_refund: `${CLAIMANT} where taxpayer_id in (select taxpayer_id from levy_refunds)`,
  claims_before_its_time: CLAIMANT,
  claims_wrong_size: `${CLAIMANT} where claimed_size is not null`,
  leaves_refund_unposted: PAID,
  leaves_after_refund: PAID,
  parks_advances: whereDelivered('balance_sheets', 'advances_received > 0'),
  books_above_vat: whereDelivered('cit_settlements', 'revenue > 0'),
  understates_small_profit: whereDelivered('cit_settlements', 'is_small_profit'),
  defers_without_right: 'select taxpayer_id from deferrals where deferred_amount > 0',
  defers_out_of_scope: 'select taxpayer_id from deferrals where deferred_amount > 0',
  leaves_deferral_unpaid: 'select taxpayer_id from deferrals where paid_on is null or coalesce(paid_amount, 0) < deferred_amount',
  takes_relief_without_right: 'select taxpayer_id from six_tax_filings where relief > 0',
  takes_relief_over_half: 'select taxpayer_id from six_tax_filings where relief > (tax_due - coalesce(other_relief, 0)) / 2 + 0.01',
  understates_stamp_base: `select taxpayer_id from six_tax_filings where tax_item = 'stamp'`,
  stays_small: `select taxpayer_id from small_scale_returns group by taxpayer_id having sum(${SMALL_SALES}) > ${CEILING_YUAN}`,
  exempts_over_limit: `select taxpayer_id from small_scale_returns
    where coalesce(micro_exempt_sales_q10, 0) + coalesce(below_threshold_sales_q11, 0) > ${QUARTER_LIMIT_YUAN} / 3.0 * ${monthsOf}`,
  exempts_special_sales: `select s.taxpayer_id from small_scale_returns as s join invoices as i on i.seller_id = s.taxpayer_id
    where i.invoice_kind = 'special' and s.exempt_sales_q09 > 0`,
  uses_wrong_levy_rate: 'select taxpayer_id from small_scale_returns where tax_reduction_q16 > 0.02 * coalesce(sales_3pct_q01, 0) + 1',
  leaves_out_small_sales: 'select taxpayer_id from small_compared where invoiced - declared >= 1',
};

/** One check over all lone frauds; the example names the line and the behaviour. */
export function traceChecks(): CheckRule[] {
  const named = `archetype in (${Object.keys(TRACES).map(sqlText).join(', ')})`;
  const untraced = Object.entries(TRACES).map(([archetype, trace]) => `select line, archetype from truth_labels
    where label = 'fraud' and ring_id is null and archetype = ${sqlText(archetype)} and taxpayer_id not in (select taxpayer_id from (${trace}) where taxpayer_id is not null)`);
  return [{
    name: 'who cheats alone left a trace', checked: `select count(*) from truth_labels where label = 'fraud' and ring_id is null and ${named}`,
    failures: `select 'labels.csv:' || line || ' ' || archetype as example from (${untraced.join(' union all ')})`,
  }];
}
