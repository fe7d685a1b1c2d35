import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Contract } from '../contract/contract.ts';
import { FILE_CODES, REJECT_CODES } from '../contract/known-codes.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { Encoding } from './decode.ts';
import { extractRecords } from './extract-records.ts';
import { numberedRows } from './known-rows.ts';
import { readParquetSql } from './stage.ts';
import { stageTable, tablesWithRows } from './stage-tables.ts';

interface RejectFile {
  readonly file_no: number;
  readonly path: string;
  readonly format: string;
  readonly encoding: Encoding | null;
}

/**
 * main.ingest_rejects (file_no, row_no, line, table_name, code, codes, message, raw, pointer): every quarantined row with its first reason, all reasons as
 * `CODE:column`, the text as delivered (JSON for Parquet rows) and, for copies, `file#row` of the row that was accepted.
 */
export async function buildQuarantine(engine: Engine, contract: Contract, scratchDirectory: string, signal?: AbortSignal): Promise<void> {
  await engine.exec(`
    create or replace table stage.rejects (file_no INTEGER, row_no BIGINT, table_name VARCHAR, codes VARCHAR, pointer VARCHAR);
    create or replace table stage.raw_records (file_no INTEGER, row_no BIGINT, line BIGINT, raw VARCHAR);
    insert into stage.rejects select file_no, row_no, table_name, 'E_COLUMNS', null from stage.bad_records order by file_no asc nulls last, row_no asc nulls last;
    insert into stage.rejects select file_no, unnest(generate_series(1, delivered)), table_name, refused_code, null
      from stage.ingest_files where table_name <> '' and refused_code is not null and delivered > 0`);
  for (const table of await tablesWithRows(engine, contract)) await collectRejects(engine, table.table);
  const files = await engine.rows<RejectFile>(`
    select file_no, path, format, encoding from stage.ingest_files where file_no in (select file_no from stage.rejects) order by file_no asc nulls last`);
  for (const file of files) {
    signal?.throwIfAborted();
    if (file.format === 'csv') await extractCsv(engine, file, scratchDirectory, signal);
    else if (file.format === 'parquet') await extractParquet(engine, file);
  }
  await engine.exec(`
    create or replace table main.ingest_rejects as
      select r.file_no, r.row_no, w.line, r.table_name, regexp_extract(r.codes, '^[^:,]+') as code, r.codes, ${messageSql('r.codes')} as message, w.raw, r.pointer
      from stage.rejects as r left join stage.raw_records as w on w.file_no = r.file_no and w.row_no = r.row_no
      order by r.file_no asc nulls last, r.row_no asc nulls last`);
}

async function collectRejects(engine: Engine, tableName: string): Promise<void> {
  const removed = `(select * from stage.removed where table_name = ${sqlText(tableName)})`;
  const refused = `(select s.file_no, s.rowid as row_id, coalesce(r.code, s.errors) as codes, r.pointer_row_id from ${stageTable(tableName)} as s
    left join ${removed} as r on r.row_id = s.rowid
    where coalesce(r.disposition, case when s.errors is not null then 'quarantined' end) = 'quarantined')`;
  const winners = `(select s.file_no, s.rowid as row_id from ${stageTable(tableName)} as s semi join ${removed} as r on r.pointer_row_id = s.rowid and r.disposition = 'quarantined')`;
  await engine.exec(`
    insert into stage.rejects
      select q.file_no, q.source_row_no, ${sqlText(tableName)}, q.codes, f.file || '#' || w.source_row_no
      from ${await numberedRows(engine, tableName, refused)} as q
      left join ${await numberedRows(engine, tableName, winners)} as w on w.row_id = q.pointer_row_id
      left join stage.ingest_files as f on f.file_no = w.file_no`);
}

/** Raw text goes through a scratch file, so that memory does not depend on the number of rejects. */
async function extractCsv(engine: Engine, file: RejectFile, scratchDirectory: string, signal: AbortSignal | undefined): Promise<void> {
  if (file.encoding === null) return;
  const wanted = await engine.rows<{ row_no: number }>(`select row_no from stage.rejects where file_no = ${file.file_no} order by row_no asc nulls last`);
  const scratch = join(scratchDirectory, `rejects-${file.file_no}.json`);
  const output = createWriteStream(scratch);
  try {
    await extractRecords({ path: file.path, encoding: file.encoding }, Float64Array.from(wanted, (row) => row.row_no), async (record) => {
      const line = JSON.stringify({ row_no: record.recordNumber, line: record.line, raw: record.rawText });
      if (!output.write(`${line}\n`)) await once(output, 'drain');
    }, signal === undefined ? {} : { signal });
    output.end();
    await once(output, 'finish');
  } catch (cause) {
    output.destroy();
    if (cause instanceof VatRiskError) throw cause;
    throw new VatRiskError('DISK_FAILED', 'Rejected rows could not be written to the scratch directory. Expected room for them; free space or name another one.', { details: [scratch], cause });
  }
  await engine.exec(`
    insert into stage.raw_records select ${file.file_no}, row_no, line, raw
      from read_json(${sqlText(scratch)}, format = 'newline_delimited', columns = {row_no: 'BIGINT', line: 'BIGINT', raw: 'VARCHAR'}, maximum_object_size = 16000000)`);
  await rm(scratch, { force: true });
}

async function extractParquet(engine: Engine, file: RejectFile): Promise<void> {
  const from = readParquetSql(file.path);
  const columns = (await engine.describe(`select * from ${from}`)).map((column) => `${sqlName(column.name)} := ${sqlName(column.name)}`);
  const numbered = from.replace(/\)$/u, ', file_row_number = true)');
  await engine.exec(`
    insert into stage.raw_records select ${file.file_no}, file_row_number + 1, null, cast(to_json(struct_pack(${columns.join(', ')})) as varchar)
      from ${numbered} where file_row_number + 1 in (select row_no from stage.rejects where file_no = ${file.file_no})`);
}

/** The first reason in words, Chinese first, with the column it is about. */
function messageSql(codes: string): string {
  const texts = Object.entries({ ...REJECT_CODES, ...FILE_CODES }).map(([code, text]) => `when ${sqlText(code)} then ${sqlText(`${text.zh} / ${text.en}`)}`);
  const first = `split_part(${codes}, ',', 1)`;
  const column = `split_part(${first}, ':', 2)`;
  return `case when ${column} = '' then '' else ${column} || ': ' end || case split_part(${first}, ':', 1) ${texts.join(' ')} else '' end`;
}
