import { chinaTime } from './export-request.ts';
import type { ExportTable } from './export-table.ts';
import type { Job } from './job.ts';
import { partsOf, readTable, type TablePart } from './read-table.ts';
import type { WrittenFile } from './staging.ts';
import { fixedParts, sheetPath, type SheetPlan } from './xlsx-parts.ts';
import { rowWriter, sheetFoot, sheetHead, type SheetLook } from './xlsx-sheet.ts';
import { ZipFile } from './zip-file.ts';

/**
 * Writes all tables as one workbook. A table of more than PART_ROWS rows goes on in further sheets, 线索清单(2) and so on; no sheet ever stands in memory as a
 * whole.
 */
export async function writeXlsx(job: Job, tables: readonly ExportTable[], snapshotId: string): Promise<WrittenFile> {
  const name = job.staging.nameOf('', true, 1);
  const { operator, exportedAt } = job.request;
  const footer = `${operator} ${chinaTime(exportedAt)} 快照${snapshotId} 线索仅供核查`;
  const zip = new ZipFile(job.staging.pathOf(name));
  try {
    for (const [path, xml] of fixedParts(plan(tables, job.partRows), `案源导出 ${snapshotId}`, exportedAt)) await zip.add(path, xml);
    let place = 1;
    for (const table of tables) {
      for await (const part of readTable(job, table)) {
        await writeSheet(zip, sheetPath(place), part, { columns: table.columns, fixedColumns: table.fixedColumns, rows: part.rows, isFirst: place === 1, footer });
        place += 1;
      }
    }
    zip.finish();
  } finally {
    zip.close();
  }
  return job.staging.written(name, { table: '', part: 1, rows: tables[0]?.rows ?? 0 });
}

function plan(tables: readonly ExportTable[], partRows: number): SheetPlan[] {
  return tables.flatMap(({ name, columns, fixedColumns, rows }) =>
    Array.from({ length: partsOf(rows, partRows) }, (_, at) => ({
      name: at === 0 ? name : `${name}(${at + 1})`, columns: columns.length, fixedColumns, rows: Math.min(partRows, rows - at * partRows),
    })),
  );
}

async function writeSheet(zip: ZipFile, path: string, { batches }: TablePart, look: SheetLook): Promise<void> {
  const row = rowWriter(look.columns);
  let place = 1;
  zip.begin(path);
  await zip.write(sheetHead(look));
  for await (const { rows } of batches) {
    await zip.write(rows.map((cells, at) => row(cells, place + at)).join(''));
    place += rows.length;
  }
  await zip.write(sheetFoot(look));
  await zip.end();
}
