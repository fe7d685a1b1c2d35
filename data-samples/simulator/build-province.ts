import type { Engine } from '../../pipeline/engine/engine.ts';
import { fillBooks } from './books/fill-books.ts';
import { booksOutputs } from './books/outputs.ts';
import { plantConduct } from './conduct/plant-conduct.ts';
import { factStatements } from './facts/tables.ts';
import { fillFiling } from './filing/fill-filing.ts';
import { filingOutputs } from './filing/outputs.ts';
import type { SimulateOptions } from './options.ts';
import { fillRegisters } from './registers/fill-registers.ts';
import { registersOutputs } from './registers/outputs.ts';
import { SCHEMA } from './schema.ts';
import { macroStatements } from './sql.ts';
import type { OutputTable } from './sql.ts';
import { fillTrade } from './trade/fill-trade.ts';
import { tradeOutputs } from './trade/outputs.ts';
import { fillWorld } from './world/fill-world.ts';

/** Told what the simulator does: a step, and how far it is within it. */
export type OnStep = (step: string, done?: number, of?: number) => void;

/** Builds the province in the engine's database, room after room. Nothing is written to files. */
export async function buildProvince(engine: Engine, options: SimulateOptions, onStep: OnStep = () => undefined): Promise<void> {
  for (const statement of [...macroStatements(options), ...SCHEMA, ...factStatements()]) await engine.exec(statement);
  onStep('world');
  await fillWorld(engine, options);
  onStep('conduct');
  await plantConduct(engine, options);
  onStep('trade');
  await fillTrade(engine, options, (done, of) => {
    onStep('trade', done, of);
  });
  onStep('filing');
  await fillFiling(engine, options);
  onStep('books');
  await fillBooks(engine, options);
  onStep('registers');
  await fillRegisters(engine, options);
}

/** The 32 tables of the input contract. */
export const OUTPUT_TABLES: readonly OutputTable[] = [...tradeOutputs, ...filingOutputs, ...booksOutputs, ...registersOutputs];
