import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../process-memory.ts';
import { lookUps, type Bench } from './bench.ts';
import { startLoad } from './load.ts';
import { startVatrisk } from './servers.ts';

const LONGEST_SECONDS = 600;

interface ExportState {
  readonly id: string;
  readonly status: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly files: readonly { readonly bytes: number }[];
}

/** An export of a third of the taxpayers (one region) while look-ups go on. */
export async function exportPart(bench: Bench): Promise<unknown> {
  const api = await startVatrisk(bench.out);
  const load = () => startLoad(lookUps(bench, api.url, true), LONGEST_SECONDS, bench.folder);
  const figures: Record<string, unknown> = {};
  for (const format of ['xlsx', 'csv']) {
    const alone = await carriedOut(bench, api.url, format);
    const before = await startLoad(lookUps(bench, api.url, true), bench.seconds, bench.folder).ended;
    const look = load();
    const beside = await carriedOut(bench, api.url, format);
    look.stop();
    const during = await look.ended;
    figures[format] = { alone, beside, look_ups_before: before, look_ups_during: during, share_kept: during.per_second / before.per_second };
  }
  const rss = residentBytes(api.processId) / 2 ** 20;
  await api.stop();
  return { ...figures, rss_mebibytes: rss };
}

async function carriedOut({ token }: Bench, url: string, format: string): Promise<{ seconds: number; rows: ExportState['rows']; mebibytes: number }> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const started = performance.now();
  const ordered = await fetch(`${url}/api/v1/exports`, { method: 'POST', headers, body: JSON.stringify({ format, purpose: 'bench of exports', filters: { region: '5301' } }) });
  let state = (await ordered.json()) as ExportState;
  while (state.status === 'queued' || state.status === 'running') {
    await sleep(100);
    state = (await (await fetch(`${url}/api/v1/exports/${state.id}`, { headers })).json()) as ExportState;
  }
  if (state.status !== 'done') throw new Error(`The export failed: ${JSON.stringify(state)}`);
  return { seconds: (performance.now() - started) / 1000, rows: state.rows, mebibytes: state.files.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20 };
}
