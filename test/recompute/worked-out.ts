import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nightly } from '../../pipeline/commands/run.ts';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { agree } from './agree.ts';
import { FORMULAS } from './formulas/index.ts';
import { PlainWorld } from './plain-world.ts';

export interface Hit {
  readonly code: string;
  readonly taxpayer_id: string;
  readonly subject: string;
  readonly branch: string;
  readonly value: number | null;
}

/** P of a province up to October 2026: on its cutoff, 2026-11-16, the returns of October are still due; those of September are not. */
const RUN_P = 2026 * 12 + 8;

/** Hits by membership in a ring: their value is the score of the ring, whose search has brute forces of its own (test/models/rings). */
export const BY_RING = 'ring_member';

/** All hits of a nightly run on a province of CSV files, but those by membership in a ring. */
export async function hitsOf(province: string, out: string): Promise<readonly Hit[]> {
  await nightly({ input: [province], out }, new AbortController().signal);
  const snapshot = await openSnapshot(out);
  const hits = await snapshot.engine.rows<Hit>(`select code, taxpayer_id, coalesce(subject, '') as subject, branch, value from indicator_results
    where outcome = 'hit' and branch <> '${BY_RING}' order by code asc nulls last, taxpayer_id asc nulls last, subject asc nulls last`);
  await snapshot.close();
  return hits;
}

/** The CSV files of a province as plain code reads them. */
export function plainWorldOf(province: string): PlainWorld {
  return new PlainWorld((table) => readFileSync(join(province, `${table}.csv`), 'utf8'), '2026-11-16', RUN_P);
}

/** The value of a hit worked out again in plain code. */
export function workedOut(world: PlainWorld, hit: Hit): number | null {
  return FORMULAS[hit.code]?.(world, world.subject(hit.taxpayer_id, hit.subject), hit.branch) ?? null;
}

/** Hits whose value plain code does not give, each as a line that says both. */
export function differingHits(world: PlainWorld, hits: readonly Hit[]): readonly string[] {
  return hits.flatMap((hit) => {
    const expected = workedOut(world, hit);
    return agree(expected, hit.value) ? [] : [`${hit.code} ${hit.branch} ${hit.taxpayer_id} ${hit.subject}: ${String(hit.value)}, in plain code ${String(expected)}`];
  });
}
