import { open, type FileHandle } from 'node:fs/promises';
import { VatRiskError } from '../shared/errors.ts';
import { headingLines, lineWriter } from './csv-lines.ts';
import { describeMissing, encoder, type Unencodable } from './encode.ts';
import type { ExportTable } from './export-table.ts';
import type { Job } from './job.ts';
import { readTable } from './read-table.ts';
import type { WrittenFile } from './staging.ts';

/** Writes a table as one CSV file, or in parts of PART_ROWS rows each. Throws EXPORT_UNENCODABLE with every character the encoding lacks. */
export async function writeCsv(job: Job, table: ExportTable, isFirstTable: boolean): Promise<readonly WrittenFile[]> {
  const missing: Unencodable = new Map();
  const { start, encode } = encoder(job.request.encoding, missing);
  const line = lineWriter(table.columns);
  const written: WrittenFile[] = [];
  for await (const { part, rows: rowsOfPart, batches } of readTable(job, table)) {
    const name = job.staging.nameOf(table.name, isFirstTable, part);
    const file = await open(job.staging.pathOf(name), 'wx');
    try {
      await append(file, Buffer.concat([start, encode([headingLines(table.columns)], 0)]));
      for await (const { rows, firstRow } of batches) await append(file, encode(rows.map(line), firstRow));
    } finally {
      await file.close();
    }
    written.push(await job.staging.written(name, { table: table.name, part, rows: rowsOfPart }));
  }
  if (missing.size > 0) {
    throw new VatRiskError('EXPORT_UNENCODABLE', `${table.name}: ${missing.size} character(s) cannot be written in ${job.request.encoding}; nothing was written. Use utf-8 or xlsx.`, { details: describeMissing(missing) });
  }
  return written;
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at)).bytesWritten;
}
