import { word } from './words.ts';
import { POLICY_FOLDERS, type Catalogue, type Indicator } from './schema.ts';

const HEAD = `# 指标目录 · Catalogue of indicators

由 \`vatrisk indicator lock\` 按文件夹生成，请勿手改；单项说明见 \`vatrisk indicator show 编码\`。命中是须由税务人员核实的疑点，不是结论。
Generated from the folder by \`vatrisk indicator lock\`; not to be edited. One indicator as a page: \`vatrisk indicator show CODE\`. A hit is a doubt an officer must verify, never a finding.
`;

const WATCHES = [['企业范围', '政策适用'], ['信用评级', '成果运用'], ['发票链条', '进销数据'], ['经营情况', '申报缴纳'], ['内部管理', '权限责任'], ['异常疑点', '常态管控']] as const;

/** indicators/CATALOGUE.md: every indicator that is not retired by policy, then the coverage of 六紧盯六把好 and the correlation groups. */
export function cataloguePage(catalogue: Catalogue): string {
  const listed = catalogue.filter(({ status }) => status !== 'retired');
  const policies = Object.entries(POLICY_FOLDERS).flatMap(([policy, folder]) => policySection(listed.filter((one) => one.policy === policy), policy, folder));
  return [HEAD, `共 ${listed.length} 项 · ${listed.length} indicators`, ...policies, ...coverageSection(listed), ...groupSection(listed), ''].join('\n');
}

function policySection(members: Catalogue, policy: string, folder: string): string[] {
  if (members.length === 0) return [];
  return [
    '', `## ${word(policy, 'zh')} · ${word(policy, 'en')}（${members.length}）`, '',
    '| 编码 | 名称 | 问题 | 类别 | 层级 | 后果 | 权重 | 必需数据 |', '|---|---|---|---|---|---|---|---|',
    ...members.map((one) => row([
      `[${one.code}](${folder}/${one.code}-${one.slug}.yaml)`, `${one.name.zh}<br>${one.name.en}`, one.question.zh, word(one.family, 'zh'),
      distinct(hits(one).map(({ tier }) => tier)).join(' '), distinct(hits(one).map(({ effect }) => word(effect, 'zh'))).join('、'), String(one.weight), one.needs.join(' '),
    ])),
  ];
}

function coverageSection(catalogue: Catalogue): string[] {
  const codes = (watch: string, guard: string) => catalogue.filter(({ coverage }) => coverage.six_watch === watch || coverage.six_guard === guard).map(({ code }) => code);
  return ['', '## 六紧盯六把好 · Coverage', '', '| 六紧盯 / 六把好 | 指标 |', '|---|---|', ...WATCHES.map(([watch, guard]) => row([`${watch} / ${guard}`, codes(watch, guard).join(' ')]))];
}

function groupSection(catalogue: Catalogue): string[] {
  const groups = distinct(catalogue.flatMap(({ correlation_group: group }) => (group === null ? [] : [group]))).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const members = (group: string) => catalogue.filter((one) => one.correlation_group === group).map(({ code }) => code).join(' ');
  return ['', '## 相关组 · Correlation groups', '', '同组中得分最高的一项全额计分，其余按 40% 计。The strongest of a group counts in full, the others at 40 %.', '', '| 组 | 指标 |', '|---|---|', ...groups.map((group) => row([group, members(group)]))];
}

const hits = (one: Indicator) => one.branches.filter(({ outcome }) => outcome === 'hit');
const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();
const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
