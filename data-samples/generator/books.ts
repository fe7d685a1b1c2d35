/** Financial statements, income-tax settlements, six-tax filings and deferrals, in step with the VAT returns. */
import { addDays, at, dayIn, isQuarterEnd, monthNumber, periodOf, workingDay } from './calendar.ts';
import type { Random } from './random.ts';
import type { Filed } from './registers.ts';
import type { VatReturn } from './returns.ts';
import { fen, taxOf, total, yuan } from './world.ts';
import type { Cell, Fen, Firm, Table } from './world.ts';
import { tableOf } from './write.ts';

const salesOf = (each: VatReturn): Fen => (each.rows[1] ?? 0) + (each.rows[7] ?? 0) + (each.rows[8] ?? 0);

/** Current returns of each general taxpayer inside the span, oldest first. */
function chains(filed: Filed): Map<Firm, VatReturn[]> {
  const found = new Map<Firm, Map<number, VatReturn>>();
  for (const each of filed.office.returns) {
    if (each.month < filed.sources.economy.firstMonth) continue;
    const months = found.get(each.firm) ?? new Map<number, VatReturn>();
    found.set(each.firm, months.set(each.month, each));
  }
  return new Map([...found].map(([firm, months]) => [firm, [...months.values()]]));
}

/** Balance sheets at quarter ends and year-to-date income statements; stock is what was bought and not yet sold. */
export function statements(filed: Filed, random: Random): { balances: Table; incomes: Table } {
  const balances: Cell[][] = [];
  const incomes: Cell[][] = [];
  for (const [firm, chain] of chains(filed)) {
    const draw = random.fork(firm.id);
    const share = firm.industry.costShare * draw.between(0.97, 1.02);
    let stock = Math.round(firm.monthlySales * draw.between(0.6, 1.2));
    let [revenue, fixed] = [0, Math.round(firm.capital * 0.4)];
    for (const each of chain) {
      if (each.month % 12 === 0) revenue = 0;
      revenue += salesOf(each);
      const bought = total(filed.sources.uses.filter((use) => use.buyer === firm && use.month === each.month && use.purpose === 'deduct').map((use) => use.invoice.amount));
      const plant = total(filed.sources.uses.filter((use) => use.buyer === firm && use.month === each.month && use.invoice.good.name.includes('成套')).map((use) => use.invoice.amount));
      fixed += plant - Math.round(fixed * 0.006);
      stock = Math.max(0, stock + bought - plant - Math.round(salesOf(each) * share));
      if (!isQuarterEnd(each.month)) continue;
      const parts = [draw.between(0.3, 1.5), draw.between(0.8, 2), 0.3].map((factor) => Math.round(firm.monthlySales * factor));
      const [cash = 0, receivables = 0, prepayments = 0] = parts;
      const assets = cash + receivables + prepayments + stock + fixed;
      balances.push([firm.id, periodOf(each.month), ...[cash, receivables, prepayments, stock, fixed, 0, 0, assets, Math.round(assets * 0.35), Math.round(firm.monthlySales * 0.2), Math.round(assets * 0.04), 0, Math.round(assets * 0.05), 0, Math.round(firm.capital * 0.6)].map(yuan)]);
      const cost = Math.round(revenue * share);
      const other = [0.02, 0.04, firm.industry.code.startsWith('I') ? 0.15 : 0.005, 0.006].map((factor) => Math.round(revenue * factor));
      incomes.push([firm.id, periodOf(each.month), 'ytd', yuan(revenue), yuan(cost), ...other.map(yuan), yuan(revenue - cost - total(other)), '0']);
    }
  }
  return {
    balances: tableOf(
      `taxpayer_id period cash receivables prepayments inventory fixed_assets construction_in_progress intangible_assets total_assets payables
       advances_received other_receivables other_receivables_related other_payables other_payables_persons paid_in_capital`, balances),
    incomes: tableOf('taxpayer_id period value_basis revenue cost_of_sales selling_expense admin_expense rd_expense finance_expense profit profit_distributed', incomes),
  };
}

/** A firm passes as small and low-profit when its yearly sales are modest; the planted ones do not and take the relief anyway. */
function isSmallProfit(firm: Firm, filed: Filed): boolean {
  return !filed.sources.roles.has(firm, 'six_tax_wrong') && firm.monthlySales < fen(600_000);
}

