import { Option, type Command } from 'commander';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { drawWaterfall } from '../explain/draw-waterfall.ts';
import { explainTaxpayer } from '../explain/read-explanation.ts';
import { readTaxpayer } from '../explain/read-taxpayer.ts';
import { renderTaxpayer, waterfallWords } from './render-taxpayer.ts';
import { openTerminal } from './terminal.ts';
import { writeResultFile } from './write-result.ts';

/** `vatrisk show`: one taxpayer's grade with its reasons, from the current snapshot. */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description('一户纳税人的等级与理由 / one taxpayer: grade, reasons, claims, data gaps')
    .argument('<taxpayer_id>', '纳税人识别号 / taxpayer id')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .addOption(new Option('--json', 'JSON even at a terminal').conflicts('svg'))
    .option('--svg <file>', 'draw how the score comes about into an SVG file / 把得分构成画成 SVG 图')
    .addHelpText('after', '\nExamples:\n  vatrisk show 91530100MA6K000013 --out out --json | jq .level\n  vatrisk show 91530100MA6K000013 --out out --svg score.svg')
    .action(async (taxpayerId: string, options: { out: string; json?: boolean; svg?: string }, command: Command) => {
      const terminal = openTerminal({ json: options.json, color: command.optsWithGlobals<{ color?: boolean }>().color });
      const snapshot = await openSnapshot(options.out);
      try {
        const shown = await readTaxpayer(snapshot, taxpayerId.toUpperCase());
        if (options.svg !== undefined) {
          const file = options.svg;
          writeResultFile(file, drawWaterfall(await explainTaxpayer(snapshot, shown.taxpayer_id), waterfallWords()));
          terminal.result({ taxpayer_id: shown.taxpayer_id, snapshotId: snapshot.runId, svg: file }, () => `已写入 written  ${file}`);
          return;
        }
        terminal.result(shown, () => renderTaxpayer(shown, terminal));
      } finally {
        await snapshot.close();
      }
    });
}
