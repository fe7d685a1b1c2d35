import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROKEN, jsonOf, runCli, SAMPLE, type CliResult } from '../../support/cli.ts';
import { wholeSnapshot } from '../../support/snapshots.ts';
import { parseXml } from '../../support/xml.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const scratch = mkdtempSync(join(tmpdir(), 'cli-'));
const out = join(scratch, 'out');
let run: CliResult;
beforeAll(async () => {
  run = await runCli('run', '--input', SAMPLE, '--out', out);
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

interface RunReport {
  readonly run_id: string;
  readonly published: boolean;
  readonly as_of: string;
  readonly steps: readonly { readonly name: string }[];
  readonly rows: Readonly<Record<'delivered' | 'accepted' | 'duplicates' | 'quarantined', number>>;
  readonly levels: readonly { readonly taxpayers: number }[];
  readonly top: readonly { readonly taxpayer_id: string; readonly score: number; readonly top_reasons: readonly string[] }[];
}

interface CheckReport {
  readonly files: readonly (RunReport['rows'] & { readonly path: string })[];
  readonly totals: RunReport['rows'];
  readonly rejects: readonly { readonly code: string; readonly count: number }[];
  readonly warnings: readonly { readonly code: string }[];
}

const report = () => jsonOf(run) as RunReport;
const taxpayers = () => readFileSync(join(SAMPLE, 'taxpayers.csv'), 'utf8').trim().split('\n').length - 1;

describe('vatrisk run', () => {
  it('exits 0 with one JSON document on stdout and nothing but progress on stderr', () => {
    expect(run.code, run.stderr).toBe(0);
    expect(report().published).toBe(true);
    expect(report().run_id).toBe(readFileSync(join(out, 'CURRENT'), 'utf8').trim());
    for (const line of run.stderr.trim().split('\n')) expect(line).toMatch(/^step \d\/\d \w+ (started|[\d.]+ s(, [\d,]+ rows)?)$/u);
    expect(run.stdout + run.stderr).not.toMatch(/\u001b|\r/u);
  });

  it('accounts for every row and grades every taxpayer', () => {
    const { rows, levels, as_of } = report();
    expect(rows.delivered).toBe(rows.accepted + rows.duplicates + rows.quarantined);
    expect(levels.reduce((sum, level) => sum + level.taxpayers, 0)).toBe(taxpayers());
    expect(as_of).toBe('2026-11-16');
    expect(wholeSnapshot(out).has('claim_grades.parquet')).toBe(true);
  });

  it('publishes a manifest that says where the numbers come from', () => {
    const manifest = JSON.parse(readFileSync(join(out, 'snapshots', report().run_id, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    for (const key of ['engine', 'vatrisk', 'as_of', 'seed', 'inputs', 'parameters', 'sql_sha256', 'outputs', 'steps', 'states']) expect(manifest, key).toHaveProperty(key);
    const inputs = manifest['inputs'] as { path: string; bytes: number; sha256: string; delivered: number; refused_code: string | null }[];
    // the truth beside the sample is named and not read
    expect(inputs.filter(({ refused_code }) => refused_code !== null).map(({ path }) => path)).toEqual([join(SAMPLE, 'truth')]);
    expect(inputs.filter(({ refused_code }) => refused_code === null).every(({ path, bytes, sha256, delivered }) => existsSync(path) && bytes > 0 && /^[0-9a-f]{64}$/u.test(sha256) && delivered >= 0)).toBe(true);
    const steps = manifest['steps'] as { name: string; seconds: number; peak_rss_bytes: number }[];
    expect(steps.map(({ name }) => name)).toEqual(['load', 'features', 'graph', 'rings', 'indicators', 'score']);
    expect(steps.every(({ seconds, peak_rss_bytes }) => seconds >= 0 && peak_rss_bytes > 1e6)).toBe(true);
  });

  it('--only runs the named steps and publishes nothing', async () => {
    const folder = join(scratch, 'only');
    const result = await runCli('run', '--input', SAMPLE, '--out', folder, '--only', 'load');
    expect(result.code, result.stderr).toBe(0);
    expect(jsonOf(result)).toMatchObject({ published: false, steps: [{ name: 'load' }] });
    expect(existsSync(join(folder, 'CURRENT'))).toBe(false);
  });

  it.each([
    ['a missing folder', ['--input', join(scratch, 'absent')], 3, /INPUT_MISSING/u],
    ['no --input', [], 2, /--input/u],
    ['a day that does not exist', ['--input', SAMPLE, '--as-of', '2026-02-30'], 2, /YYYY-MM-DD/u],
    ['an unknown step', ['--input', SAMPLE, '--only', 'lode'], 2, /did you mean load\?/u],
    ['an unknown key', ['--input', SAMPLE, '--set', 'ingest.id_profil=opaque'], 2, /did you mean id_profile\?/u],
    ['a value that is not valid', ['--input', SAMPLE, '--threads', 'two'], 2, /engine\.threads/u],
    ['a size without a unit', ['--input', SAMPLE, '--memory', 'much'], 2, /engine\.memory/u],
    ['another engine', ['--input', SAMPLE, '--engine', 'sqlite'], 2, /duckdb/u],
    ['a parameter of an unknown indicator', ['--input', SAMPLE, '--set', 'indicators.VR-99.x=1'], 2, /VR-99/u],
  ] as const)('refuses %s before it publishes anything', async (_what, args, code, says) => {
    const folder = join(scratch, 'refused');
    const result = await runCli('run', '--out', folder, ...args);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(says);
    expect(existsSync(join(folder, 'CURRENT'))).toBe(false);
  });

  it('exits 4 at the quality gate, and the former snapshot stays', async () => {
    const delivery = join(scratch, 'bad');
    mkdirSync(delivery);
    for (const table of ['taxpayers', 'invoices', 'vat_returns']) writeFileSync(join(delivery, `${table}.csv`), readFileSync(join(SAMPLE, `${table}.csv`)));
    const text = readFileSync(join(delivery, 'invoices.csv'), 'utf8');
    writeFileSync(join(delivery, 'invoices.csv'), text.replaceAll(/,20(2\d)-\d\d-/gu, ',20$1-13-'));
    const before = readFileSync(join(out, 'CURRENT'), 'utf8');
    const result = await runCli('run', '--input', delivery, '--out', out);
    expect([result.code, result.stdout]).toEqual([4, '']);
    expect(result.stderr).toMatch(/QUALITY_GATE[^]*invoices: \d+ of \d+ rows/u);
    expect(readFileSync(join(out, 'CURRENT'), 'utf8')).toBe(before);
  });
});

describe('vatrisk check', () => {
  it('accounts for the sample without a reject and leaves no file behind', async () => {
    const found = jsonOf(await runCli('check', '--input', SAMPLE)) as CheckReport;
    expect(found.totals).toEqual(report().rows);
    expect(found.rejects).toEqual([]);
  });

  it('accounts for every row of the broken delivery, per file, and names rejects and warnings', async () => {
    const result = await runCli('check', '--input', BROKEN, '--set', 'ingest.allow_refused_files=true');
    expect(result.code, result.stderr).toBe(0);
    const found = jsonOf(result) as CheckReport;
    for (const file of [...found.files, found.totals]) expect(file.delivered).toBe(file.accepted + file.duplicates + file.quarantined);
    expect(found.rejects.length).toBeGreaterThan(10);
    expect(found.rejects.reduce((sum, { count }) => sum + count, 0)).toBe(found.totals.quarantined);
    expect(found.warnings.every(({ code }) => /^[WF]_/u.test(code))).toBe(true);
    expect(found.warnings.length).toBeGreaterThan(3);
  });
});

describe('vatrisk show and evidence', () => {
  it('show gives grade, reasons, claims, data gaps and the snapshot they come from', async () => {
    const id = report().top[0]?.taxpayer_id ?? '';
    const shown = jsonOf(await runCli('show', id.toLowerCase(), '--out', out)) as Record<string, unknown> & { reasons: { code: string; points: number }[]; points: number };
    expect(shown).toMatchObject({ taxpayer_id: id, asOf: '2026-11-16', snapshotId: report().run_id });
    for (const key of ['level', 'color', 'score', 'coverage', 'amount_at_risk', 'claims', 'not_assessed', 'top_reasons']) expect(shown, key).toHaveProperty(key);
    expect(shown.reasons.length).toBeGreaterThan(0);
    expect(shown.reasons.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(shown.points, 6);
  });

  it('show explains the score in bars that add up, and draws them', async () => {
    const { taxpayer_id: id = '', score } = report().top[0] ?? {};
    const { explanation } = jsonOf(await runCli('show', id, '--out', out)) as { explanation: { bars: { total: number }[]; color_rule: string; counterfactual: { without: string[] } | null } };
    expect(explanation.bars.at(-1)?.total).toBe(score);
    expect(explanation.counterfactual?.without.length).toBeGreaterThan(0);
    const svg = join(scratch, 'pictures', 'score.svg');
    expect(jsonOf(await runCli('show', id, '--out', out, '--svg', svg))).toMatchObject({ taxpayer_id: id, svg });
    expect(parseXml(readFileSync(svg, 'utf8')).at(-1)?.name).toBe('svg');
  });

  it('run --what-if grades the published night again and publishes nothing', async () => {
    const before = readFileSync(join(out, 'CURRENT'), 'utf8');
    const found = await runCli('run', '--out', out, '--what-if', '--set', 'scoring.weights.VR-38=1');
    expect(found.code, found.stderr).toBe(0);
    const { judged, comparison } = jsonOf(found) as { judged: string[]; comparison: { levels: { taxpayers: number }[]; possible: { weights: string[]; data: boolean } } };
    expect([judged, comparison.possible.weights, comparison.possible.data]).toEqual([[], ['VR-38'], false]);
    expect(comparison.levels.reduce((sum, { taxpayers }) => sum + taxpayers, 0)).toBe(200);
    expect(readFileSync(join(out, 'CURRENT'), 'utf8')).toBe(before);
    expect((await runCli('run', '--out', out, '--what-if')).code).toBe(2);
  });

  it('evidence gives the rows behind an indicator, at most 200, with the SQL that returns them', async () => {
    const { taxpayer_id: id = '', top_reasons: [code = ''] = [] } = report().top[0] ?? {};
    const found = jsonOf(await runCli('evidence', id, code.toLowerCase(), '--out', out)) as { rows: object[]; sql: string };
    expect(found).toMatchObject({ taxpayer_id: id, code, asOf: '2026-11-16', snapshotId: report().run_id });
    expect(found.rows.length).toBeGreaterThan(0);
    expect(found.rows.length).toBeLessThanOrEqual(200);
    expect(found.sql).toMatch(/select/iu);
    expect(JSON.stringify(found.rows)).not.toMatch(/_key"/u);
  });

  it('an unknown taxpayer, an unknown indicator and an empty output folder are told apart', async () => {
    const id = report().top[0]?.taxpayer_id ?? '';
    const [unknown, indicator, empty] = await Promise.all([
      runCli('show', '91530100MA6K99999X', '--out', out), runCli('evidence', id, 'VR-99', '--out', out), runCli('show', id, '--out', join(scratch, 'empty')),
    ]);
    expect([unknown.code, indicator.code, empty.code]).toEqual([3, 2, 3]);
    expect(unknown.stderr).toContain('[TAXPAYER_UNKNOWN]');
    expect(indicator.stderr).toContain('[INDICATOR_UNKNOWN]');
    expect(empty.stderr).toContain('vatrisk run');
    expect(unknown.stdout + indicator.stdout + empty.stdout).toBe('');
  });
});

describe('vatrisk compare', () => {
  it('of a night with itself counts every taxpayer on the diagonal and moves nobody', async () => {
    const compared = jsonOf(await runCli('compare', 'CURRENT', report().run_id, '--out', out)) as { levels: { former: string; latter: string; taxpayers: number }[]; moved_total: number; moved: object[] };
    expect(compared).toMatchObject({ former: { run_id: report().run_id, as_of: '2026-11-16' }, moved_total: 0, moved: [] });
    expect(compared.levels.every(({ former, latter }) => former === latter)).toBe(true);
    expect(compared.levels.reduce((sum, { taxpayers: counted }) => sum + counted, 0)).toBe(taxpayers());
  });

  it('names the runs there are when it does not know one, and refuses a limit that is no number', async () => {
    const [unknown, limit] = await Promise.all([runCli('compare', 'CURRENT', 'r0', '--out', out), runCli('compare', 'CURRENT', 'CURRENT', '--out', out, '--limit', 'all')]);
    expect([unknown.code, limit.code, unknown.stdout + limit.stdout]).toEqual([3, 2, '']);
    expect(unknown.stderr).toContain(`Known: ${report().run_id}`);
  });
});

describe('every command', () => {
  it.each([['run'], ['check'], ['show'], ['evidence'], ['ring'], ['compare'], ['indicator'], ['indicator', 'list'], ['indicator', 'show'], ['indicator', 'new'], ['indicator', 'test'], ['indicator', 'lock'], ['token', 'create'], ['audit', 'verify'], ['doctor']])(
    '%s %s shows two real examples in its help',
    async (...command: string[]) => {
      const { code, stdout } = await runCli(...command, '--help');
      const examples = stdout.split('Examples:')[1]?.split('\n').filter((line) => line.trim().startsWith(`vatrisk ${command[0] ?? ''}`)) ?? [];
      expect([code, examples.length]).toEqual([0, 2]);
    },
  );

  it.each([
    [['run', '--inptu', 'x', '--out', 'y'], '--input'],
    [['check', '--jsn', '--input', 'x'], '--json'],
    [['show', 'T', '--ot', 'y'], '--out'],
    [['indicator', 'lsit'], 'list'],
    [['chekc'], 'check'],
  ] as const)('%s names what was probably meant and exits 2', async (args, meant) => {
    const { code, stdout, stderr } = await runCli(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`[Dd]id you mean ${meant}\\?`, 'u'));
  });

  it('without a command shows the help and exits 2; --version exits 0', async () => {
    const [bare, version] = await Promise.all([runCli(), runCli('--version')]);
    expect([bare.code, version.code]).toEqual([2, 0]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});

describe('vatrisk doctor and indicator', () => {
  it('doctor finds nothing that would stop a run here', async () => {
    const result = await runCli('doctor', '--out', scratch);
    expect(result.code, result.stderr).toBe(0);
    const findings = jsonOf(result) as { check: string; ok: boolean }[];
    expect(findings.every(({ ok }) => ok)).toBe(true);
    expect(findings.map(({ check }) => check).join()).toMatch(/Node\.js.*DuckDB.*memory.*disk.*writable.*GB18030/u);
  });

  it('doctor names what would stop a run and fails', async () => {
    const config = join(scratch, 'bad.yaml');
    writeFileSync(config, 'engin: {}\n');
    const result = await runCli('doctor', '--out', scratch, '--config', config);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('configuration');
  });

  it('indicator list and show print the catalogue', async () => {
    const list = jsonOf(await runCli('indicator', 'list')) as { code: string }[];
    expect(list.length).toBeGreaterThanOrEqual(16);
    expect(list.map(({ code }) => code)).toEqual([...new Set(list.map(({ code }) => code))].sort());
    const shown = jsonOf(await runCli('indicator', 'show', 'vr-01')) as { code: string; page: string };
    expect(shown.code).toBe('VR-01');
    expect(shown.page.length).toBeGreaterThan(200);
  });
});
