import { setTimeout as sleep } from 'node:timers/promises';
import { peakResidentBytes, residentBytes } from '../process-memory.ts';
import { lookUps, type Bench } from './bench.ts';
import { startLoad } from './load.ts';
import { publish, RUN_IDS, taxpayerId } from './night.ts';
import { startVatrisk, type BenchServer } from './servers.ts';

const SWAP_MILLISECONDS = 5000;
const LOOK_MILLISECONDS = 50;
const GIVE_UP_MILLISECONDS = 180_000;

/** Another night is published every five seconds, or once the one before is served, while look-ups go on: nothing may fail, and memory must come to rest. */
export async function swapPart(bench: Bench): Promise<unknown> {
  publish(bench.out, RUN_IDS[0]);
  const api = await startVatrisk(bench.out);
  const still = await startLoad(lookUps(bench, api.url, true), bench.seconds, bench.folder).ended;
  const load = startLoad(lookUps(bench, api.url, true), bench.swapSeconds, bench.folder);
  const resident: number[] = [];
  const lags: number[] = [];
  const until = performance.now() + bench.swapSeconds * 1000;
  for (let swap = 1; performance.now() < until; swap++) {
    const since = performance.now();
    lags.push(await swapTo(bench, api, RUN_IDS[swap % RUN_IDS.length] ?? RUN_IDS[0]));
    await sleep(Math.max(0, SWAP_MILLISECONDS - (performance.now() - since)));
    resident.push(residentBytes(api.processId) / 2 ** 20);
  }
  const swapping = await load.ended;
  const opens = api.lines.flatMap((line) => /"seconds":([\d.]+)/u.exec(line)?.[1] ?? []).map(Number);
  const peak = peakResidentBytes(api.processId) / 2 ** 20;
  await api.stop();
  publish(bench.out, RUN_IDS[0]);
  return { still, swapping, swaps: lags.length, seconds_until_served: lags, seconds_to_open: opens, resident_mebibytes: resident.map(Math.round), peak_mebibytes: peak };
}

/** Publishes a night and waits until it answers; returns the seconds. */
async function swapTo({ out, token }: Bench, { url }: BenchServer, runId: string): Promise<number> {
  publish(out, runId);
  const since = performance.now();
  for (;;) {
    const response = await fetch(`${url}/api/v1/taxpayers/${taxpayerId(1)}/risk`, { headers: { Authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    if (response.headers.get('x-snapshot-id') === runId) return (performance.now() - since) / 1000;
    if (performance.now() - since > GIVE_UP_MILLISECONDS) throw new Error(`${runId} is not served`);
    await sleep(LOOK_MILLISECONDS);
  }
}
