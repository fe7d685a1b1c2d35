import { resolve } from 'node:path';
import { changeConfig } from '../config/load-config.ts';
import { runWhatIf } from '../run/what-if.ts';
import { VatRiskError } from '../shared/errors.ts';
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

/** Runs a what-if and shows what it came to. */
export async function showWhatIf(options: RunOptions, terminal: Terminal): Promise<void> {
  const found = await whatIf(options, (line) => {
    terminal.log(line);
  });
  terminal.result(found, () => `重新评定指标 judged again: ${found.judged.join(', ')}\n结果 results: ${found.folder}`);
}
