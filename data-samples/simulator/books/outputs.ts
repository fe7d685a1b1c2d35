/** Tables of the delivery that come from the books: statements, settlements, other taxes, deferrals, electricity, staff. */
import type { OutputTable } from '../sql.ts';

/** Firms whose statements the authority never got, that deliver figures of the quarter alone, and whose staff figures are missing. */
const WITHOUT_STATEMENTS_SHARE = 0.015;
const QUARTER_FIGURES_SHARE = 0.03;
const WITHOUT_STAFF_SHARE = 0.05;

const BALANCES = [
  'cash', 'receivables', 'prepayments', 'inventory', 'fixed_assets', 'construction_in_progress', 'intangible_assets', 'total_assets', 'payables',
  'advances_received', 'other_receivables', 'other_receivables_related', 'other_payables', 'other_payables_persons', 'paid_in_capital',
] as const;
const LINES = ['revenue', 'cost_of_sales', 'selling_expense', 'admin_expense', 'rd_expense', 'finance_expense', 'profit'] as const;

const delivered = `draw(firm, 'books delivered') >= ${WITHOUT_STATEMENTS_SHARE}`;
const ofMonths = (table: string, condition: string): string => `(select * from ${table} where ${condition}) as t join firm as f using (firm)`;

const balances = (months: string): string => `select f.taxpayer_id, period_of(t.ym) as period, ${BALANCES.map((column) => `t.${column}`).join(', ')}
  from ${ofMonths('book_balance', `${months} and ${delivered}`)}`;

const line = (name: string): string => `case when t.value_basis = 'ytd' then t.ytd_${name} else t.${name} end as ${name}`;
const incomes = (months: string): string => `select f.taxpayer_id, period_of(t.ym) as period, t.value_basis, ${LINES.map(line).join(', ')},
    coalesce(d.amount, 0) as profit_distributed
  from (select *, case when draw(firm, 'books basis') < ${QUARTER_FIGURES_SHARE} then 'period' else 'ytd' end as value_basis
    from book_income where ${months} and ym <= last_ym() and ${delivered}) as t join firm as f using (firm)
  left join book_dividend as d on d.firm = t.firm and case when t.value_basis = 'ytd' then t.ym between d.from_ym and d.from_ym + 6 else t.ym = d.from_ym end
  where t.ym <= f.filed_to_ym`;

const settlements = (): string => `select f.taxpayer_id, t.tax_year, t.version, t.revenue, t.taxable_income, t.average_headcount, t.average_assets,
    t.is_restricted as is_restricted_industry, t.is_small_profit, t.settled_on
  from book_settlement as t join firm as f using (firm)`;

const sixTaxes = (months: string): string => `select f.taxpayer_id, period_of(t.ym) as period, t.tax_item, 1 as version,
    strftime(t.filed_at, '%Y-%m-%d %H:%M:%S') as filed_at, t.tax_base, t.tax_base_sales, t.tax_base_purchase,
    t.tax_due, t.other_relief, t.relief, t.claimed_identity
  from ${ofMonths('book_six_tax', months)}`;

const deferrals = (): string => `select f.taxpayer_id, t.programme_code, t.tax_item, period_of(t.ym) as period, t.tax_due, t.deferred as deferred_amount,
    t.due_on as original_due_on, t.extended_on as extended_due_on, t.paid_on, t.paid_amount
  from book_deferral as t join firm as f using (firm)`;

const power = (months: string): string => `select f.taxpayer_id, 'E' || key_text(t.firm * 10 + t.meter, 'meter') as meter_id, period_of(t.ym) as month,
    t.kwh, t.is_shared as is_shared_meter
  from ${ofMonths('book_power', months)}`;

/** Every month for general taxpayers, the ends of quarters for the others. */
const staff = (months: string): string => `select f.taxpayer_id, period_of(t.ym) as month, t.insured_count, t.pit_count, t.dispatched_count, t.payroll
  from ${ofMonths('book_staff', `${months} and draw(firm, 'staff delivered') >= ${WITHOUT_STAFF_SHARE}`)}
  where (f.general_ym <= t.ym or is_quarter_end(t.ym)) and t.ym <= f.filed_to_ym`;

export const booksOutputs: readonly OutputTable[] = [
  { table: 'balance_sheets', select: balances, orderBy: 'taxpayer_id, period', isMonthly: true },
  { table: 'income_statements', select: incomes, orderBy: 'taxpayer_id, period', isMonthly: true },
  { table: 'cit_settlements', select: settlements, orderBy: 'taxpayer_id, tax_year, version', isMonthly: false },
  { table: 'six_tax_filings', select: sixTaxes, orderBy: 'taxpayer_id, period, tax_item', isMonthly: true },
  { table: 'deferrals', select: deferrals, orderBy: 'taxpayer_id, programme_code, tax_item, period', isMonthly: false },
  { table: 'electricity', select: power, orderBy: 'taxpayer_id, month, meter_id', isMonthly: true },
  { table: 'headcounts', select: staff, orderBy: 'taxpayer_id, month', isMonthly: true },
];
