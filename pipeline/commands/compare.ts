import type { Command } from 'commander';
import { compareSnapshots, USUAL_LIMIT } from '../compare/compare-snapshots.ts';
import { VatRiskError } from '../shared/errors.ts';
import { findSnapshot } from '../snapshot/open-snapshot.ts';
import { renderComparison } from './render-compare.ts';
import { openTerminal } from './terminal.ts';

/** `vatrisk compare`: who moved from which grade to which between two snapshots, and why. */
export function registerCompare(program: Command): void {
  program
    .command('compare')
    .description('两次结果对比：等级迁移、变动户及原因 / two snapshots: migration of grades, who moved and why')
    .argument('<run_a>', '前一次：运行编号、CURRENT 或快照目录 / the former: run id, CURRENT or a folder')
    .argument('<run_b>', '后一次 / the latter')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .option('--limit <n>', '列出的变动户数 / moved taxpayers to list', String(USUAL_LIMIT))
    .option('--json', 'JSON even at a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  vatrisk compare 20261115-020000-1f0a92 20261116-020000-7c1f0a --out out\n  vatrisk compare CURRENT 20261117-020000-b2c4d1 --out out --limit 1000 --json | jq .causes',
    )
    .action(async (runA: string, runB: string, options: { out: string; limit: string; json?: boolean }) => {
      const terminal = openTerminal({ json: options.json });
      const limit = limitOf(options.limit);
      const compared = await compareSnapshots(findSnapshot(options.out, runA), findSnapshot(options.out, runB), { limit });
      terminal.result(compared, () => renderComparison(compared));
    });
}

function limitOf(text: string): number {
  if (/^\d{1,7}$/u.test(text)) return Number(text);
  throw new VatRiskError('USAGE', `--limit ${text}: expected a whole number of taxpayers, for example ${USUAL_LIMIT}.`);
}
