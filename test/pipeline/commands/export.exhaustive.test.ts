import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, runCli, SAMPLE, startCli } from '../../support/cli.ts';
import { writeExportWorld } from '../../support/export-world.ts';
import { csvRecords, recordsOf, sheetsOf } from '../../support/workbook.ts';

const scratch = mkdtempSync(join(tmpdir(), 'export-command-'));
const out = join(scratch, 'out');
beforeAll(async () => {
  await writeExportWorld(out, { runId: 'night-0', named: [{ id: '91530000000000001X', name: '昆明旧商贸有限公司' }] });
  await writeExportWorld(out, { runId: 'night-1', filled: 200 });
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const order = (changes: object = {}): string => {
  const file = join(scratch, 'order.json');
  writeFileSync(file, JSON.stringify({
    filters: { level: ['high'] }, format: 'csv', encoding: 'utf-8', unmask: false, purpose: '', operator: '王五', exportedAt: '2026-11-22T01:02:03Z', rowsMaximum: 100, scope: ['5301'], runId: 'night-1', ...changes,
  }));
  return file;
};
const linesOf = (stdout: string) => stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, { code?: string; rows_done?: number; rows_total?: number; part?: string; details?: string[]; files?: { file: string }[]; rows?: Record<string, number> }>);

describe('vatrisk export', () => {
  it('writes a workbook of what was asked for, and says what it wrote', async () => {
    const file = join(scratch, 'deep', 'cases.xlsx');
    const result = await runCli('export', '--out', out, '--output', file, '--level', 'high,medium', '--region', '5301', '--indicator', 'vr-35', '--minimum-amount', '50', '--unmask', '--purpose', '稽查选案');
    expect(result.code).toBe(0);
    expect(jsonOf(result)).toMatchObject({ snapshotId: 'night-1', asOf: '2026-11-16', format: 'xlsx', masked: false, files: [{ file: 'cases.xlsx' }], manifest: null });
    const cases = recordsOf(sheetsOf(file).get('线索清单')!);
    expect(cases.length).toBeGreaterThan(10);
    for (const row of cases) {
      expect(row['district_code']!.value).toMatch(/^5301/u);
      expect(['高', '中']).toContain(row['level']!.value);
      expect(Number(row['amount_at_risk']!.value)).toBeGreaterThanOrEqual(50);
      expect(Number(row['taxpayer_id']!.value.slice(8)) % 2).toBe(0);
    }
    expect(recordsOf(sheetsOf(file).get('元数据')!).find((row) => row['field']!.value === 'regions')!['content']!.value).toBe('5301');
  });

  it('refuses with the exit code of the error, and what to do on stderr', async () => {
    const result = await runCli('export', '--out', out, '--output', join(scratch, 'no.xlsx'), '--level', 'hgih');
    expect([result.code, result.stdout, result.stderr]).toEqual([2, '', expect.stringMatching(/level: hgih is not known; did you mean high\?/u)]);
  });

  it('takes the format from the ending, and another night when it is named', async () => {
    const result = await runCli('export', '--out', out, '--output', join(scratch, 'old.csv'), '--run', 'night-0', '--encoding', 'gb18030');
    expect(jsonOf(result)).toMatchObject({ format: 'csv', snapshotId: 'night-0', rows: { 线索清单: 1 }, manifest: 'old.csv.manifest.json' });
  });
});

describe('an order of a program', () => {
  it('is carried out inside its scope, with progress and the result line by line', async () => {
    const at = join(scratch, 'order');
    mkdirSync(at);
    const result = await runCli('export', '--out', out, '--output', join(at, 'x.csv'), '--request', order());
    expect([result.code, result.stderr]).toEqual([0, '']);
    const lines = linesOf(result.stdout);
    const last = lines.at(-1)!['result']!;
    // Half of 200 lie in 5301, two in five of them are high.
    expect(last.rows!['线索清单']).toBe(40);
    expect(readdirSync(at).sort()).toEqual([...last.files!.map(({ file }) => file), 'x.csv.manifest.json'].sort());
    const progress = lines.slice(0, -1).map((line) => line['progress']!);
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.at(-1)!.rows_done).toBe(progress.at(-1)!.rows_total);
  });

  it('that cannot be met ends in an error line with the code and its exit code', async () => {
    const ask = async (changes: object) => runCli('export', '--out', out, '--output', join(scratch, 'no.csv'), '--request', order(changes));
    for (const [changes, code, exit] of [[{ scope: [] }, 'EXPORT_EMPTY', 3], [{ rowsMaximum: 39 }, 'EXPORT_TOO_LARGE', 2], [{ runId: 'never' }, 'SNAPSHOT_MISSING', 3]] as const) {
      const result = await ask(changes);
      expect([result.code, linesOf(result.stdout).at(-1)!['error']!.code]).toEqual([exit, code]);
    }
    const unwhole = linesOf((await ask({ scope: undefined, filters: null, runId: undefined })).stdout)[0]!['error']!;
    expect([unwhole.code, unwhole.details]).toEqual(['USAGE', ['filters: expected object', 'scope: expected a list of prefixes', 'runId: expected string']]);
    expect(readdirSync(scratch).filter((name) => name.includes('no.csv'))).toEqual([]);
  });
});

describe('a stopped export', () => {
  it('ends with 143 and leaves no file', async () => {
    const large = join(scratch, 'large');
    await writeExportWorld(large, { filled: 60_000 });
    const at = join(scratch, 'stopped');
    mkdirSync(at);
    const { child, ended } = startCli(['export', '--out', large, '--output', join(at, 'x.xlsx'), '--request', order({ filters: {}, format: 'xlsx', rowsMaximum: 100_000 })]);
    child.stdout!.once('data', () => child.kill('SIGTERM'));
    const result = await ended;
    expect([result.code, linesOf(result.stdout).at(-1)!['error']?.code]).toEqual([143, 'INTERRUPTED']);
    expect(readdirSync(at)).toEqual([]);
  });
});

describe('a real night', () => {
  it('gives every taxpayer of the list its hits, and the same list in every format', async () => {
    const night = join(scratch, 'night');
    expect((await runCli('run', '--input', SAMPLE, '--out', night)).code).toBe(0);
    const files: { readonly rows: Record<string, number> }[] = [];
    for (const format of ['xlsx', 'csv', 'parquet']) {
      const result = await runCli('export', '--out', night, '--output', join(scratch, `night.${format}`), '--level', 'high,medium,low');
      files.push(jsonOf(result) as { rows: Record<string, number> });
    }
    expect(files[0]!.rows['线索清单']).toBeGreaterThan(20);
    expect(files.map(({ rows }) => rows)).toEqual([files[0]!.rows, files[0]!.rows, files[0]!.rows]);
    const sheets = sheetsOf(join(scratch, 'night.xlsx'));
    const cases = recordsOf(sheets.get('线索清单')!);
    const csv = csvRecords(readFileSync(join(scratch, 'night.csv'), 'utf8').slice(1)).slice(2);
    expect(csv.map((row) => row[1])).toEqual(cases.map((row) => row['taxpayer_id']!.value));
    const withHits = new Set(recordsOf(sheets.get('指标明细')!).map((row) => row['case_no']!.value));
    for (const row of cases) {
      expect(row['reasons']?.value ?? '', row['taxpayer_id']!.value).not.toBe('');
      expect(withHits).toContain(row['case_no']!.value);
    }
  }, 240_000);
});
