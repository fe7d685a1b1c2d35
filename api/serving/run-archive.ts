import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openReadPool, type ReadPool } from '../../pipeline/engine/read-pool.ts';
import { currentRunId, publishedPlace, type ManifestView } from '../../pipeline/snapshot/open-snapshot.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { Problem } from '../problems/problem.ts';

/** The parts of a manifest that tell of a run, beyond what readers of a snapshot rely on. */
type RunManifest = ManifestView & {
  readonly started_at: string;
  readonly vatrisk: string;
  readonly seed: number;
  readonly catalogue_sha256: string;
  readonly engine: Readonly<Record<string, string>>;
  readonly inputs: readonly (Readonly<Record<string, unknown>> & { readonly path: string })[];
  readonly steps: readonly { readonly name: string; readonly seconds: number; readonly peak_rss_bytes: number; readonly rows: number | null }[];
};

export interface QualityCount {
  readonly table_name: string;
  readonly measure: string;
  readonly code: string;
  readonly count: number;
}

const MOST_KEPT = 64;

/** Published runs of an output folder: what their manifests say, and counts without any taxpayer. Published runs never change. */
export class RunArchive {
  readonly #outDirectory: string;
  readonly #details = new Map<string, object>();

  constructor(outDirectory: string) {
    this.#outDirectory = outDirectory;
  }

  /** Published runs, newest first, in short. */
  list(): readonly object[] {
    const folder = join(this.#outDirectory, 'snapshots');
    if (!existsSync(folder)) return [];
    const current = this.#current();
    return readdirSync(folder).sort().reverse().filter((runId) => existsSync(join(folder, runId, 'manifest.json'))).map((runId) => {
      const manifest = this.#manifest(runId);
      return {
        run_id: runId, as_of: manifest.as_of, started_at: manifest.started_at, vatrisk: manifest.vatrisk, is_current: runId === current,
        seconds: round(manifest.steps.reduce((sum, { seconds }) => sum + seconds, 0)),
        taxpayers: manifest.outputs.find(({ file }) => file === 'taxpayer_grades.parquet')?.rows ?? 0,
        claims: manifest.outputs.find(({ file }) => file === 'claim_grades.parquet')?.rows ?? 0,
        drift: manifest.drift ?? null,
      };
    });
  }

  /** One run: manifest, quality and drift. Throws not-found. */
  async detail(runId: string): Promise<object> {
    const known = this.#details.get(runId);
    if (known !== undefined) return known;
    const detail = await this.#read(runId);
    if (this.#details.size >= MOST_KEPT) this.#details.clear();
    this.#details.set(runId, detail);
    return detail;
  }

  async #read(runId: string): Promise<object> {
    const { folder, manifest } = this.#place(runId);
    const tables = ['quality', 'drift'].filter((name) => manifest.outputs.some(({ file }) => file === `${name}.parquet`));
    const pool = await openReadPool({
      files: new Map(tables.map((name) => [name, join(folder, `${name}.parquet`)])), connections: 1, threads: 1, memoryLimit: '256MB', timeoutMilliseconds: 30_000,
    });
    try {
      const { run_id, as_of, started_at, vatrisk, engine, seed, catalogue_sha256, parameters, scoring, outputs, drift } = manifest;
      return {
        run_id, as_of, started_at, vatrisk, engine, seed, catalogue_sha256, parameters, scoring: scoring ?? null, drift: drift ?? null,
        // Where files lay on the machine of the run is nobody's business here.
        inputs: manifest.inputs.map(({ file, table_name, bytes, sha256, delivered }) => ({ file, table_name, bytes, sha256, delivered: delivered ?? null })),
        tables: manifest.tables ?? [],
        steps: manifest.steps.map(({ name, seconds, peak_rss_bytes, rows }) => ({ name, seconds, peak_rss_bytes, rows })),
        outputs: outputs.map(({ file, rows, bytes, sha256 }) => ({ file, rows, bytes, sha256 })),
        quality: tables.includes('quality') ? await qualityOf(pool) : [],
        drift_rows: tables.includes('drift') ? await pool.rows('select measure, code, former, latter, change, psi, verdict from drift order by measure asc nulls last, code asc nulls last') : [],
      };
    } finally {
      await pool.close();
    }
  }

  #manifest(runId: string): RunManifest {
    return this.#place(runId).manifest;
  }

  #place(runId: string): { folder: string; manifest: RunManifest } {
    try {
      const { folder, manifest } = publishedPlace(this.#outDirectory, runId);
      return { folder, manifest: manifest as RunManifest };
    } catch (error) {
      if (error instanceof VatRiskError && error.code === 'SNAPSHOT_MISSING') throw new Problem('not-found');
      throw error;
    }
  }

  #current(): string | null {
    try {
      return currentRunId(this.#outDirectory);
    } catch {
      return null;
    }
  }
}

// Subjects are taxpayers: they stay in the file, here is only how many.
const qualityOf = (pool: ReadPool): Promise<QualityCount[]> => pool.rows<QualityCount>(
  `select table_name, measure, code, cast(sum(count) as bigint) as count from quality where subject = '' or measure = 'warning'
   group by table_name, measure, code order by table_name asc nulls last, measure asc nulls last, code asc nulls last`,
);

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
