import type { Command } from 'commander';
import { runCatalogueCases, type CaseResult } from '../../indicators/loader/cases.ts';
import { indicatorByCode, loadIndicators } from '../../indicators/loader/load.ts';
import { checkLock, writeLock } from '../../indicators/loader/lock.ts';
import { scaffoldIndicator } from '../../indicators/loader/scaffold.ts';
import type { Catalogue, Indicator } from '../../indicators/loader/schema.ts';
import { showIndicator } from '../../indicators/loader/show.ts';
import { checkIndicators } from '../../indicators/loader/sql-checks.ts';
import { compilePeerSql } from '../../models/peers/peer-sql.ts';
import { openCaseWorld, type OpenCaseWorld } from '../run/case-world.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openTerminal, renderTable, type Terminal } from './terminal.ts';

/** `vatrisk indicator …`: the catalogue, one indicator as a page, a new one, the cases. */
export function registerIndicator(program: Command): void {
  const indicator = program.command('indicator').description('指标目录 / the catalogue of indicators').addHelpText('after', '\nExamples:\n  vatrisk indicator list\n  vatrisk indicator test VR-18');
  indicator
    .command('list')
    .description('全部指标 / every indicator')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk indicator list\n  vatrisk indicator list --json | jq length')
    .action((options: { json?: boolean }) => {
      list(loadIndicators(), options.json);
    });
  indicator
    .command('show')
    .description('一项指标的说明页 / one indicator as a page an officer can read')
    .argument('<code>')
    .option('--lang <zh|en>', 'language', 'zh')
    .option('--on <YYYY-MM-DD>', 'thresholds in force on this day', new Date().toISOString().slice(0, 10))
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk indicator show VR-22\n  vatrisk indicator show VR-22 --lang en --on 2023-06-30')
    .action((code: string, options: { lang: string; on: string; json?: boolean }) => {
      const found = indicatorByCode(loadIndicators(), code.toUpperCase());
      const page = showIndicator(found, { language: options.lang === 'en' ? 'en' : 'zh', on: options.on });
      openTerminal({ json: options.json }).result({ ...found, page }, () => page);
    });
  indicator
    .command('new')
    .description('新建指标（SQL、YAML、证据查询三个文件）/ scaffold an indicator: three files, a failing case')
    .argument('<code>', 'for example VR-65')
    .requiredOption('--slug <words>', 'lower-case words joined by hyphens')
    .addHelpText('after', '\nExamples:\n  vatrisk indicator new VR-65 --slug early-refund\n  vatrisk indicator new SS-10 --slug price-split')
    .action((code: string, options: { slug: string }) => {
      const files = scaffoldIndicator({ code: code.toUpperCase(), slug: options.slug, taken: loadIndicators().map((one) => one.code) });
      openTerminal({}).result(files, () => files.join('\n'));
    });
  indicator
    .command('lock')
    .description('写版本锁和目录页 / write the version lock and CATALOGUE.md after a reviewed change')
    .addHelpText('after', '\nExamples:\n  vatrisk indicator lock\n  vatrisk indicator lock && git add indicators')
    .action(() => {
      const lock = writeLock(loadIndicators());
      openTerminal({}).result(lock, () => `${Object.keys(lock).length} indicators locked`);
    });
  indicator
    .command('test')
    .description('运行用例 / run the cases, of one indicator or of all')
    .argument('[code]')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk indicator test\n  vatrisk indicator test VR-18 --json')
    .action(async (code: string | undefined, options: { json?: boolean }) => {
      await test(code, options.json);
    });
}

function list(catalogue: readonly Indicator[], json: boolean | undefined): void {
  const rows = catalogue.map(({ code, version, status, name, policy, family, correlation_group, weight, needs, sharpens }) => ({
    code, version, status, name, policy, family, correlation_group, weight, needs, sharpens,
  }));
  openTerminal({ json }).result(rows, () =>
    renderTable(rows, [
      { title: '编码 code', value: (row) => row.code },
      { title: '名称 name', value: (row) => row.name.zh },
      { title: 'English', value: (row) => row.name.en },
      { title: '类别 family', value: (row) => row.family },
      { title: '权重', value: (row) => String(row.weight), right: true },
      { title: '所需 needs', value: (row) => row.needs.join(' ') },
    ]),
  );
}

async function test(code: string | undefined, json: boolean | undefined): Promise<void> {
  const catalogue = loadIndicators();
  const chosen = code === undefined ? catalogue : [indicatorByCode(catalogue, code.toUpperCase())];
  const terminal = openTerminal({ json });
  const worlds = await Promise.all(Array.from({ length: 2 }, () => openCaseWorld(compilePeerSql)));
  const results = await runAll(worlds, chosen, terminal).finally(() => Promise.all(worlds.map((world) => world.close())));
  const failed = results.filter(({ faults }) => faults.length > 0);
  const summary = { cases: results.length, passed: results.length - failed.length, failed: failed.length, results };
  terminal.result(summary, () => `${chosen.length} indicators, ${summary.cases} cases: ${summary.passed} passed, ${summary.failed} failed`);
  if (failed.length > 0) {
    throw new VatRiskError('INDICATOR_CASE_FAILED', 'Cases do not agree with what the indicators compute.', {
      details: failed.map((one) => `${one.code} ${one.name.en}: ${one.faults.join('; ')}`),
    });
  }
  if (code === undefined) checkLock(catalogue);
}

/** Texts first (columns, tables read, expressions), then every case; two worlds side by side. */
async function runAll(worlds: readonly OpenCaseWorld[], chosen: Catalogue, terminal: Terminal): Promise<readonly CaseResult[]> {
  const first = worlds[0];
  if (first !== undefined) await checkIndicators(await first.empty(), chosen);
  return runCatalogueCases(worlds, chosen, (code, done) => {
    terminal.log(`${code}: ${done.filter(({ faults }) => faults.length === 0).length} of ${done.length} cases agree`);
  });
}
