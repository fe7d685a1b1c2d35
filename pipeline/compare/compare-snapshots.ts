import type { Comparison } from '../../models/compare/comparison.ts';
import { readComparison } from '../../models/compare/read-comparison.ts';
import { runCompare } from '../../models/compare/run-compare.ts';
import { factsOf, type RunDifferences } from '../../models/compare/run-facts.ts';
import type { SnapshotPlace } from '../snapshot/open-snapshot.ts';
import { openPair, sideOf } from './open-pair.ts';

/** Moved taxpayers that are listed when nobody asks for more. */
export const USUAL_LIMIT = 100;

/**
 * Compares two snapshots: who moved from which level and colour to which, by count and by yuan at risk, in all, per region and
 * industry; lanes of the claims; and for each moved taxpayer why (data, threshold, peers, code, delivery), as far as the two
 * manifests and the figures of the indicators can tell. `limit` bounds the list of taxpayers, never the counts. Throws
 * SNAPSHOT_MISSING when a snapshot lacks a file.
 */
export async function compareSnapshots(former: SnapshotPlace, latter: SnapshotPlace, options: { readonly limit?: number } = {}): Promise<Comparison> {
  const engine = await openPair(sideOf(former), sideOf(latter));
  try {
    const differences = await runCompare(engine, factsOf(former.manifest), factsOf(latter.manifest));
    return { former: nightOf(former), latter: nightOf(latter), possible: possibleOf(differences), ...(await readComparison(engine, options.limit ?? USUAL_LIMIT)) };
  } finally {
    await engine.close();
  }
}

function nightOf({ runId, manifest }: SnapshotPlace): Comparison['former'] {
  return { run_id: runId, as_of: manifest.as_of };
}

function possibleOf({ hasNewData, hasNewProgram, hasNewRules, indicators }: RunDifferences): Comparison['possible'] {
  const codes = (holds: (one: RunDifferences['indicators'][number]) => boolean) => indicators.filter(holds).map(({ code }) => code);
  return {
    data: hasNewData, rules: hasNewRules, program: hasNewProgram,
    parameters: codes((one) => one.hasNewParameters), weights: codes((one) => one.hasNewWeight), code: codes((one) => one.hasNewCode),
  };
}
