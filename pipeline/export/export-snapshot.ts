import { writeFileSync } from 'node:fs';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { RegionScope } from '../shared/region-scope.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import { caseTable } from './case-table.ts';
import { catalogueNames } from './catalogue-names.ts';
import { checkFilters } from './check-filters.ts';
import { checkRequest, chinaTime, type ExportRequest } from './export-request.ts';
import type { ExportTable } from './export-table.ts';
import { hitTable } from './hit-table.ts';
import { PART_ROWS, type ExportProgress, type Job } from './job.ts';
import { metadataTable } from './metadata-table.ts';
import { notesTable } from './notes-table.ts';
import { partsOf } from './read-table.ts';
import { ringTables } from './ring-tables.ts';
import { dropSelection, select } from './selection.ts';
import { diskFailed, guarded, Staging, type WrittenFile } from './staging.ts';
import { writeCsv } from './write-csv.ts';
import { writeParquet } from './write-parquet.ts';
import { writeXlsx } from './write-xlsx.ts';

export interface ExportOptions {
  /** The file to write: the workbook, or the 线索清单 of a set. */
  readonly file: string;
  readonly onProgress?: (progress: ExportProgress) => void;
  /** Once aborted, the export ends with INTERRUPTED and leaves nothing. */
  readonly signal?: AbortSignal;
  /** Rows a sheet or CSV file holds at most; PART_ROWS when absent. */
  readonly partRows?: number;
}

/** What an export wrote. */
export interface ExportResult {
  readonly snapshotId: string;
  readonly asOf: string;
  readonly format: string;
  readonly masked: boolean;
  /** Rows per table, by its Chinese name. */
  readonly rows: Readonly<Record<string, number>>;
  /** In the folder of the file asked for; the manifest of a set is not among them. */
  readonly files: readonly WrittenFile[];
  /** Name of the manifest of a CSV or Parquet set, null for a workbook. */
  readonly manifest: string | null;
}

/**
 * Exports case sources (案源) of a snapshot: the taxpayers inside `scope` that meet the filters, with their hits and rings, whole or not at all. The snapshot
 * is read only; its engine is used for working tables and spills into
 * the folder of the export: open one for it alone. Throws USAGE for a request that cannot be met, EXPORT_EMPTY, EXPORT_TOO_LARGE,
 * EXPORT_UNENCODABLE, DISK_FAILED, INTERRUPTED, ENGINE_FAILED.
 */
export async function exportSnapshot(scope: RegionScope, snapshot: Snapshot, request: ExportRequest, options: ExportOptions): Promise<ExportResult> {
  checkRequest(request);
  await checkFilters(scope, snapshot, request.filters);
  const staging = new Staging(options.file);
  const interrupt = (): void => { snapshot.engine.interrupt(); };
  options.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    // What does not fit into memory is kept beside the export and goes away with it.
    await snapshot.engine.exec(`set temp_directory = ${sqlText(staging.pathOf('spill'))}`);
    const cases = await select(scope, snapshot, request, staging.folder);
    return await writeAll(scope, snapshot, await dataTables(snapshot, cases), newJob(snapshot, request, staging, options));
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? diskFailed(error) : error;
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    if (options.signal?.aborted !== true) await dropSelection(snapshot);
    staging.remove();
  }
}

async function dataTables(snapshot: Snapshot, cases: number): Promise<readonly ExportTable[]> {
  const hasClaims = snapshot.manifest.outputs.some(({ file }) => file === 'claim_grades.parquet');
  const names = catalogueNames(snapshot);
  const tables = [caseTable(cases, hasClaims), await hitTable(snapshot.engine, names), ...(await ringTables(snapshot.engine))];
  return [...tables, notesTable(snapshot, tables, names)];
}

type OpenJob = Job & { expect(rows: number): void };

function newJob({ engine }: Snapshot, request: ExportRequest, staging: Staging, options: ExportOptions): OpenJob {
  let done = 0;
  let total = 0;
  return {
    request, engine, staging, partRows: options.partRows ?? PART_ROWS,
    expect(rows) {
      total = rows;
    },
    advance(rows, part) {
      if (options.signal?.aborted === true) throw new VatRiskError('INTERRUPTED', 'The export was asked to stop; nothing was written.');
      done += rows;
      options.onProgress?.({ rows_done: done, rows_total: total, part });
    },
  };
}

async function writeAll(scope: RegionScope, snapshot: Snapshot, data: readonly ExportTable[], job: OpenJob): Promise<ExportResult> {
  const { request, staging } = job;
  const about = (files: readonly WrittenFile[]): ExportTable => metadataTable(scope, snapshot, request, data, files);
  const rowsOf = (tables: readonly ExportTable[]): number => tables.reduce((sum, { rows }) => sum + rows, 0);
  job.expect(rowsOf(data) + about([]).rows + filesOf(data, job));
  const common = {
    snapshotId: snapshot.runId, asOf: snapshot.manifest.as_of, format: request.format, masked: !request.unmask,
    rows: Object.fromEntries(data.map(({ name, rows }) => [name, rows])),
  };
  if (request.format === 'xlsx') {
    const file = await writeXlsx(job, [...data, about([])], snapshot.runId);
    staging.commit([file.file]);
    return { ...common, files: [file], manifest: null };
  }
  const files = await writeSet(job, data, about);
  const manifest = staging.manifestName;
  const { encoding, operator, purpose, exportedAt } = request;
  const text = JSON.stringify({ ...common, encoding: request.format === 'csv' ? encoding : null, header_rows: request.format === 'csv' ? 2 : 0, operator, purpose, exported_at: chinaTime(exportedAt), files }, null, 2);
  guarded(() => { writeFileSync(staging.pathOf(manifest), `${text}\n`); });
  staging.commit([...files.map(({ file }) => file), manifest]);
  return { ...common, files, manifest };
}

/** Data files of a set: one line of 元数据 each. */
function filesOf(data: readonly ExportTable[], { request: { format }, partRows }: Job): number {
  return format === 'xlsx' ? 0 : data.reduce((sum, { rows }) => sum + partsOf(rows, format === 'csv' ? partRows : Number.POSITIVE_INFINITY), 0);
}

/** A file or more per table; 元数据 comes last, since it names the SM3 of the others. */
async function writeSet(job: Job, data: readonly ExportTable[], about: (files: readonly WrittenFile[]) => ExportTable): Promise<readonly WrittenFile[]> {
  const write = job.request.format === 'csv' ? writeCsv : writeParquet;
  const [former] = await job.engine.rows<{ threads: number }>("select current_setting('threads') as threads");
  if (job.request.format === 'parquet') await job.engine.exec('set threads = 1');
  const files: WrittenFile[] = [];
  for (const table of data) files.push(...(await write(job, table, table === data[0])));
  files.push(...(await write(job, about(files), false)));
  await job.engine.exec(`set threads = ${former?.threads ?? 1}`);
  return files;
}
