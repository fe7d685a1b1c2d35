import type { Cell } from '../engine/engine.ts';
import { shownSelect, type ExportTable } from './export-table.ts';
import type { Job } from './job.ts';

interface Batch {
  readonly rows: readonly (readonly Cell[])[];
  /** Place of the first of them in the table, from 1. */
  readonly firstRow: number;
}

/** One part of a table; read its batches before asking for the next part. */
export interface TablePart {
  /** From 1. */
  readonly part: number;
  readonly rows: number;
  readonly batches: AsyncIterable<Batch>;
}

/** How many parts a table comes in; an empty one comes in one. */
export const partsOf = (rows: number, partRows: number): number => Math.max(1, Math.ceil(rows / partRows));

/** Reads a table in parts, some two thousand rows at a time; the engine is busy with it until the last batch was read. */
export async function* readTable(job: Job, table: ExportTable): AsyncGenerator<TablePart, void, undefined> {
  const source = job.engine.batches(shownSelect(table));
  const feed = feedOf(job, table, source);
  for (let part = 1; part <= partsOf(table.rows, job.partRows); part += 1) {
    const rows = Math.min(job.partRows, table.rows - (part - 1) * job.partRows);
    yield { part, rows, batches: feed(rows) };
  }
  await source.return();
}

function feedOf(job: Job, table: ExportTable, source: AsyncGenerator<readonly (readonly Cell[])[], void, undefined>) {
  let left: readonly (readonly Cell[])[] = [];
  let row = 1;
  return async function* (wanted: number): AsyncGenerator<Batch, void, undefined> {
    for (let open = wanted; open > 0; ) {
      if (left.length === 0) {
        const next = await source.next();
        if (next.done === true) return;
        left = next.value;
      }
      const rows = left.slice(0, open);
      left = left.slice(rows.length);
      yield { rows, firstRow: row };
      row += rows.length;
      open -= rows.length;
      job.advance(rows.length, table.name);
    }
  };
}
