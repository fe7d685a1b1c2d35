import { resolve } from 'node:path';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import { changeConfig } from '../config/load-config.ts';
import { runWhatIf } from '../run/what-if.ts';
import { VatRiskError } from '../shared/errors.ts';
import { findSnapshot } from '../snapshot/open-snapshot.ts';
import { renderComparison } from './render-compare.ts';
import { activeCatalogue, type RunOptions } from './run.ts';
import type { Terminal } from './terminal.ts';

// What a run reads or how it runs cannot be asked of a night that is over.
const NOT_WITH_WHAT_IF = ['input', 'asOf', 'only', 'resume', 'config'] as const;
const CHANGEABLE = /^(?:indicators|scoring)\./u;

/** `vatrisk run --what-if`: the published night under other parameters. */
export async function whatIf(options: RunOptions, log: (line: string) => void) {
  const refused = NOT_WITH_WHAT_IF.filter((name) => options[name] !== undefined).map((name) => `--${name.replace('asOf', 'as-of')}`);
  const foreign = (options.set ?? []).filter((pair) => !CHANGEABLE.test(pair)).map((pair) => `--set ${pair}`);
  if (refused.length + foreign.length > 0) {
    throw new VatRiskError('USAGE', '--what-if grades a published night again: only indicators.* and scoring.* may change.', { details: [...refused, ...foreign] });
  }
  if (options.parameters === undefined && options.set === undefined) {
    throw new VatRiskError('USAGE', '--what-if needs something to change: --parameters FILE, or --set such as indicators.VR-17.ratio_minimum=2.');
  }
  const sizes = [...(options.threads === undefined ? [] : [`engine.threads=${options.threads}`]), ...(options.memory === undefined ? [] : [`engine.memory=${options.memory}`])];
  return runWhatIf({
    ...activeCatalogue(),
    outDirectory: resolve(options.out),
    change: (base) => changeConfig(base, { sets: [...(options.set ?? []), ...sizes], ...(options.parameters === undefined ? {} : { parameters: options.parameters }) }),
    onStep: (what) => {
      log(`what-if ${what}`);
    },
  });
}

/** Runs a what-if and shows what it came to: the night as it was published against the night under the other parameters. */
export async function showWhatIf(options: RunOptions, terminal: Terminal): Promise<void> {
  const found = await whatIf(options, (line) => {
    terminal.log(line);
  });
  const comparison = await compareSnapshots(findSnapshot(options.out, found.runId), findSnapshot(options.out, `what-if/${found.runId}`));
  const judged = found.judged.length === 0 ? '无，仅重新评分 none, scored again' : found.judged.join(', ');
  terminal.result({ ...found, comparison }, () => `重新评定的指标 judged again: ${judged}\n结果 results: ${found.folder}\n\n${renderComparison(comparison)}`);
}
