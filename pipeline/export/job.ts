import type { Snapshot } from '../snapshot/open-snapshot.ts';
import type { ExportRequest } from './export-request.ts';
import type { Staging } from './staging.ts';

/** How far an export is: rows of all tables, and the table being written. */
export interface ExportProgress {
  readonly rows_done: number;
  readonly rows_total: number;
  readonly part: string;
}

/** Rows a sheet or a CSV file holds at most. */
export const PART_ROWS = 100_000;

/** What the writers of one export share. */
export interface Job {
  readonly request: ExportRequest;
  readonly engine: Snapshot['engine'];
  readonly staging: Staging;
  readonly partRows: number;
  /** Tells that `rows` more rows of a table were written. Throws INTERRUPTED once the export was asked to stop. */
  advance(rows: number, part: string): void;
}
