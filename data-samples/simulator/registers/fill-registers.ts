import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { SimulateOptions } from '../options.ts';
import { bankStatements } from './bank.ts';
import { changeStatements } from './changes.ts';
import { comparisonStatements } from './comparisons.ts';
import { actingStatement } from './events.ts';
import { offenceStatements } from './offences.ts';
import { officerStatements } from './officers.ts';
import { peopleStatements } from './people.ts';
import { quotaStatements } from './quotas.ts';
import { ratingStatements } from './ratings.ts';
import { taskStatements } from './tasks.ts';

/** What the authority knows of its taxpayers. Officers act before firms move; people change before the log of changes is read off. */
export async function fillRegisters(engine: Engine, options: SimulateOptions): Promise<void> {
  const statements = [
    ...ratingStatements(), ...officerStatements(), ...peopleStatements(options), ...changeStatements(options), actingStatement(), ...quotaStatements(),
    ...offenceStatements(), ...comparisonStatements(), ...bankStatements(), ...taskStatements(),
  ];
  for (const statement of statements) await engine.exec(statement);
}
