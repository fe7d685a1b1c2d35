import { compiled } from './compiled.ts';
import { parameterInForce } from './parameters.ts';
import type { Language } from './reason-text.ts';
import type { Indicator, Overrides } from './schema.ts';
import { word } from './words.ts';

const TITLES = {
  zh: {
    question: '问题', facts: '基本信息', needs: '必需数据', sharpens: '细化数据', value: '指标值', parameters: '生效参数', branches: '判断分支', peers: '同行比较',
    investigate: '如何核查', innocent: '正常情形', legal: '依据', evidence: '证据列', order: '顺序', sql: '计算 SQL', evidenceSql: '证据 SQL', version: '版本', group: '相关组', weight: '权重', none: '无', notInForce: '未生效', supporting: '仅作佐证，须有下列类别的其他指标命中才计分', configured: '（配置）',
  },
  en: {
    question: 'Question', facts: 'Facts', needs: 'Needs', sharpens: 'Sharpened by', value: 'Value', parameters: 'Parameters in force', branches: 'Branches', peers: 'Peers',
    investigate: 'How to investigate', innocent: 'Innocent explanations', legal: 'Legal basis', evidence: 'Evidence columns', order: 'Order', sql: 'SQL', evidenceSql: 'Evidence SQL', version: 'version', group: 'group', weight: 'weight', none: 'none', notInForce: 'not in force', supporting: 'Supporting only, scores beside another hit of', configured: ' (configured)',
  },
} as const;

/** One indicator as a page of text in one language, with the parameters in force on a day (ISO) and the SQL as it runs. */
export function showIndicator(indicator: Indicator, options: { readonly language: Language; readonly on: string; readonly overrides?: Overrides }): string {
  const { language, on } = options;
  const title = TITLES[language];
  const list = (items: readonly string[]): string => (items.length === 0 ? title.none : items.join(', '));
  const section = (name: string, lines: readonly string[]): string[] => ['', `## ${name}`, ...(lines.length === 0 ? [title.none] : lines)];
  const { policy, family, correlation_group: group, weight, grain, applies_to: applies, status, version, points_only_with: supported } = indicator;
  return [
    `# ${indicator.code} ${indicator.name[language]}`,
    ...section(title.question, [indicator.question[language]]),
    ...section(title.facts, [
      [`${title.version} ${version}`, ...[status, policy, family].map((code) => word(code, language)), `${title.group} ${group ?? '–'}`, `${title.weight} ${weight}`,
        ...[grain, applies].map((code) => word(code, language))].join(' · '),
      ...(supported === undefined ? [] : [`${title.supporting}: ${list(supported.map((code) => word(code, language)))}`]),
      `${indicator.coverage.six_watch} / ${indicator.coverage.six_guard}`,
      `${title.needs}: ${list(indicator.needs)}`,
      `${title.sharpens}: ${list(indicator.sharpens)}`,
      `${title.value}: ${indicator.value.meaning[language]} [${word(indicator.value.unit, language)}]`,
    ]),
    ...section(`${title.parameters} ${on}`, parameterLines(indicator, options)),
    ...section(title.branches, branchLines(indicator, language)),
    ...section(title.peers, (indicator.peers ?? []).map((peer) => `${peer.measure}: ${peer.column}, ${peer.percentiles.map((p) => `P${p}`).join(' ')}`)),
    ...section(title.investigate, bullets(indicator.investigate[language])),
    ...section(title.innocent, bullets(indicator.innocent[language])),
    ...section(title.legal, bullets([...indicator.legal_basis, indicator.source])),
    ...section(title.evidence, [
      ...Object.entries(indicator.evidence.columns).map(([name, words]) => `${name}: ${words[language]}`),
      `${title.order}: ${indicator.evidence.order[language]}`,
    ]),
    ...section(title.sql, [compiled(indicator.sql)]),
    ...section(title.evidenceSql, [compiled(indicator.evidenceSql)]),
    '',
  ].join('\n');
}

function parameterLines(indicator: Indicator, { language, on, overrides }: { readonly language: Language; readonly on: string; readonly overrides?: Overrides }): string[] {
  const title = TITLES[language];
  return Object.entries(indicator.parameters ?? {}).map(([name, parameter]) => {
    const { value, source, calibration, overridden } = parameterInForce(parameter, on, overrides?.[indicator.code]?.[name]);
    const origin = overridden ? title.configured : ` (${source ?? calibration ?? '–'})`;
    return `${name} = ${String(value ?? title.notInForce)} ${word(parameter.unit, language)} · ${word(parameter.tier, language)} · ${parameter.meaning[language]}${origin}`;
  });
}

function branchLines(indicator: Indicator, language: Language): string[] {
  return indicator.branches.flatMap((branch) => [`${branch.name}: ${[branch.outcome, branch.tier, branch.effect].map((code) => word(code, language)).join(' · ')} · ${branch.when}`, `  ${branch.reason[language]}`]);
}

function bullets(items: readonly string[]): string[] {
  return items.map((item) => `- ${item}`);
}
