import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { loadFeatures } from '../../pipeline/features/load-features.ts';
import { runFeatures } from '../../pipeline/features/run-features.ts';
import { createKnownTables, insertKnown, monthIndex, type KnownOptions, type KnownRow } from './known-fixture.ts';

const features = loadFeatures();

/** An engine with known tables of the given rows and the wanted features built over them. */
export async function featureWorld(
  tables: Readonly<Record<string, readonly KnownRow[]>>,
  only: readonly string[],
  options: KnownOptions & { readonly threads?: number } = {},
): Promise<Engine> {
  const engine = await openDuckDb({ threads: options.threads ?? 1 });
  await createKnownTables(engine, options);
  for (const [table, rows] of Object.entries(tables)) await insertKnown(engine, table, rows);
  await runFeatures(engine, { features, only });
  return engine;
}

/** One row per month from `from` to `to`, both `YYYY-MM`. */
export function monthly(from: string, to: string, row: (period: string, at: number) => KnownRow): KnownRow[] {
  return Array.from({ length: monthIndex(to) - monthIndex(from) + 1 }, (_, at) => {
    const ym = monthIndex(from) + at;
    const period = `${Math.floor(ym / 12)}-${String((ym % 12) + 1).padStart(2, '0')}`;
    return { period, ...row(period, at) };
  });
}
