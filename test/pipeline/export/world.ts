import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportRequest } from '../../../pipeline/export/export-request.ts';
import { exportSnapshot, type ExportOptions, type ExportResult } from '../../../pipeline/export/export-snapshot.ts';
import type { SearchFilters } from '../../../pipeline/export/search-condition.ts';
import { RegionScope } from '../../../pipeline/shared/region-scope.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';

export const REQUEST: ExportRequest = {
  filters: {}, format: 'xlsx', encoding: 'utf-8', unmask: false, purpose: '', operator: '王五', exportedAt: '2026-11-22T01:02:03.000Z', rowsMaximum: 1000,
};

/** A folder for one test file, gone after `clean`. */
export function scratch(): { readonly folder: string; readonly clean: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  return { folder, clean: () => { rmSync(folder, { recursive: true }); } };
}

export interface Asked extends Partial<Omit<ExportRequest, 'filters'>> {
  readonly filters?: SearchFilters;
  readonly scope?: readonly string[];
  readonly options?: Partial<ExportOptions>;
}

/** Exports from the current snapshot of `out` into `file`. */
export async function exportTo(out: string, file: string, { scope = ['*'], options = {}, ...request }: Asked = {}): Promise<ExportResult> {
  const snapshot = await openSnapshot(out);
  try {
    return await exportSnapshot(RegionScope.of(scope), snapshot, { ...REQUEST, ...request }, { file, ...options });
  } finally {
    await snapshot.close();
  }
}

/** All files of a folder, hidden ones too. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}

export const bytesOf = (folder: string, file: string): Buffer => readFileSync(join(folder, file));
