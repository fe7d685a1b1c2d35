import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GradingRules } from '../../models/grade/grade-of.ts';
import type { Config } from '../config/schema.ts';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { SnapshotFile } from './write-snapshot.ts';

/** The parts of a manifest that readers rely on. */
export interface ManifestView {
  readonly run_id: string;
  readonly as_of: string;
  readonly outputs: readonly SnapshotFile[];
  readonly config: Config;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Rules of scoring in force; absent in snapshots of earlier versions. */
  readonly scoring?: GradingRules;
  /** What each number in a state column of the matrix means. */
  readonly states: Readonly<Record<string, { readonly outcome: string; readonly reason_code: string }>>;
}

/** A published snapshot, opened for reading: one view per file the manifest lists. */
export interface Snapshot {
  readonly runId: string;
  readonly folder: string;
  readonly manifest: ManifestView;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** The run that CURRENT names. Throws SNAPSHOT_MISSING when nothing was published yet. */
export function currentRunId(outDirectory: string): string {
  const pointer = join(outDirectory, 'CURRENT');
  if (!existsSync(pointer)) {
    throw new VatRiskError('SNAPSHOT_MISSING', `${outDirectory} holds no published snapshot (no CURRENT). Run "vatrisk run --input DIR --out ${outDirectory}" first.`);
  }
  return readFileSync(pointer, 'utf8').trim();
}

/** Opens the current (or a named) snapshot of an output folder. Files are read from the manifest's list, never from a pattern. */
export async function openSnapshot(outDirectory: string, runId = currentRunId(outDirectory)): Promise<Snapshot> {
  const folder = join(outDirectory, 'snapshots', runId);
  const manifestFile = join(folder, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new VatRiskError('SNAPSHOT_MISSING', `Snapshot ${runId} is not in ${outDirectory}; "vatrisk run" publishes one.`);
  }
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as ManifestView;
  const engine = await openDuckDb({ memoryLimit: '2GB' });
  for (const { file } of manifest.outputs) {
    const view = basename(file, '.parquet');
    await engine.exec(`create view ${sqlName(view)} as select * from read_parquet(${sqlText(join(folder, file))})`);
  }
  return { runId, folder, manifest, engine, close: () => engine.close() };
}
