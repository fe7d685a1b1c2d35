import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crossedLimits, worstVerdict } from '../../models/drift/limits.ts';
import { runDrift, type DriftRow } from '../../models/drift/run-drift.ts';
import type { Config } from '../config/schema.ts';
import { currentRunId, findSnapshot, type DriftView } from '../snapshot/open-snapshot.ts';
import { writeOutput, type SnapshotFile } from '../snapshot/write-snapshot.ts';
import { isComparable, openPair, sideOf, type PairSide } from './open-pair.ts';

export interface DriftPlan {
  /** The published snapshot of the night before; null on the first night. */
  readonly former: PairSide | null;
  /** The files of this night, written and not yet published. */
  readonly latter: PairSide;
  readonly rules: Config['drift'];
  readonly engine: Pick<Config['engine'], 'threads'>;
}

/** Writes `drift.parquet` beside the files of this night. Returns it as the manifest lists it, with the short form and the rows. */
export async function writeDrift(plan: DriftPlan): Promise<{ readonly file: SnapshotFile; readonly view: DriftView; readonly rows: readonly DriftRow[] }> {
  const engine = await openPair(plan.former, plan.latter, { threads: plan.engine.threads });
  try {
    const rows = await runDrift(engine, plan.rules, { former: plan.former?.tables ?? null, latter: plan.latter.tables });
    // One thread: the number of threads must not show in the bytes.
    await engine.exec('set threads = 1');
    const file = await writeOutput(engine, { name: 'drift', sql: 'select * from drift', orderBy: 'measure, code' }, plan.latter.folder);
    return { file, view: viewOf(plan, rows), rows };
  } finally {
    await engine.close();
  }
}

/** The snapshot that CURRENT names, as the former side; null when there is none that could be compared. */
export function formerSide(outDirectory: string): PairSide | null {
  if (!existsSync(join(outDirectory, 'CURRENT'))) return null;
  if (!existsSync(join(outDirectory, 'snapshots', currentRunId(outDirectory), 'manifest.json'))) return null;
  const side = sideOf(findSnapshot(outDirectory, 'CURRENT'));
  return isComparable(side) ? side : null;
}

function viewOf({ former, rules }: DriftPlan, rows: readonly DriftRow[]): DriftView {
  const crossed = crossedLimits(rows, rules);
  return {
    former_run_id: former?.runId ?? null,
    gate: rules.gate,
    verdict: worstVerdict(rows),
    psi: rows.find(({ measure, code }) => measure === 'score_psi' && code === 'all')?.psi ?? null,
    crossed,
    watched: rows.filter(({ verdict }) => verdict === 'watch').map(({ measure, code }) => `${measure} ${code}`),
    accepted: crossed.length > 0 && rules.gate === 'off',
  };
}