export function settlementsTable(filed: Filed, random: Random): Table {
  const rows: Cell[][] = [];
  for (const firm of filed.sources.economy.general) {
    for (const year of [2023, 2024, 2025]) {
      if (firm.registeredOn >= `${year}-07-01`) continue;
      const small = isSmallProfit(firm, filed);
      const revenue = Math.round(firm.monthlySales * 12 * random.between(0.92, 1.03));
      const income = small ? Math.min(fen(2_800_000), Math.round(revenue * 0.05)) : fen(3_100_000) + Math.round(revenue * 0.03);
      rows.push([firm.id, year, 1, yuan(revenue), yuan(income), '0', random.int(small ? 6 : 60, small ? 90 : 280), yuan(Math.min(revenue, fen(45_000_000))), 'false', String(small), dayIn(monthNumber(`${year + 1}-05`), random.int(4, 28))]);
    }
  }
  return tableOf('taxpayer_id tax_year version revenue taxable_income audit_income_adjustment average_headcount average_assets is_restricted_industry is_small_profit settled_on', rows);
}

/** Quarterly filings of the last year: city tax and the two fees on VAT paid, stamp tax on contracts. */
export function sixTaxTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  const { economy, roles } = filed.sources;
  const add = (firm: Firm, month: number, item: string, base: Fen, due: Fen, relieved: boolean, identity: string): void => {
    rows.push([firm.id, periodOf(month), item, 1, at(workingDay(dayIn(month + 1, 11)), 10, 15), yuan(base), yuan(due), '0', yuan(relieved ? Math.round(due / 2) : 0), relieved ? identity : 'none']);
  };
  for (const [firm, chain] of chains(filed)) {
    if (firm.index % 3 !== 0 && !roles.has(firm, 'six_tax_wrong')) continue;
    const relieved = isSmallProfit(firm, filed) || roles.has(firm, 'six_tax_wrong');
    for (const each of chain.filter((filing) => isQuarterEnd(filing.month) && economy.lastMonth - filing.month < 12)) {
      const paid = Math.max(each.rows[34] ?? 0, roles.has(firm, 'six_tax_wrong') ? fen(30_000) : 0);
      if (paid > 0) add(firm, each.month, 'urban_construction', paid, taxOf(paid, 7), relieved, 'small_profit');
      if (paid > 0) add(firm, each.month, 'education', paid, taxOf(paid, 3), relieved, 'small_profit');
      const contracts = salesOf(each) * 3;
      if (contracts > 0) add(firm, each.month, 'stamp', contracts, Math.round(contracts * 0.0003), relieved, 'small_profit');
    }
  }
  for (const each of filed.smallReturns.filter((filing) => economy.lastMonth - filing.month < 12 && (filing.rows[22] ?? 0) > 0)) {
    add(each.firm, each.month, 'urban_construction', each.rows[22] ?? 0, taxOf(each.rows[22] ?? 0, 7), true, each.firm.entityKind === 'individual' ? 'individual' : 'small_scale');
  }
  return tableOf('taxpayer_id period tax_item version filed_at tax_base tax_due other_relief relief claimed_identity', rows);
}

/** Taxes of late 2021 and early 2022 put off: small firms wholly, medium ones by half, the planted ones wholly without the right. */
export function deferralsTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  const { roles } = filed.sources;
  for (const firm of roles.of('defers')) {
    const history = filed.office.returns.filter((each) => each.firm === firm);
    const year = total(history.filter((each) => periodOf(each.month).startsWith('2021')).map(salesOf));
    const percent = year < fen(20_000_000) || roles.has(firm, 'deferral_wrong') ? 100 : 50;
    for (const [programme, period] of [['2021-30', '2021-11'], ['2022-02', '2022-02'], ['2022-02', '2022-04']] as const) {
      const due = history.find((each) => periodOf(each.month) === period)?.rows[34] ?? 0;
      const deferred = taxOf(due, percent);
      const dueOn = workingDay(dayIn(monthNumber(period) + 1, 15));
      const extended = workingDay(dayIn(monthNumber(period) + 11, 15));
      rows.push([firm.id, programme, 'vat', period, yuan(due), yuan(deferred), dueOn, extended, addDays(extended, -3), yuan(deferred)]);
    }
  }
  return tableOf('taxpayer_id programme_code tax_item period tax_due deferred_amount original_due_on extended_due_on paid_on paid_amount', rows);
}
