import { userInfo } from 'node:os';
import { extname } from 'node:path';
import { Option, type Command } from 'commander';
import { checkFilters } from '../export/check-filters.ts';
import { ENCODINGS, FORMATS, type ExportEncoding, type ExportFormat, type ExportRequest } from '../export/export-request.ts';
import { exportSnapshot, type ExportResult } from '../export/export-snapshot.ts';
import type { SearchFilters } from '../export/search-condition.ts';
import { VatRiskError } from '../shared/errors.ts';
import { RegionScope } from '../shared/region-scope.ts';
import { openSnapshot, type Snapshot } from '../snapshot/open-snapshot.ts';
import { readRing } from '../snapshot/read-ring.ts';
import { runOrder } from './export-order.ts';
import { exportProgress } from './progress.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { untilSignal } from './until-signal.ts';

export interface ExportOptions {
  readonly out: string;
  readonly output: string;
  readonly level?: string;
  readonly color?: string;
  readonly region?: string;
  readonly industry?: string;
  readonly indicator?: string;
  readonly ring?: string;
  readonly name?: string;
  readonly minimumAmount?: string;
  readonly run?: string;
  readonly format?: ExportFormat;
  readonly encoding: ExportEncoding;
  readonly unmask?: boolean;
  readonly purpose: string;
  readonly json?: boolean;
  readonly request?: string;
}

/** Memory of the engine; what does not fit is kept on disk beside the export. */
export const EXPORT_MEMORY = '1GB';
/** For people who hold the files anyway; the API sets its own. */
const ROWS_MAXIMUM = 5_000_000;

/** `vatrisk export`: case sources for inspection units, as a workbook, CSV or Parquet. */
export function registerExport(program: Command): void {
  program
    .command('export')
    .description('导出案源：线索清单、指标明细、团伙、口径说明、元数据 / case sources for inspection units')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .requiredOption('--output <file>', 'file to write; the tables of a CSV or Parquet set are written beside it')
    .option('--level <words>', 'high, medium, low, none, insufficient_data; several with commas')
    .option('--color <words>', 'red, orange, yellow, blue, none; several with commas')
    .option('--region <prefixes>', 'division codes or their beginnings, such as 5301; several with commas')
    .option('--industry <prefixes>', 'industry codes or their beginnings, such as F51; several with commas')
    .option('--indicator <codes>', 'taxpayers with a hit of any of these, such as VR-22; several with commas')
    .option('--ring <id>', 'members of one ring')
    .option('--name <text>', 'a part of the name, at least two characters')
    .option('--minimum-amount <yuan>', 'amount at risk from this on')
    .option('--run <run_id>', 'another snapshot than the current one')
    .addOption(new Option('--format <name>', 'the ending of the file, else xlsx').choices(FORMATS))
    .addOption(new Option('--encoding <name>', 'of CSV').choices(ENCODINGS).default('utf-8'))
    .option('--unmask', 'names, and identifiers of persons, in full; needs --purpose / 不脱敏，须说明用途')
    .option('--purpose <text>', 'what the case sources are for; written into the export / 用途', '')
    .option('--json', 'JSON even at a terminal')
    .addOption(new Option('--request <file>', 'an order as JSON, for programs').hideHelp())
    .addHelpText('after', '\nExamples:\n  vatrisk export --out out --output cases.xlsx --level high,medium --region 5301\n  vatrisk export --out out --output cases.csv --encoding gb18030 --indicator VR-22 --unmask --purpose "2026年第4季度稽查选案"')
    .action(async (options: ExportOptions) => {
      if (options.request !== undefined) {
        process.exitCode = await runOrder(options.out, options.output, options.request);
        return;
      }
      const terminal = openTerminal({ json: options.json });
      const result = await untilSignal('The export was asked to stop.', (signal) => exportAsAsked(options, terminal, signal));
      terminal.result(result, () => renderExport(result));
    });
}

/** Carries out what the command line asks for. Throws what exportSnapshot throws, RING_UNKNOWN and SNAPSHOT_MISSING. */
export async function exportAsAsked(options: ExportOptions, terminal: Pick<Terminal, 'interactive'>, signal: AbortSignal): Promise<ExportResult> {
  const snapshot = await openSnapshot(options.out, options.run, { memoryLimit: EXPORT_MEMORY });
  try {
    const filters = await filtersOf(options, snapshot);
    // Before the scope is narrowed: a region nobody lies in could not be held against the others afterwards.
    await checkFilters(RegionScope.everything(), snapshot, filters);
    const request: ExportRequest = {
      filters, format: formatOf(options), encoding: options.encoding, unmask: options.unmask === true, purpose: options.purpose,
      operator: userInfo().username, exportedAt: new Date().toISOString(), rowsMaximum: ROWS_MAXIMUM,
    };
    const scope = RegionScope.everything().within(options.region === undefined ? RegionScope.everything() : RegionScope.of(wordsOf(options.region)));
    return await exportSnapshot(scope, snapshot, request, { file: options.output, signal, onProgress: exportProgress(process.stderr, terminal.interactive) });
  } finally {
    await snapshot.close();
  }
}

const wordsOf = (text: string): string[] => text.split(',').map((word) => word.trim()).filter((word) => word !== '');

async function filtersOf(options: ExportOptions, snapshot: Snapshot): Promise<SearchFilters> {
  const { name, minimumAmount } = options;
  const list = (key: 'level' | 'color' | 'region' | 'industry' | 'indicator', text: string | undefined, word = (given: string) => given): SearchFilters => (text === undefined ? {} : { [key]: wordsOf(text).map(word) });
  if (minimumAmount !== undefined && !/^\d+(?:\.\d{1,2})?$/u.test(minimumAmount)) {
    throw new VatRiskError('USAGE', `--minimum-amount ${minimumAmount}: expected yuan, such as 50000 or 50000.50.`);
  }
  return {
    ...list('level', options.level), ...list('color', options.color), ...list('region', options.region),
    ...list('industry', options.industry, (word) => word.toUpperCase()), ...list('indicator', options.indicator, (word) => word.toUpperCase()),
    // Throws RING_UNKNOWN with the nearest ring; whoever holds the files may know what is in them.
    ...(options.ring === undefined ? {} : { ring: (await readRing(snapshot, options.ring)).ring.ring_id }),
    ...(name === undefined ? {} : { name }),
    ...(minimumAmount === undefined ? {} : { amount: { minimum: Number(minimumAmount) } }),
  };
}

function formatOf({ format, output }: ExportOptions): ExportFormat {
  const ending = extname(output).slice(1).toLowerCase();
  return format ?? FORMATS.find((known) => known === ending) ?? 'xlsx';
}

function renderExport({ rows, files, manifest, masked, asOf }: ExportResult): string {
  return [
    ...files.map(({ file, bytes, sm3 }) => `已写入 written  ${file}  ${bytes.toLocaleString('en-US')} 字节 bytes  SM3 ${sm3}`),
    ...(manifest === null ? [] : [`清单 manifest  ${manifest}`]),
    Object.entries(rows).map(([table, count]) => `${table} ${count.toLocaleString('en-US')} 行`).join('，'),
    `数据截至 as of ${asOf}；${masked ? '已脱敏 masked' : '未脱敏 not masked'}`,
  ].join('\n');
}
