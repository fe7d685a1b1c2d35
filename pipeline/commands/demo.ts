import { rmSync } from 'node:fs';
import { VatRiskError } from '../shared/errors.ts';
import { packagePath } from '../shared/package-root.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { readRing } from '../snapshot/read-ring.ts';
import { nightly } from './run.ts';
import { renderSummary, summariseRun } from './run-summary.ts';
import { renderRing } from './render-ring.ts';
import { readTaxpayer } from '../explain/read-taxpayer.ts';
import { renderTaxpayer } from './render-taxpayer.ts';

/** `npm run demo`: the nightly run on the sample province, its tables of grades and rings, and the first taxpayer and the first ring in full. */
export async function demo(): Promise<number> {
  const out = packagePath('out', 'demo');
  const plain = { color: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' };
  rmSync(out, { recursive: true, force: true });
  try {
    const journal = await nightly({ input: [packagePath('data-samples', 'small')], out }, new AbortController().signal);
    const summary = await summariseRun(out, journal);
    process.stdout.write(`\n${renderSummary(summary, plain)}\n`);
    const snapshot = await openSnapshot(out);
    try {
      const [taxpayer, ring] = [summary.top[0], summary.rings[0]];
      if (taxpayer !== undefined) process.stdout.write(`\n${renderTaxpayer(await readTaxpayer(snapshot, taxpayer.taxpayer_id), plain)}\n`);
      if (ring !== undefined) process.stdout.write(`\n${renderRing(await readRing(snapshot, ring.ring_id))}\n`);
    } finally {
      await snapshot.close();
    }
    process.stdout.write(`\n快照 snapshot: out/demo/snapshots/${journal.request.runId}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof VatRiskError)) throw error;
    process.stderr.write(`[${error.code}] ${error.message}\n${error.details.map((line) => `  - ${line}\n`).join('')}`);
    return error.exitCode;
  }
}
