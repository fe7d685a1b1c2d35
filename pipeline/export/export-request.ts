import { VatRiskError } from '../shared/errors.ts';
import type { SearchFilters } from './search-condition.ts';

export const FORMATS = ['xlsx', 'csv', 'parquet'] as const;
export const ENCODINGS = ['utf-8', 'gb18030'] as const;
export type ExportFormat = (typeof FORMATS)[number];
export type ExportEncoding = (typeof ENCODINGS)[number];

/** One order for case sources (案源). The same order on the same snapshot gives the same bytes. */
export interface ExportRequest {
  readonly filters: SearchFilters;
  readonly format: ExportFormat;
  /** Of CSV files; the other formats have their own. */
  readonly encoding: ExportEncoding;
  /** Names of taxpayers and identifiers of persons in full; needs a purpose. */
  readonly unmask: boolean;
  /** Why the case sources are taken, as the operator states it; written into the export. */
  readonly purpose: string;
  /** Who takes them. */
  readonly operator: string;
  /** The moment of the export, ISO 8601, given by whoever holds the clock. */
  readonly exportedAt: string;
  /** Taxpayers one export may hold. */
  readonly rowsMaximum: number;
}

const SHORTEST_PURPOSE = 4;

/** Throws USAGE with every fault of a request that does not depend on a snapshot. */
export function checkRequest(request: ExportRequest): void {
  const faults = [
    ...(FORMATS.includes(request.format) ? [] : [`format: expected ${FORMATS.join(', ')}`]),
    ...(ENCODINGS.includes(request.encoding) ? [] : [`encoding: expected ${ENCODINGS.join(', ')}`]),
    ...(request.encoding === 'gb18030' && request.format !== 'csv' ? ['encoding: gb18030 is for CSV; xlsx and Parquet have their own'] : []),
    ...(request.operator.trim() === '' ? ['operator: somebody must answer for an export'] : []),
    ...(request.unmask && Array.from(request.purpose.trim()).length < SHORTEST_PURPOSE ? [`purpose: names in full need a purpose of at least ${SHORTEST_PURPOSE} characters`] : []),
    ...(Number.isNaN(Date.parse(request.exportedAt)) ? ['exportedAt: expected a moment such as 2026-11-22T08:00:00Z'] : []),
    ...(Number.isSafeInteger(request.rowsMaximum) && request.rowsMaximum >= 1 ? [] : ['rowsMaximum: expected a whole number of taxpayers']),
  ];
  if (faults.length > 0) throw new VatRiskError('USAGE', 'The export cannot be made as asked; correct what is listed.', { details: faults });
}

/** The moment of an export as clocks in China show it: 2026-11-22 16:00:00 +08:00. */
export function chinaTime(moment: string): string {
  const shifted = new Date(Date.parse(moment) + 8 * 3_600_000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} +08:00`;
}
