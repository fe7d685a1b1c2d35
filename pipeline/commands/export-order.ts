import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { ExportOrder } from '../export/export-order.ts';
import { exportSnapshot, type ExportResult } from '../export/export-snapshot.ts';
import { VatRiskError } from '../shared/errors.ts';
import { RegionScope } from '../shared/region-scope.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { EXPORT_MEMORY } from './export.ts';
import { untilSignal } from './until-signal.ts';

const PARTS: Readonly<Record<keyof ExportOrder, string>> = {
  filters: 'object', format: 'string', encoding: 'string', unmask: 'boolean', purpose: 'string', operator: 'string', exportedAt: 'string', rowsMaximum: 'number', scope: 'object', runId: 'string',
};
const PROGRESS_INTERVAL_MS = 200;
// An export may take minutes: whoever looks something up meanwhile goes first.
const LOW_PRIORITY = 10;

/**
 * Carries out an order and says so line by line on stdout, as JSON: {"progress": …} at most five times a second, {"result": …} last, or {"error": {code, message,
 * details}}. Returns the exit code.
 */
export async function runOrder(out: string, file: string, orderFile: string): Promise<number> {
  const say = (line: object): void => { process.stdout.write(`${JSON.stringify(line)}\n`); };
  setPriority(LOW_PRIORITY);
  try {
    say({ result: await untilSignal('The export was asked to stop.', (signal) => carryOut(out, file, readOrder(orderFile), signal, say)) });
    return 0;
  } catch (error) {
    const known = error instanceof VatRiskError ? error : new VatRiskError('ENGINE_FAILED', error instanceof Error ? error.message : String(error), { cause: error });
    say({ error: { code: known.code, message: known.message, details: known.details } });
    return known.exitCode;
  }
}

async function carryOut(out: string, file: string, { scope, runId, ...request }: ExportOrder, signal: AbortSignal, say: (line: object) => void): Promise<ExportResult> {
  const snapshot = await openSnapshot(out, runId, { memoryLimit: EXPORT_MEMORY });
  let saidAt = Number.NEGATIVE_INFINITY;
  try {
    return await exportSnapshot(RegionScope.of(scope), snapshot, request, {
      file, signal,
      onProgress: (progress) => {
        const now = performance.now();
        if (now - saidAt < PROGRESS_INTERVAL_MS && progress.rows_done < progress.rows_total) return;
        saidAt = now;
        say({ progress });
      },
    });
  } finally {
    await snapshot.close();
  }
}

/** Throws USAGE when the order is not whole: a missing region must never read as every region. */
function readOrder(file: string): ExportOrder {
  let order: Partial<ExportOrder>;
  try {
    order = JSON.parse(readFileSync(file, 'utf8')) as Partial<ExportOrder>;
  } catch (cause) {
    throw new VatRiskError('USAGE', 'The order of the export is not readable JSON.', { cause });
  }
  const isWhole = (part: keyof ExportOrder): boolean => typeof order[part] === PARTS[part] && order[part] !== null && Array.isArray(order[part]) === (part === 'scope');
  const faults = (Object.keys(PARTS) as (keyof ExportOrder)[]).filter((part) => !isWhole(part)).map((part) => `${part}: expected ${part === 'scope' ? 'a list of prefixes' : PARTS[part]}`);
  if (faults.length > 0) throw new VatRiskError('USAGE', 'The order of the export is not whole.', { details: faults });
  return order as ExportOrder;
}
