import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openAuditLog } from '../../api/audit/audit-log.ts';
import type { AuditRecord } from '../../api/audit/record.ts';
import { EVENT, KEY } from './audit-event.ts';

/** A folder that goes with the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
}

/** A clock that stands where it is put. */
export function handClock(start: string): { now: () => Date; set: (to: string) => void; pass: (milliseconds: number) => void } {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    set: (to) => { at = new Date(to).getTime(); },
    pass: (milliseconds) => { at += milliseconds; },
  };
}

/** A stream `api` with some records in each of the given months. */
export async function writeMonths(directory: string, months: readonly string[], each = 4): Promise<void> {
  const clock = handClock('2026-01-01T00:00:00Z');
  const log = await openAuditLog({ directory, stream: 'api', key: KEY, clock: clock.now });
  for (const month of months) {
    for (let number = 1; number <= each; number++) {
      clock.set(`${month}-0${number}T08:00:00.123Z`);
      await log.append({ ...EVENT, object_id: `91530100MA6K00${month.slice(5)}0${number}`, rows: number });
    }
  }
  await log.close();
}

/** The records of a stream, whatever is wrong with them. */
export function recordsOf(directory: string, stream = 'api'): AuditRecord[] {
  const folder = join(directory, stream);
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as AuditRecord));
}
