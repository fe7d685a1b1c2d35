import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import { loadContract } from '../contract/load-contract.ts';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openTerminal, renderTable } from './terminal.ts';
import { packageVersion } from './version.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
}

/** `vatrisk doctor`: what would stop a run on this machine. Exit 7 when something would. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('检查运行环境 / versions, memory, disk, permissions, locale: what would stop a run')
    .option('--out <dir>', 'output folder to check for space and permissions', '.')
    .option('--config <file>', 'configuration to check')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk doctor\n  vatrisk doctor --out /data/vatrisk --config vatrisk.yaml --json')
    .action(async (options: { out: string; config?: string; json?: boolean }) => {
      const findings = await examine(options.out, options.config);
      openTerminal({ json: options.json }).result(findings, () =>
        renderTable(findings, [
          { title: '', value: ({ ok }) => (ok ? '✓' : '✗') },
          { title: '检查 check', value: ({ check }) => check },
          { title: '结果 found', value: ({ found }) => found },
        ], 100),
      );
      const bad = findings.filter(({ ok }) => !ok);
      if (bad.length > 0) {
        throw new VatRiskError('ENGINE_FAILED', 'A run would fail on this machine; mend what is listed.', { details: bad.map(({ check, found }) => `${check}: ${found}`) });
      }
    });
}

async function examine(out: string, configFile: string | undefined): Promise<Finding[]> {
  const memory = constrainedMemory();
  return [
    { check: 'vatrisk', ok: true, found: packageVersion() },
    { check: 'Node.js ≥ 20.19', ok: nodeIsNewEnough(process.versions.node), found: process.versions.node },
    await attempt('DuckDB', duckDbVersion),
    { check: '处理器 processors', ok: true, found: String(availableParallelism()) },
    { check: '内存 memory ≥ 2 GB', ok: memory >= 2e9, found: `${gigabytes(memory)} usable, ${gigabytes(freemem())} free` },
    await attempt('磁盘 disk ≥ 5 GB free', () => freeDisk(out)),
    await attempt('写权限 output folder writable', () => writable(out)),
    await attempt('中文编码 GB18030 decoder', () => Promise.resolve(new TextDecoder('gb18030', { fatal: true }).decode(Uint8Array.of(0xb9, 0xfa)))),
    await attempt('区域设置 locale data', () => Promise.resolve(new Intl.Collator('zh-CN').resolvedOptions().locale)),
    await attempt('契约 contract', () => Promise.resolve(`${loadContract().tables.length} tables`)),
    await attempt('配置 configuration', async () => {
      await loadConfig(configFile === undefined ? {} : { file: configFile });
      return configFile ?? 'defaults';
    }),
  ];
}

async function attempt(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, found: await look() };
  } catch (error) {
    return { check, ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}

function nodeIsNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

async function duckDbVersion(): Promise<string> {
  const engine = await openDuckDb();
  try {
    const [row] = await engine.rows<{ version: string }>('select version() as version');
    return row?.version ?? 'unknown';
  } finally {
    await engine.close();
  }
}

async function freeDisk(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const stats = await statfs(folder);
  const free = stats.bavail * stats.bsize;
  if (free < 5e9) throw new Error(`only ${gigabytes(free)} free; a night of 10 million invoices needs about 5 GB`);
  return `${gigabytes(free)} free`;
}

async function writable(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK | constants.X_OK);
  return join(folder, '');
}

/** Memory this process may use: the limit of its control group when there is one. */
function constrainedMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
