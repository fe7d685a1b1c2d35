import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { loadIndicators } from '../../indicators/loader/load.ts';
import { evaluate, type EvaluateOptions, type Evaluation } from '../evaluate/evaluate.ts';
import { evaluationPage } from '../evaluate/report/page.ts';
import { VatRiskError } from '../shared/errors.ts';
import { replaceFile } from '../snapshot/durable.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { renderEvaluation } from './render-evaluation.ts';
import { openTerminal } from './terminal.ts';

interface EvaluateFlags {
  readonly out: string;
  readonly labels: string;
  readonly capacity?: string;
  readonly run?: string;
  readonly claims?: string;
  readonly groups?: string;
  readonly html?: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `vatrisk evaluate`: how well the grades of a snapshot agree with labels. */
export function registerEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('用核查结果衡量等级：AUC、各级精确率与召回率、退税放行曲线 / grades against labels')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .requiredOption('--labels <file>', 'CSV: taxpayer_id,label[,amount][,ring_id][,selection][,reviewed_on]')
    .option('--capacity <k>', 'taxpayers an office can look at (default: as many as there are positives) / 可核查户数')
    .option('--run <run_id>', 'a published run other than the current one')
    .option('--claims <file>', 'CSV: application_id,true_due_yuan; what was due on each claim / 每笔申请的应退税额')
    .option('--groups <file>', 'CSV: taxpayer_id,kind; legal look-alikes / 合法的相似户')
    .option('--html <file>', 'also write a report into an HTML file / 另写 HTML 报告')
    .option('--seed <n>', 'seed of the resamples behind the intervals', '42')
    .option('--json', 'JSON even at a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  vatrisk evaluate --out out --labels labels.csv --capacity 500\n  vatrisk evaluate --out out --labels truth/labels.csv --claims truth/claims.csv --groups truth/lookalikes.csv --html report.html',
    )
    .action(async (flags: EvaluateFlags) => {
      const terminal = openTerminal({ json: flags.json });
      const options = optionsOf(flags);
      const snapshot = await openSnapshot(flags.out, flags.run);
      try {
        const evaluation = await evaluate(snapshot, { ...options, catalogue: loadIndicators() });
        if (flags.html !== undefined) writeReport(evaluation, flags.html);
        terminal.result(evaluation, () => renderEvaluation(evaluation));
        if (flags.html !== undefined) terminal.log(`已写入 written  ${flags.html}`);
      } finally {
        await snapshot.close();
      }
    });
}

function optionsOf(flags: EvaluateFlags): Omit<EvaluateOptions, 'catalogue'> {
  return {
    labelsFile: flags.labels,
    seed: wholeNumber(flags.seed, 'seed', 0),
    ...(flags.capacity === undefined ? {} : { capacity: wholeNumber(flags.capacity, 'capacity', 1) }),
    ...(flags.claims === undefined ? {} : { claimsFile: flags.claims }),
    ...(flags.groups === undefined ? {} : { groupsFile: flags.groups }),
  };
}

function wholeNumber(text: string, flag: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new VatRiskError('USAGE', `--${flag} ${text}: expected a whole number of at least ${least}.`);
}

/** Writes the report, whole or not at all. Throws DISK_FAILED when the file cannot be written. */
function writeReport(evaluation: Evaluation, file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, evaluationPage(evaluation));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VatRiskError('DISK_FAILED', `The report could not be written: ${why}. Name a file in a folder you may write to.`, { cause });
  }
}
