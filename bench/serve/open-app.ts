/**
 * node --import tsx bench/serve/open-app.ts OUT: opens the current snapshot as the server does, twice, the second beside the first, and says how
 * long it took, for how long the event loop stood still at most, and what it weighs.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ServedSnapshot } from '../../api/serving/served-snapshot.ts';
import { loadServeSettings } from '../../pipeline/config/load-config.ts';
import { currentRunId } from '../../pipeline/snapshot/open-snapshot.ts';

const out = process.argv[2] ?? '';
const settings = await loadServeSettings();
const first = await opened();
const second = await opened();
console.log(JSON.stringify({ first: first.figures, second: second.figures, column_mebibytes: first.snapshot.grades.bytes / 2 ** 20 }));
await Promise.all([first.snapshot.retire(), second.snapshot.retire()]);

async function opened() {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const started = performance.now();
  const snapshot = await ServedSnapshot.open(out, currentRunId(out), settings);
  const seconds = (performance.now() - started) / 1000;
  delays.disable();
  return { snapshot, figures: { seconds, longest_pause_ms: delays.max / 1e6, pause_p99_ms: delays.percentile(99) / 1e6, rss_mebibytes: process.memoryUsage.rss() / 2 ** 20 } };
}
