// A process that writes a stream until it is told to end: audit-writer.ts DIRECTORY. It answers every line on stdin.
import { createInterface } from 'node:readline';
import { openAuditLog } from '../../api/audit/audit-log.ts';
import { EVENT, KEY } from './audit-event.ts';

process.on('SIGXFSZ', () => undefined); // a file grown too large is then an error of write, as a full disk is
const log = await openAuditLog({ directory: process.argv[2] ?? '', stream: 'api', key: KEY, clock: () => new Date('2026-11-30T02:00:00Z') });
const say = (word: string) => { process.stdout.write(`${word}\n`); };
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'close') break;
  const results = await Promise.allSettled(Array.from({ length: Number(line) }, () => log.append(EVENT)));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code?: string }).code ?? 'unknown'] : []));
  say(`kept ${results.length - refused.length} refused ${refused.length} ${[...new Set(refused)].join()}`);
}
await log.close();
say('closed');
process.stdin.destroy();
