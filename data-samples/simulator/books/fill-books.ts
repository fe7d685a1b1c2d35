import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { SimulateOptions } from '../options.ts';
import { balanceStatements } from './balances.ts';
import { deferralStatements } from './deferrals.ts';
import { flowStatements } from './flows.ts';
import { incomeStatements } from './incomes.ts';
import { ledgerStatements } from './ledger.ts';
import { powerStatements } from './power.ts';
import { settlementStatements } from './settlements.ts';
import { dueStatements } from './six-tax-dues.ts';
import { sixTaxStatements } from './six-taxes.ts';
import { staffStatements } from './staff.ts';
import { SURCHARGE_MACROS } from './surcharges.ts';

/** Tables that only this room reads. */
const SCRATCH = ['book_sold', 'book_bought', 'book_declared', 'book_opening', 'book_conduct'];

/**
 * Books and other taxes, from what was traded and declared: book_balance, book_income and book_dividend, book_settlement, book_six_tax, book_deferral,
 * book_power and book_staff, beside book_firm, book_flow and book_ledger, which they come from.
 */
export async function fillBooks(engine: Engine, options: SimulateOptions): Promise<void> {
  const statements = [
    ...SURCHARGE_MACROS, ...flowStatements(), ...ledgerStatements(), ...staffStatements(), ...balanceStatements(), ...incomeStatements(),
    ...settlementStatements(options), ...dueStatements(), ...sixTaxStatements(), ...deferralStatements(), ...powerStatements(),
    ...SCRATCH.map((table) => `drop table ${table}`),
  ];
  for (const statement of statements) await engine.exec(statement);
}
