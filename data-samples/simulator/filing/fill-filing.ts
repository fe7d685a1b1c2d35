import type { Engine } from '../../../pipeline/engine/engine.ts';
import { SURCHARGE_MACROS } from '../books/surcharges.ts';
import { windowOf } from '../calendar.ts';
import { ratingMacros } from '../facts/ratings.ts';
import type { SimulateOptions } from '../options.ts';
import { chainGroundStatements, chainMonthStatement } from './chain.ts';
import { CLAIM_PLAN_TABLE, claimStatement, decideStatements } from './claims.ts';
import { exceptionStatements } from './exceptions.ts';
import { calendarMacros, filerStatements } from './filers.ts';
import { finishGroundStatements, finishStatements } from './finish.ts';
import { flowStatements, saleSumStatements } from './flows.ts';
import { historyStatements } from './history.ts';
import { inputStatements } from './input-parts.ts';
import { laneMacros, laneTables } from './lanes.ts';
import { saleGroundStatements, saleLineStatements, saleStatement } from './sales-lines.ts';
import { smallReturnStatements } from './small-returns.ts';
import { spansOf } from './spans.ts';
import { truthStatements } from './truths.ts';
import { useGroundStatements, useStatements } from './uses.ts';

/** Scratch tables of general taxpayers; nothing reads them afterwards. */
const SCRATCH = [
  'span_use', 'use_part', 'reversal', 'abroad_share', 'red_out', 'exception_out', 'exception_plan', 'honest_input', 'barred', 'usual_input', 'sale_part',
    'sale_line', 'sale_sum', 'unseen_output', 'export_basis',
  'flow', 'levy_part', 'chain', 'chain_firm', 'opening_credit', 'credit_2019', 'claim_plan', 'surcharge_relief', 'correction', 'filed', 'audit_plan',
    'day_slip', 'filing_good', 'good_row', 'lane_law', 'size_limit', 'filer', 'filing_conduct',
];

/** Uses, exception vouchers, returns and claims of general taxpayers. */
async function fileGeneral(engine: Engine, options: SimulateOptions): Promise<void> {
  const { firstYm, lastYm } = windowOf(options);
  const spans = spansOf(options);
  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await engine.exec(statement);
  };
  await run([...ratingMacros(), ...SURCHARGE_MACROS, ...calendarMacros(), ...laneMacros(), ...laneTables()]);
  await run([...filerStatements(), ...exceptionStatements(), ...useGroundStatements(), ...saleGroundStatements()]);
  for (const span of spans) await run([...useStatements(span), saleStatement(span)]);
  await run([...saleLineStatements(), ...saleSumStatements(), ...inputStatements(), ...flowStatements(), ...chainGroundStatements(), CLAIM_PLAN_TABLE]);
  for (let ym = firstYm; ym <= lastYm; ym += 1) await run([...decideStatements(ym), chainMonthStatement(ym), claimStatement(ym)]);
  await run(finishGroundStatements());
  for (const span of spans) await run(finishStatements(span));
  await run([...historyStatements(), ...truthStatements(), ...SCRATCH.map((table) => `drop table ${table}`)]);
}

/** Everything that is filed: the tables of FILING in schema.ts. */
export async function fillFiling(engine: Engine, options: SimulateOptions): Promise<void> {
  await fileGeneral(engine, options);
  for (const statement of smallReturnStatements(options)) await engine.exec(statement);
}
