import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import { KNOWN_CODES } from '../contract/known-codes.ts';
import { loadContract } from '../contract/load-contract.ts';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import { ingestDelivery } from '../ingest/ingest.ts';
import type { CodeCount, FileAccount, IngestSummary } from '../ingest/summary.ts';
import { ingestSettings } from '../run/ingest-options.ts';
import { openTerminal, renderTable } from './terminal.ts';

interface CheckOptions {
  readonly input: readonly string[];
  readonly config?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

const collect = (value: string, former: readonly string[] = []): string[] => [...former, value];

/** `vatrisk check`: the contract check alone; writes nothing but the report. */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('只做数据契约校验 / contract check only: rows accepted, duplicates, quarantined by reason, warnings by kind')
    .requiredOption('--input <dir>', 'delivery folder; may be given several times', collect)
    .option('--config <file>', 'YAML configuration')
    .option('--set <key=value>', 'override one configuration key; may be given several times', collect)
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk check --input delivery/2026-11-15\n  vatrisk check --input delivery --json | jq .totals')
    .action(async (options: CheckOptions) => {
      const report = await checkDelivery(options);
      openTerminal({ json: options.json }).result(report, () => renderCheck(report));
    });
}

/** Accounts for every row of a delivery in a scratch folder of the system that is removed again. */
async function checkDelivery(options: CheckOptions): Promise<IngestSummary> {
  const contract = loadContract();
  const config = await loadConfig({ ...(options.config === undefined ? {} : { file: options.config }), ...(options.set === undefined ? {} : { sets: options.set }) });
  const scratch = await mkdtemp(join(tmpdir(), 'vatrisk-check-'));
  const engine = await openDuckDb({
    path: join(scratch, 'check.duckdb'),
    threads: config.engine.threads,
    memoryLimit: config.engine.memory,
    tempDirectory: join(scratch, 'spill'),
    maxTempDirectorySize: config.engine.max_temp_directory_size,
  });
  try {
    return await ingestDelivery(engine, contract, {
      inputs: options.input.map((folder) => resolve(folder)),
      scratchDirectory: join(scratch, 'scratch'),
      clock: new Date().toISOString().slice(0, 10),
      settings: ingestSettings(config, contract),
      accountOnly: true,
    });
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The accounts as tables for a person. */
export function renderCheck(report: IngestSummary): string {
  const codes = (rows: readonly CodeCount[]) =>
    renderTable(rows, [
      { title: '表 table', value: ({ table_name }) => table_name },
      { title: '编码 code', value: ({ code }) => code },
      { title: '数量 count', value: ({ count }) => String(count), right: true },
      { title: '含义 meaning', value: ({ code }) => meaning(code) },
    ], 90);
  const parts = [
    renderAccounts(report),
  ];
  if (report.rejects.length > 0) parts.push(`隔离原因 quarantined by reason\n${codes(report.rejects)}`);
  if (report.warnings.length > 0) parts.push(`警告 warnings\n${codes(report.warnings)}`);
  return parts.join('\n\n');
}

/** What became of every delivered row, per file and in all. */
export function renderAccounts({ files, totals }: Pick<IngestSummary, 'files' | 'totals'>): string {
  const total = `合计 total: ${totals.delivered} 送达 delivered = ${totals.accepted} 接受 accepted + ${totals.duplicates} 重复 duplicates + ${totals.quarantined} 隔离 quarantined`;
  return `文件 files\n${renderFiles(files)}\n${total}`;
}

function renderFiles(files: readonly FileAccount[]): string {
  const number = (title: string, value: (file: FileAccount) => number) => ({ title, value: (file: FileAccount) => String(value(file)), right: true });
  return renderTable(files, [
    { title: '文件 file', value: ({ file }) => file },
    { title: '表 table', value: ({ table_name }) => table_name },
    { title: '编码 encoding', value: ({ encoding, format }) => encoding ?? format },
    number('送达 delivered', ({ delivered }) => delivered),
    number('接受 accepted', ({ accepted }) => accepted),
    number('重复 duplicates', ({ duplicates }) => duplicates),
    number('隔离 quarantined', ({ quarantined }) => quarantined),
    { title: '备注 note', value: ({ refused_code, details }) => [refused_code ?? '', details ?? ''].join(' ').trim() },
  ]);
}

function meaning(code: string): string {
  const text = (KNOWN_CODES as Readonly<Record<string, { zh: string; en: string }>>)[code];
  return text === undefined ? '' : `${text.zh} ${text.en}`;
}
