// npx tsx bench/audit-log.ts [EVENTS]: what one audited event costs the thread that answers requests, in processor time (Linux).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuditLog } from '../api/audit/audit-log.ts';
import { deriveAuditKey } from '../api/audit/key.ts';
import { verifyStream } from '../api/audit/verify.ts';

/** Processor time of the main thread, microseconds (schedstat, proc(5)). */
const mainThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;

const events = Number(process.argv[2] ?? 100_000);
const directory = mkdtempSync(join(tmpdir(), 'audit-bench-'));
const key = deriveAuditKey(Buffer.alloc(32, 7));
const log = await openAuditLog({ directory, stream: 'api', key, clock: () => new Date() });
let next = 0;
const client = async () => {
  while (next < events) {
    const id = `91530100MA${String(next++).padStart(8, '0')}`;
    await log.append({
      actor: 'tok_1f2e3d4c', roles: ['reviewer'], regions: ['5301'], address: '10.20.30.40', action: 'taxpayer.read', object_type: 'taxpayer', object_id: id, purpose: '复核工单 2026-1187',
      outcome: 'done', reason: '', rows: 1, request_id: '0f8fad5b-d9cb-469f-a165-70867728950e', snapshot_id: '20261130T020000Z-6b3e94',
    });
  }
};
const before = mainThread();
const started = performance.now();
await Promise.all(Array.from({ length: 32 }, client));
const seconds = (performance.now() - started) / 1000;
const used = mainThread() - before;
const verified = performance.now();
const report = await verifyStream({ directory, stream: 'api', key });
console.log(JSON.stringify({ events, seconds, main_thread_microseconds_per_event: used / events, verify_microseconds_per_record: ((performance.now() - verified) * 1000) / events, whole: report.first_break === null && report.records === events }, null, 2));
await log.close();
rmSync(directory, { recursive: true });
