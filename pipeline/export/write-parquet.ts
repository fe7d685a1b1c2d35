import { sqlText } from '../engine/sql-text.ts';
import { typedSelect, type ExportTable } from './export-table.ts';
import type { Job } from './job.ts';
import type { WrittenFile } from './staging.ts';

/** Writes a table as one Parquet file with typed columns, field codes as names. Call it on one thread: the number of threads must not show in the bytes. */
export async function writeParquet(job: Job, table: ExportTable, isFirstTable: boolean): Promise<readonly WrittenFile[]> {
  const name = job.staging.nameOf(table.name, isFirstTable, 1);
  await job.engine.exec(`copy (${typedSelect(table)}) to ${sqlText(job.staging.pathOf(name))} (format parquet, compression zstd, row_group_size 122880)`);
  job.advance(table.rows, table.name);
  return [await job.staging.written(name, { table: table.name, part: 1, rows: table.rows })];
}
