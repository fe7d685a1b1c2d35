import type { Bench } from './bench.ts';
import { lookUps } from './bench.ts';
import type { Load } from './load.ts';
import { median } from './measure.ts';
import { taxpayerId } from './night.ts';
import { startBenchApp, startVatrisk } from './servers.ts';
import { measureSteps, type Step } from './steps.ts';

const SAMPLES = 999;

/** Every kind of answer, against the floor. */
export async function stepsPart(bench: Bench): Promise<unknown> {
  const api = await startVatrisk(bench.out);
  const look = lookUps(bench, api.url);
  const { bytes, tag } = await answersOf(bench, api.url);
  const servers = [api, await startBenchApp('floor-app.ts', [String(bytes)]), await startBenchApp('core-app.ts', [bench.out, 'core']), await startBenchApp('core-app.ts', [bench.out, 'plugins'])];
  const [, floor = api, core = api, plugins = api] = servers;
  const of = (name: string, load: Partial<Load>): Step => ({ name, server: api, load: { ...look, ...load } });
  const steps: readonly Step[] = [
    { name: 'floor', server: floor, load: { ...look, url: floor.url, before: '/', after: '', taxpayers: 0, headers: {} } },
    { name: 'look-up, the work alone', server: core, load: { ...look, url: core.url } },
    { name: 'look-up, whole app, everybody let in, nothing audited', server: plugins, load: { ...look, url: plugins.url } },
    of('look-up, the real thing', {}),
    of('look-up, not modified (304)', { headers: { ...look.headers, 'If-None-Match': tag }, status: 304 }),
    of('search, one page of 50', { ...SEARCH, headers: { ...look.headers, 'Content-Type': 'application/json' } }),
    of('64 results of a taxpayer', { after: '/indicators' }),
    of('evidence of VR-12', { after: '/indicators/VR-12/evidence' }),
  ];
  const figures = await measureSteps(steps, bench.rounds, bench.seconds, bench.folder);
  for (const server of servers) await server.stop();
  return { answer_bytes: bytes, steps: figures };
}

const SEARCH = { method: 'POST', before: '/api/v1/taxpayers/search', after: '', taxpayers: 0, body: JSON.stringify({ region: '5301', color: ['red', 'orange'], limit: 50 }) } as const;

/** Median size of an answer, and the tag of answers. */
async function answersOf({ token, taxpayers }: Bench, url: string): Promise<{ bytes: number; tag: string }> {
  const sizes: number[] = [];
  let tag = '';
  for (let at = 0; at < SAMPLES; at++) {
    const response = await fetch(`${url}/api/v1/taxpayers/${taxpayerId(Math.floor((at * taxpayers) / SAMPLES))}/risk`, { headers: { Authorization: `Bearer ${token}` } });
    if (response.status !== 200) throw new Error(`A look-up was answered ${response.status}: ${await response.text()}`);
    tag = response.headers.get('etag') ?? '';
    sizes.push((await response.arrayBuffer()).byteLength);
  }
  return { bytes: median(sizes), tag };
}
