import type { Bench } from './bench.ts';
import { lookUps } from './bench.ts';
import type { Load } from './load.ts';
import { median } from './measure.ts';
import { taxpayerId } from './night.ts';
import { startBenchApp, startVatrisk, type BenchServer } from './servers.ts';
import { measureSteps, type Step } from './steps.ts';

const SAMPLES = 999;

/** The look-up and its parts, against the floor. */
export async function lookUpPart(bench: Bench): Promise<unknown> {
  const api = await startVatrisk(bench.out);
  const look = lookUps(bench, api.url);
  const { bytes, tag } = await answersOf(bench, api.url);
  const floor = await startBenchApp('floor-app.ts', [String(bytes)]);
  const [core, plugins] = [await startBenchApp('core-app.ts', [bench.out, 'core']), await startBenchApp('core-app.ts', [bench.out, 'plugins'])];
  const figures = await measureSteps([
    floorStep(look, floor),
    { name: 'the work alone', server: core, load: { ...look, url: core.url } },
    { name: 'whole app, everybody let in, nothing audited', server: plugins, load: { ...look, url: plugins.url } },
    { name: 'the real thing', server: api, load: look },
    { name: 'the real thing, not modified (304)', server: api, load: { ...look, headers: { ...look.headers, 'If-None-Match': tag }, status: 304 } },
  ], bench.rounds, bench.seconds, bench.folder);
  for (const server of [api, floor, core, plugins]) await server.stop();
  return { answer_bytes: bytes, steps: figures };
}

/** Answers that are read from the files of the night. */
export async function detailPart(bench: Bench): Promise<unknown> {
  const api = await startVatrisk(bench.out);
  const look = lookUps(bench, api.url);
  const floor = await startBenchApp('floor-app.ts', [String((await answersOf(bench, api.url)).bytes)]);
  const figures = await measureSteps([
    floorStep(look, floor),
    { name: 'search, one page of 50', server: api, load: { ...look, ...SEARCH, headers: { ...look.headers, 'Content-Type': 'application/json' } } },
    { name: '64 results of a taxpayer', server: api, load: { ...look, after: '/indicators' } },
    { name: 'evidence of VR-12', server: api, load: { ...look, after: '/indicators/VR-12/evidence' } },
  ], bench.rounds, bench.seconds, bench.folder);
  for (const server of [api, floor]) await server.stop();
  return figures;
}

function floorStep(look: Load, server: BenchServer): Step {
  return { name: 'floor', server, load: { ...look, url: server.url, before: '/', after: '', taxpayers: 0, headers: {} } };
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
