import type { Command } from 'commander';
import { validateProvince } from '../../data-samples/simulator/measure/validate.ts';
import type { ValidationReport } from '../../data-samples/simulator/measure/validate.ts';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import { simulate } from '../../data-samples/simulator/simulate.ts';
import type { SimulateReport } from '../../data-samples/simulator/simulate.ts';
import { loadConfig } from '../config/load-config.ts';
import { VatRiskError } from '../shared/errors.ts';
import { terminalProgress } from './progress.ts';
import { openTerminal, renderTable } from './terminal.ts';

interface SimulateFlags {
  readonly out?: string;
  readonly validate?: string;
  readonly taxpayers: string;
  readonly months: string;
  readonly seed: string;
  readonly invoices?: string;
  readonly lastPeriod?: string;
  readonly rings: string;
  readonly format: string;
  readonly threads?: string;
  readonly memory?: string;
  readonly json?: boolean;
}

/** `vatrisk simulate`: a synthetic province with planted fraud, legal look-alikes and ground truth; `--validate` checks one. */
export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('生成模拟省份及其真值 / a synthetic province with planted fraud, legal look-alikes and ground truth under DIR/truth/')
    .option('--out <dir>', 'folder to write; new, empty, or a former simulation')
    .option('--validate <dir>', 'check that what the truth files say is in the data of a simulated province')
    .option('--taxpayers <n>', 'taxpayers of the province, at least 100', '1000')
    .option('--months <n>', 'tax periods up to the last, at least 13', '24')
    .option('--seed <n>', 'the same seed gives the same bytes', '42')
    .option('--invoices <n>', 'about how many invoices (default: 1.4 for each taxpayer and month)')
    .option('--last-period <YYYY-MM>', 'the last tax period (default: 2026-10)')
    .option('--rings <on|off>', 'off: nobody cheats; look-alikes and honest accidents stay', 'on')
    .option('--format <csv|parquet>', 'format of the delivery; the truth is always CSV', 'csv')
    .option('--threads <n>', 'threads of the engine')
    .option('--memory <size>', 'memory of the engine, for example 6GB')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk simulate --out province --taxpayers 10000 --seed 7\n  vatrisk simulate --validate province')
    .action(async (flags: SimulateFlags) => {
      const terminal = openTerminal({ json: flags.json });
      if (flags.validate !== undefined) {
        const report = await validateProvince(flags.validate);
        terminal.result(report, () => renderValidation(report));
        if (!report.ok) process.exitCode = 4;
        return;
      }
      const report = await runSimulation(flags);
      terminal.result(report, () => renderReport(report));
    });
}

async function runSimulation(flags: SimulateFlags): Promise<SimulateReport> {
  if (flags.out === undefined) throw new VatRiskError('USAGE', 'Neither --out nor --validate was given; name the folder to write or to check.');
  const config = await loadConfig({ sets: [...(flags.threads === undefined ? [] : [`engine.threads=${flags.threads}`]), ...(flags.memory === undefined ? [] : [`engine.memory=${flags.memory}`])] });
  const progress = terminalProgress(process.stderr, () => Date.now());
  const options = simulateOptions({
    taxpayers: wholeNumber(flags.taxpayers, 'taxpayers', 100),
    months: wholeNumber(flags.months, 'months', 13),
    seed: wholeNumber(flags.seed, 'seed', 0),
    rings: oneOf(flags.rings, 'rings', ['on', 'off']) === 'on',
    ...(flags.invoices === undefined ? {} : { invoices: wholeNumber(flags.invoices, 'invoices', 1) }),
    ...(flags.lastPeriod === undefined ? {} : { lastPeriod: period(flags.lastPeriod) }),
  });
  const steps = ['world', 'conduct', 'trade', 'filing', 'books', 'registers', 'write'];
  let current = '';
  return simulate({
    options, out: flags.out, format: oneOf(flags.format, 'format', ['csv', 'parquet']), threads: config.engine.threads, memory: config.engine.memory,
    onStep: (step, done, of) => {
      const position = steps.indexOf(step) + 1;
      if (step !== current) progress.step(position, steps.length, step);
      else if (done !== undefined && of !== undefined) progress.update(position, steps.length, step, { what: `${done}/${of}`, percent: (100 * done) / of });
      current = step;
    },
  });
}

function wholeNumber(text: string, flag: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new VatRiskError('USAGE', `--${flag} ${text}: expected a whole number of at least ${least}.`);
}

function oneOf<const T extends string>(text: string, flag: string, known: readonly T[]): T {
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw new VatRiskError('USAGE', `--${flag} ${text}: expected one of ${known.join(', ')}.`);
}

function period(text: string): string {
  if (/^20\d\d-(0[1-9]|1[0-2])$/u.test(text)) return text;
  throw new VatRiskError('USAGE', `--last-period ${text}: expected a month as YYYY-MM, for example 2026-10.`);
}

function renderReport(report: SimulateReport): string {
  const rows = [...report.tables, ...report.truth.map(({ table, rows: count }) => ({ table: `truth/${table}`, rows: count }))];
  const table = renderTable(rows, [
    { title: '表 table', value: ({ table: name }) => name },
    { title: '行数 rows', value: ({ rows: count }) => count.toLocaleString('en-US'), right: true },
  ]);
  return `${table}\n\n模拟省份 simulated province: ${report.out}`;
}

function renderValidation(report: ValidationReport): string {
  const table = renderTable(report.checks, [
    { title: '结果 result', value: ({ ok }) => (ok ? '通过 ok' : '不符 failed') },
    { title: '检查 check', value: ({ name }) => name },
    { title: '已查 checked', value: ({ checked }) => checked.toLocaleString('en-US'), right: true },
    { title: '不符 failures', value: ({ failures }) => failures.toLocaleString('en-US'), right: true },
    { title: '例 examples', value: ({ examples }) => examples.join('; ') },
  ], 90);
  return `${table}\n\n${report.ok ? '真值与数据一致 the truth is in the data' : '真值与数据不一致 the truth is not in the data'}`;
}
