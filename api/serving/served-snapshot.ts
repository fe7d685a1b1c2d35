import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openReadPool, type ReadPool } from '../../pipeline/engine/read-pool.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { publishedPlace, type ManifestView } from '../../pipeline/snapshot/open-snapshot.ts';
import { readCatalogue, type SnapshotCatalogue } from '../../pipeline/snapshot/catalogue.ts';
import { GradeTable } from './grade-table.ts';

export interface PoolSettings {
  readonly connections: number;
  readonly memory: string;
  readonly request_timeout_seconds: number;
}

/** One published snapshot, open for as long as somebody reads it. */
export class ServedSnapshot {
  readonly runId: string;
  readonly asOf: string;
  readonly folder: string;
  readonly manifest: ManifestView;
  readonly grades: GradeTable;
  readonly pool: ReadPool;
  /** Codes of the indicators in the matrix. */
  readonly codes: readonly string[];
  readonly catalogue: SnapshotCatalogue;
  /** How every answer written as JSON text begins: which night it is of. */
  readonly opening: Buffer;
  #readers = 0;
  #isRetired = false;

  private constructor(parts: Pick<ServedSnapshot, 'runId' | 'asOf' | 'folder' | 'manifest' | 'grades' | 'pool' | 'codes' | 'catalogue'>) {
    [this.runId, this.asOf, this.folder] = [parts.runId, parts.asOf, parts.folder];
    [this.manifest, this.grades, this.pool, this.codes] = [parts.manifest, parts.grades, parts.pool, parts.codes];
    this.catalogue = parts.catalogue;
    this.opening = Buffer.from(`{"asOf":${JSON.stringify(this.asOf)},"snapshotId":${JSON.stringify(this.runId)},`);
  }

  /**
   * Opens the files the manifest of a published run lists, after checking that each is there with its length. Throws
   * SNAPSHOT_MISSING, SNAPSHOT_OLD, SNAPSHOT_DAMAGED with every file that is not as listed, ENGINE_FAILED.
   */
  static async open(outDirectory: string, runId: string, settings: PoolSettings): Promise<ServedSnapshot> {
    const { folder, manifest } = publishedPlace(outDirectory, runId);
    checkFiles(folder, manifest);
    const catalogue = readCatalogue({ runId, folder, manifest });
    const files = new Map(manifest.outputs.filter(({ file }) => file.endsWith('.parquet')).map(({ file }) => [basename(file, '.parquet'), join(folder, file)]));
    const pool = await openReadPool({
      files, connections: settings.connections, threads: 2, memoryLimit: settings.memory, timeoutMilliseconds: settings.request_timeout_seconds * 1000,
    });
    try {
      const columns = await pool.rows<{ name: string }>(`select column_name as name from (describe indicator_matrix) where column_name like '%\\_state' escape '\\'`);
      const codes = columns.map(({ name }) => name.slice(0, -'_state'.length).replaceAll('_', '-'));
      const grades = await GradeTable.load({ pool, codes, states: manifest.states, hasClaims: files.has('claim_grades') });
      return new ServedSnapshot({ runId, asOf: manifest.as_of, folder, manifest, grades, pool, codes, catalogue });
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  get hasClaims(): boolean {
    return this.manifest.outputs.some(({ file }) => file === 'claim_grades.parquet');
  }

  /** Begins a reading; while one lasts the files stay open, also when a newer snapshot has come. */
  retain(): this {
    this.#readers += 1;
    return this;
  }

  /** Ends a reading; a promise where it was the last one of a retired snapshot, whose files are then closed. */
  release(): Promise<void> | undefined {
    this.#readers -= 1;
    return this.#isRetired && this.#readers === 0 ? this.pool.close() : undefined;
  }

  /** No new reading begins; the last one that ends closes the files. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#readers === 0) await this.pool.close();
  }
}

function checkFiles(folder: string, manifest: ManifestView): void {
  const faults = manifest.outputs.flatMap(({ file, bytes }) => {
    const found = statSync(join(folder, file), { throwIfNoEntry: false });
    if (found === undefined) return [`${file}: listed with ${bytes} bytes, not there`];
    return found.size === bytes ? [] : [`${file}: listed with ${bytes} bytes, found ${found.size}`];
  });
  if (faults.length > 0) {
    throw new VatRiskError('SNAPSHOT_DAMAGED', `Snapshot ${manifest.run_id} is not as its manifest lists it and is not served; publish the night again.`, { details: faults });
  }
}
