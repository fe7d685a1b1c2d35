import type { ExportRequest } from './export-request.ts';

/** An export as a program orders it: the request, the regions that may be seen, and the snapshot. */
export interface ExportOrder extends ExportRequest {
  /** Prefixes of division codes, or * alone; none covers nothing. */
  readonly scope: readonly string[];
  readonly runId: string;
}
