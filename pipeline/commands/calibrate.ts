import { resolve } from 'node:path';
import type { Command } from 'commander';
import { calibrate, type Calibration } from '../calibrate/calibrate.ts';
import { evidenceOf, renderParameters } from '../calibrate/parameter-file.ts';
import { VatRiskError } from '../shared/errors.ts';
import { activeCatalogue } from './run.ts';
import { openTerminal, renderTable } from './terminal.ts';
import { writeResultFile } from './write-result.ts';

export interface CalibrateOptions {
  readonly out: string;
  readonly labels: string;
  readonly output: string;
  readonly folds?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

/** `vatrisk calibrate`: proposes thresholds, weights and expected shares from outcomes; changes nothing. */
export function registerCalibrate(program: Command): void {
  program
    .command('calibrate')
    .description('由复核结果建议 T3、T4 阈值与权重，只写参数文件，不改动任何设置 / propose T3 and T4 thresholds and weights from outcomes; writes a parameter file, changes nothing')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .requiredOption('--labels <file>', '复核结果 / outcomes: taxpayer_id,label[,ring_id][,selection][,reviewed_on]')
    .requiredOption('--output <file>', '参数文件 / the parameter file to write (YAML)')
    .option('--folds <n>', 'folds of the validation; rings stay whole', '5')
    .option('--seed <n>', 'seed of folds and permutations', '42')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk calibrate --out out --labels reviewed.csv --output tuned.yaml\n  vatrisk run --out out --parameters tuned.yaml --what-if')
    .action(async (options: CalibrateOptions, command: Command) => {
      const terminal = openTerminal({ json: options.json, color: command.optsWithGlobals<{ color?: boolean }>().color });
      const { calibration, settings } = await writeCalibration(options, (line) => {
        terminal.log(line);
      });
      terminal.result({ output: options.output, indicators: calibration.indicators, weights: calibration.weights, expected_share: calibration.expectedShare, evidence: evidenceOf(calibration, settings) }, () => render(calibration, options.output));
    });
}

/** Calibrates and writes the parameter file. Throws USAGE for settings that are no whole numbers in range. */
export async function writeCalibration(options: CalibrateOptions, log: (line: string) => void) {
  const settings = { folds: Number(options.folds ?? 5), seed: Number(options.seed ?? 42) };
  const faults = [
    ...(Number.isInteger(settings.folds) && settings.folds >= 3 && settings.folds <= 20 ? [] : ['--folds: expected a whole number from 3 to 20']),
    ...(Number.isSafeInteger(settings.seed) ? [] : ['--seed: expected a whole number']),
  ];
  if (faults.length > 0) throw new VatRiskError('USAGE', 'Settings of calibrate cannot be used.', { details: faults });
  const calibration = await calibrate({
    ...activeCatalogue(), ...settings, outDirectory: resolve(options.out), labels: resolve(options.labels),
    onStep: (what) => {
      log(`calibrate ${what}`);
    },
  });
  writeResultFile(resolve(options.output), renderParameters(calibration, settings));
  return { calibration, settings };
}

const REFUSALS: Readonly<Record<string, string>> = {
  outcomes_unrelated_to_scores: '结果与现有得分无关，请核对标签文件 outcomes are unrelated to the scores; check the labels',
  nothing_moves: '没有可靠的调整 nothing moves beyond noise',
  gain_within_one_standard_error: '增益不超过一个标准误 gain within one standard error',
  order_lost_elsewhere: '其余排序变差 the order elsewhere gets worse',
  gain_as_large_with_permuted_outcomes: '打乱结果后增益相当 permuted outcomes gain as much',
  no_gain_on_later_reviews: '对较晚的复核没有增益 no gain on later reviews',
  colors_tell_nothing: '颜色与结果无关 colours tell nothing about outcomes',
};

function render({ reviewed, proposal, shares, indicators, weights, expectedShare }: Calibration, output: string): string {
  const changes = [
    ...Object.entries(indicators).flatMap(([code, values]) => Object.entries(values).map(([name, to]) => ({ what: `阈值 threshold ${code}.${name}`, from: proposal.thresholds.choices.find((one) => one.code === code && one.parameter === name)?.from, to }))),
    ...Object.entries(weights).map(([code, to]) => ({ what: `权重 weight ${code}`, from: proposal.weights.fit.choices.find((one) => one.code === code)?.from, to })),
    ...Object.entries(expectedShare).map(([color, to]) => ({ what: `预期占比 expected share ${color}`, from: shares.colors.find((one) => one.color === color)?.from, to })),
  ];
  const parts = [['阈值 thresholds', proposal.thresholds], ['权重 weights', proposal.weights], ['预期占比 expected shares', shares]] as const;
  return [
    `复核 reviewed ${reviewed.ids.length}，其中证实 confirmed ${reviewed.positives}`,
    ...parts.map(([name, { refused }]) => `${name}: ${refused === null ? '建议 proposed' : `不建议调整 nothing proposed（${REFUSALS[refused] ?? refused}）`}`),
    ...(changes.length === 0 ? [] : ['', renderTable(changes, [
      { title: '参数 parameter', value: ({ what }) => what }, { title: '现值 from', value: ({ from }) => String(from ?? ''), right: true }, { title: '建议 to', value: ({ to }) => String(to), right: true },
    ])]),
    '', `已写入 written  ${output}`,
  ].join('\n');
}
