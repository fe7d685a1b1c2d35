import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RingMember } from '../../models/rings/assembly/name-rings.ts';
import { assembleRings, loadPublishedRings, loadRingAssembly, loadRingFindings } from '../../models/rings/assemble-rings.ts';
import { buildRings, loadGraphTables, loadRingFacts } from '../../models/rings/build-rings.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import type { Feature } from '../features/load-features.ts';
import type { FeatureResult } from '../features/run-features.ts';
import { checkInvariants, RING_INVARIANTS } from '../snapshot/invariants.ts';
import { currentRunId } from '../snapshot/open-snapshot.ts';
import type { RunContext } from './run-context.ts';

/** Step graph: loops, clusters and the facts the ring indicators read. */
export async function graph(engine: Engine, context: RunContext) {
  const { tables, windows, clusters } = await buildRings(engine, { clock: () => context.clock().getTime(), onStart: context.tell });
  return { ...summed(tables), windows, clusters };
}

/** Step rings: findings become rings, those that were published before keep their ids, and indicators learn who stands in one. */
export async function rings(engine: Engine, context: RunContext) {
  const former = await formerMembers(engine, context.outDirectory);
  const { tables, rounds, found, published } = await assembleRings(engine, { clock: () => context.clock().getTime(), onStart: context.tell, former });
  await checkInvariants(engine, RING_INVARIANTS);
  return { ...summed(tables), rounds, found, published };
}

/** Every table of the two steps. */
export function ringTables(): readonly Feature[] {
  return [...loadGraphTables(), ...loadRingFacts(), ...loadRingFindings(), ...loadRingAssembly(), ...loadPublishedRings()];
}

function summed(tables: readonly FeatureResult[]) {
  const parts = tables.map(({ table, rows, seconds }) => ({ name: table, rows, seconds }));
  return { rows: parts.reduce((sum, part) => sum + part.rows, 0), parts };
}

/** Members of the rings of the published snapshot, where there is one. */
async function formerMembers(engine: Engine, outDirectory: string): Promise<readonly RingMember[]> {
  if (!existsSync(join(outDirectory, 'CURRENT'))) return [];
  const file = join(outDirectory, 'snapshots', currentRunId(outDirectory), 'ring_members.parquet');
  if (!existsSync(file)) return [];
  return engine.rows(`select ring_id, taxpayer_id from read_parquet(${sqlText(file)}) order by ring_id asc nulls last, taxpayer_id asc nulls last`);
}
