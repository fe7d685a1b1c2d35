import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GradingRules } from '../../models/grade/grade-of.ts';
import type { Config } from '../config/schema.ts';
import { openDuckDb, type DuckDbOptions } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { SnapshotFile } from './write-snapshot.ts';

/** The parts of a manifest that readers rely on. */
export interface ManifestView {
  readonly run_id: string;
  /** When the run began, ISO 8601. */
  readonly started_at?: string;
  readonly as_of: string;
  /** Version of the program that judged the night; older manifests may lack it. */
  readonly vatrisk?: string;
  /** Hash of the indicators of the night; older manifests may lack it. */
  readonly catalogue_sha256?: string;
  readonly outputs: readonly SnapshotFile[];
  readonly config: Config;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Rules of scoring in force; absent in snapshots of earlier versions. */
  readonly scoring?: GradingRules;
  /** What each number in a state column of the matrix means. */
  readonly states: Readonly<Record<string, { readonly outcome: string; readonly reason_code: string }>>;
  /** The published night graded again under other parameters, not a night of its own. */
  readonly what_if?: boolean;
  /** Tables of the contract, and whether they came. */
  readonly tables?: readonly { readonly table_name: string; readonly is_delivered: boolean }[];
  /** The file that explains its indicators, beside the tables: `outputs` holds Parquet only. Older manifests have none. */
  readonly catalogue?: SnapshotFile;
  /** How this night differs from the one before; older manifests have none. */
  readonly drift?: DriftView;
}

/** The short form of `drift.parquet` in a manifest. */
export interface DriftView {
  /** The snapshot that was current before; null when there was none. */
  readonly former_run_id: string | null;
  readonly gate: 'on' | 'off';
  readonly verdict: 'none' | 'watch' | 'stop';
  /** Stability index of all scores; null without a former snapshot. */
  readonly psi: number | null;
  /** Limits that were crossed, in words. */
  readonly crossed: readonly string[];
  /** Figures to be watched: measure and code. */
  readonly watched: readonly string[];
  /** Limits were crossed and a person let the run be published. */
  readonly accepted: boolean;
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

/** A finished folder of a run: published, stopped before it was published, or the result of a trial. */
export type SnapshotPlace = Pick<Snapshot, 'runId' | 'folder' | 'manifest'>;

/** How much of the machine a reader may take. */
export type ReaderLimits = Pick<DuckDbOptions, 'threads' | 'memoryLimit' | 'tempDirectory'>;

/** Opens the current (or a named) snapshot of an output folder. Files are read from the manifest's list, never from a pattern. */
export async function openSnapshot(outDirectory: string, runId = currentRunId(outDirectory), limits: ReaderLimits = {}): Promise<Snapshot> {
  return openPlace(publishedPlace(outDirectory, runId), limits);
}

/** Where a published run lies, and its manifest. Throws SNAPSHOT_MISSING for an id that no published run has. */
export function publishedPlace(outDirectory: string, runId: string): SnapshotPlace {
  const isId = RUN_ID.test(runId);
  return placeOf(isId ? join(outDirectory, 'snapshots', runId) : '', `Snapshot ${isId ? runId : '(that is no id of a run)'} is not in ${outDirectory}; "vatrisk run" publishes one.`, runId);
}

/** The id names a folder: nothing in it may lead out of it. */
const RUN_ID = /^[\w-]+(?:\.[\w-]+)*$/u;

/** Opens a finished folder for reading: one view per file its manifest lists. */
export async function openPlace(place: SnapshotPlace, limits: ReaderLimits = {}): Promise<Snapshot> {
  const engine = await openDuckDb({ memoryLimit: '2GB', ...limits });
  for (const { file } of place.manifest.outputs) {
    const view = basename(file, '.parquet');
    await engine.exec(`create view ${sqlName(view)} as select * from read_parquet(${sqlText(join(place.folder, file))})`);
  }
  return { ...place, engine, close: () => engine.close() };
}

/**
 * Finds what a person may call a snapshot: CURRENT, the id of a published run, the id of a run that was stopped before it was
 * published, or a folder with a manifest, also one below the output folder such as what-if/<id>. Throws SNAPSHOT_MISSING with the ids that are there.
 */
export function findSnapshot(outDirectory: string, name: string): SnapshotPlace {
  const runId = name === 'CURRENT' ? currentRunId(outDirectory) : name;
  const folders = [join(outDirectory, 'snapshots', runId), join(outDirectory, 'runs', runId, 'snapshot'), join(outDirectory, name), name];
  const folder = folders.find((one) => existsSync(join(one, 'manifest.json'))) ?? '';
  return placeOf(folder, `${name} is neither a published run of ${outDirectory}, nor one that stopped before it was published, nor a folder with a manifest. Known: ${knownRuns(outDirectory).join(', ') || 'none'}.`);
}

function placeOf(folder: string, missing: string, runId?: string): SnapshotPlace {
  const file = join(folder, 'manifest.json');
  if (folder === '' || !existsSync(file)) throw new VatRiskError('SNAPSHOT_MISSING', missing);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as ManifestView;
  // A trial carries the id of the run it tried again.
  return { runId: runId ?? (manifest.what_if === true ? `what-if/${manifest.run_id}` : manifest.run_id), folder, manifest };
}

function knownRuns(outDirectory: string): string[] {
  const runs = (folder: string, below: string) =>
    existsSync(folder) ? readdirSync(folder).filter((runId) => existsSync(join(folder, runId, below, 'manifest.json'))) : [];
  return [...runs(join(outDirectory, 'snapshots'), '.'), ...runs(join(outDirectory, 'runs'), 'snapshot')].sort();
}
