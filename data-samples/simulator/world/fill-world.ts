import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { SimulateOptions } from '../options.ts';
import { firmStatements } from './firms.ts';
import { habitStatements } from './habits.ts';
import { keyStatements } from './keys.ts';

/** The honest province before any trade: firm, firm_good, investment, firm_key. */
export async function fillWorld(engine: Engine, options: SimulateOptions): Promise<void> {
  for (const statement of [...firmStatements(options), ...habitStatements(options), ...keyStatements()]) await engine.exec(statement);
}
