/** Tables as files: one file a table, or a folder of monthly files where a table is large. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { OUTPUT_TABLES } from './build-province.ts';
import type { OnStep } from './build-province.ts';
import { periodOf, windowOf } from './calendar.ts';
import type { SimulateOptions } from './options.ts';
import type { OutputTable } from './sql.ts';

export type DeliveryFormat = 'csv' | 'parquet';

export interface WrittenTable {
  readonly table: string;
  readonly rows: number;
}

/** Invoices from which monthly tables are written a month a file. */
const SPLIT_FROM_INVOICES = 200_000;

const COPY_OPTIONS: Record<DeliveryFormat, string> = {
  csv: 'format csv, header true',
  parquet: 'format parquet, compression zstd, row_group_size 122880',
};

async function copyRows(engine: Engine, table: OutputTable, months: string, path: string, format: DeliveryFormat): Promise<number> {
  await engine.exec(`create or replace temp table delivered as ${table.select(months)}`);
  await engine.exec(`copy (select * from delivered order by ${table.orderBy}) to ${sqlText(path)} (${COPY_OPTIONS[format]})`);
  const [counted] = await engine.rows<{ rows: number }>('select count(*) as rows from delivered');
  return counted?.rows ?? 0;
}

/** Months of a table as conditions and file names: one for all, or one each. */
function partsOf(table: OutputTable, options: SimulateOptions, format: DeliveryFormat): { readonly months: string; readonly path: string }[] {
  if (!table.isMonthly || options.invoices < SPLIT_FROM_INVOICES) return [{ months: 'true', path: `${table.table}.${format}` }];
  const { firstYm, lastYm } = windowOf(options);
  // a month outside the window (returns of earlier years) goes with the first file
  return Array.from({ length: lastYm - firstYm + 1 }, (_, at) => firstYm + at).map((ym) => ({
    months: ym === firstYm ? `ym <= ${ym}` : ym === lastYm ? `ym >= ${ym}` : `ym = ${ym}`, path: join(table.table, `${periodOf(ym)}.${format}`),
  }));
}

/** Writes tables into `folder`, in their order, and tells how many rows each has. */
export async function writeTables(
  engine: Engine, options: SimulateOptions, tables: readonly OutputTable[], folder: string, format: DeliveryFormat, onStep: OnStep = () => undefined,
): Promise<WrittenTable[]> {
  await mkdir(folder, { recursive: true });
  const written: WrittenTable[] = [];
  for (const [at, table] of tables.entries()) {
    onStep('write', at, tables.length);
    let rows = 0;
    for (const part of partsOf(table, options, format)) {
      await mkdir(join(folder, part.path, '..'), { recursive: true });
      rows += await copyRows(engine, table, part.months, join(folder, part.path), format);
    }
    written.push({ table: table.table, rows });
  }
  await engine.exec('drop table if exists delivered');
  return written;
}

/** Writes the delivery and its delivery.json, which states what the documents span. */
export async function writeDelivery(engine: Engine, options: SimulateOptions, folder: string, format: DeliveryFormat, onStep?: OnStep): Promise<WrittenTable[]> {
  const written = await writeTables(engine, options, OUTPUT_TABLES, folder, format, onStep);
  const { firstYm, lastYm, cutoff } = windowOf(options);
  const from = periodOf(firstYm);
  const tables = {
    invoices: { from, to: periodOf(lastYm), complete: true },
    refund_applications: { from, to: cutoff.slice(0, 7), complete: true },
  };
  await writeFile(join(folder, 'delivery.json'), `${JSON.stringify({ cutoff, tables }, null, 2)}\n`);
  return written;
}
