import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { SnapshotPlace } from '../snapshot/open-snapshot.ts';

/** Columns that a comparison reads, with their types: what a snapshot of an earlier version lacks is read as NULL. */
const COMPARED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  taxpayer_grades: {
    taxpayer_id: 'varchar', taxpayer_name: 'varchar', district_code: 'varchar', industry_code: 'varchar', level: 'varchar', color: 'varchar',
    score: 'double', points: 'double', amount_at_risk: 'decimal(18,2)',
  },
  claim_grades: { application_id: 'varchar', taxpayer_id: 'varchar', level: 'varchar', lane: 'varchar', claimed: 'decimal(18,2)' },
  indicator_results: {
    taxpayer_id: 'varchar', code: 'varchar', is_primary: 'boolean', outcome: 'varchar', threshold: 'double', branch: 'varchar', intensity: 'double',
    raw_points: 'double', points: 'double', peer_group: 'varchar', peer_count: 'bigint', parameter_version: 'varchar', tier: 'varchar',
    suspend: 'boolean', ineligible: 'boolean', recompute: 'boolean', tax_at_stake: 'decimal(18,2)',
  },
  ring_members: { ring_id: 'varchar', taxpayer_id: 'varchar' },
};
/** Read as it stands: its columns are the indicators of that night. */
const MATRIX = 'indicator_matrix';
/** Files a snapshot may lack: no applications were delivered, or its version had no such file. */
const OPTIONAL = ['claim_grades', 'ring_members'];

/** A snapshot as one side of a pair: its folder and the files its manifest lists. */
export interface PairSide {
  readonly runId: string;
  readonly folder: string;
  readonly outputs: readonly { readonly file: string }[];
  /** Tables that were delivered; null when its manifest does not tell. */
  readonly tables: readonly string[] | null;
}

/** A finished folder as one side of a pair. */
export function sideOf({ runId, folder, manifest }: SnapshotPlace): PairSide {
  const tables = manifest.tables?.filter(({ is_delivered }) => is_delivered).map(({ table_name }) => table_name) ?? null;
  return { runId, folder, outputs: manifest.outputs, tables };
}

/** Whether a snapshot holds every file that a comparison needs. */
export function isComparable(side: PairSide): boolean {
  return missingFiles(side).length === 0;
}

/** Two snapshots in one engine, each behind views of its own schema: `former` and `latter`. Throws SNAPSHOT_MISSING when a side lacks a file. */
export async function openPair(former: PairSide | null, latter: PairSide, options: { readonly threads?: number } = {}): Promise<Engine> {
  const engine = await openDuckDb({ memoryLimit: '2GB', threads: options.threads ?? 2 });
  try {
    await viewsOf(engine, 'latter', latter);
    if (former !== null) await viewsOf(engine, 'former', former);
    else await emptyViews(engine);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function viewsOf(engine: Engine, schema: string, side: PairSide): Promise<void> {
  const files = filesOf(side);
  const missing = missingFiles(side);
  if (missing.length > 0) throw new VatRiskError('SNAPSHOT_MISSING', `Snapshot ${side.runId} lacks files that a comparison reads; compare a whole one.`, { details: missing });
  await engine.exec(`create schema ${schema}`);
  for (const [table, columns] of Object.entries(COMPARED)) await engine.exec(`create view ${schema}.${table} as ${await viewSql(engine, files.get(table), columns)}`);
  await engine.exec(`create view ${schema}.${MATRIX} as select * from read_parquet(${sqlText(files.get(MATRIX) ?? '')})`);
}

function filesOf({ folder, outputs }: PairSide): ReadonlyMap<string, string> {
  return new Map(outputs.filter(({ file }) => !file.includes('/')).map(({ file }) => [basename(file, '.parquet'), join(folder, file)]));
}

function missingFiles(side: PairSide): string[] {
  const files = filesOf(side);
  return [...Object.keys(COMPARED), MATRIX].filter((table) => !OPTIONAL.includes(table) && !existsSync(files.get(table) ?? '')).map((table) => `${table}.parquet`);
}

async function viewSql(engine: Engine, file: string | undefined, columns: Readonly<Record<string, string>>): Promise<string> {
  const source = file === undefined ? '' : `from read_parquet(${sqlText(file)})`;
  const there = file === undefined ? [] : (await engine.describe(`select * ${source}`)).map(({ name }) => name);
  const items = Object.entries(columns).map(([name, type]) => `cast(${there.includes(name) ? sqlName(name) : 'null'} as ${type}) as ${name}`);
  return `select ${items.join(', ')} ${file === undefined ? 'where false' : source}`;
}

/** A former side without a row, for the first night. */
async function emptyViews(engine: Engine): Promise<void> {
  await engine.exec('create schema former');
  for (const table of [...Object.keys(COMPARED), MATRIX]) await engine.exec(`create view former.${table} as select * from latter.${table} where false`);
}
