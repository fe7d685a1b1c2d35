import { lookUps, type Bench } from './bench.ts';
import { CONNECTIONS } from './load.ts';
import { nodeLoad } from './node-load.ts';
import { startVatrisk, vatrisk } from './servers.ts';

const REQUESTS = 20_000;

/** As many records as requests, and a chain that is whole, all that was measured before included. */
export async function auditPart(bench: Bench): Promise<unknown> {
  const api = await startVatrisk(bench.out);
  const records = async (): Promise<number> => Number(/^vatrisk_audit_records (\d+)$/mu.exec(await (await fetch(`${api.url}/metrics`)).text())?.[1]);
  const before = await records();
  const { requests, failed } = await nodeLoad(lookUps(bench, api.url, true), { connections: CONNECTIONS, requests: REQUESTS }).ended;
  const after = await records();
  await api.stop();
  const started = performance.now();
  const { status } = vatrisk('audit', 'verify', '--out', bench.out);
  return { requests, failed, records: after - before, records_in_all: after, verify_exit_code: status, verify_seconds: (performance.now() - started) / 1000 };
}
