import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { replaceFile } from './durable.ts';
import { copyOutput, snapshotOutputs, type Output } from './outputs.ts';

/** One file of a snapshot as the manifest lists it; readers open listed files only. */
export interface SnapshotFile {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface SnapshotPlan {
  /** Folder to fill; it must not exist yet. */
  readonly folder: string;
  /** Column names of the indicators, such as VR_01. */
  readonly codes: readonly string[];
  /**
   * Tables that the evidence queries read, kept so that a hit can be explained for as long as the snapshot lives, each with
   * the unique key to write it in; null where the table already stands in its order.
   */
  readonly evidenceTables: ReadonlyMap<string, readonly string[] | null>;
  readonly deliveredTables: ReadonlySet<string>;
  readonly threads: number;
}

/** Writes every Parquet file of a snapshot into `folder` and returns what was written, sorted by name. */
export async function writeSnapshotFiles(engine: Engine, plan: SnapshotPlan): Promise<readonly SnapshotFile[]> {
  mkdirSync(join(plan.folder, 'evidence'), { recursive: true });
  const outputs: Output[] = [
    ...snapshotOutputs(plan.codes).filter(({ onlyWith }) => onlyWith === undefined || plan.deliveredTables.has(onlyWith)),
    ...[...plan.evidenceTables].map(([table, key]) => ({
      name: `evidence/${table}`,
      sql: `select * from ${sqlName(table)}`,
      orderBy: key === null ? null : key.map(sqlName).join(', '),
    })),
  ];
  return writeOutputs(engine, outputs, plan);
}

/** Writes outputs on one thread, so that the number of threads does not show in the bytes, and returns them sorted by name. */
export async function writeOutputs(engine: Engine, outputs: readonly Output[], { folder, threads }: Pick<SnapshotPlan, 'folder' | 'threads'>): Promise<readonly SnapshotFile[]> {
  await engine.exec('set threads = 1');
  const files: SnapshotFile[] = [];
  try {
    for (const output of outputs) files.push(await writeOutput(engine, output, folder));
  } finally {
    await engine.exec(`set threads = ${threads}`);
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Writes the manifest beside the files, whole or not at all. */
export function writeManifest(folder: string, manifest: object): void {
  replaceFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Writes one table in its order and says what was written. Call it on one thread. */
export async function writeOutput(engine: Engine, output: Output, folder: string): Promise<SnapshotFile> {
  const file = `${output.name}.parquet`;
  const path = join(folder, file);
  await engine.exec(copyOutput(output, path));
  const [counted] = await engine.rows<{ rows: number }>(`select count(*) as rows from read_parquet('${path.replaceAll("'", "''")}')`);
  return { file, rows: counted?.rows ?? 0, bytes: statSync(path).size, sha256: await sha256Of(path) };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
