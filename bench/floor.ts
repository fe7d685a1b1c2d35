import { existsSync } from 'node:fs';
import { openDuckDb } from '../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../pipeline/engine/engine.ts';

/** What two bare group-bys over the stored invoices cost, in seconds: the least any feature pass has to pay. */
export interface Floor {
  readonly bySeller: number;
  readonly byBuyer: number;
  readonly total: number;
  readonly invoices: number;
}

const REPETITIONS = 3;

// The outer count makes the grouping run in full without carrying millions of rows into JavaScript.
const groupBy = (key: string): string => `select count(*) as groups, sum(n) as invoices, sum(amount) as amount from (
  select ${key}, ym, count(*) as n, sum(signed_amount) as amount from invoices group by ${key}, ym)`;

/** Times both group-bys on the working database of a finished run, read-only; medians of three. Throws when there is none. */
export async function measureFloor(databasePath: string, threads: number, memoryLimit: string): Promise<Floor> {
  if (!existsSync(databasePath)) throw new Error(`The run left no ${databasePath}; the floor is measured on its stored invoices.`);
  const engine = await openDuckDb({ path: databasePath, readOnly: true, threads, memoryLimit });
  try {
    const bySeller = await medianSeconds(engine, groupBy('seller_key'));
    const byBuyer = await medianSeconds(engine, groupBy('buyer_key'));
    const [row] = await engine.rows<{ invoices: number }>('select count(*) as invoices from invoices');
    return { bySeller, byBuyer, total: bySeller + byBuyer, invoices: row?.invoices ?? 0 };
  } finally {
    await engine.close();
  }
}

async function medianSeconds(engine: Engine, sql: string): Promise<number> {
  const seconds: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const started = performance.now();
    await engine.rows(sql);
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(REPETITIONS / 2)] ?? Number.NaN;
}
