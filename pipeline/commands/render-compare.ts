import type { Cause, ClaimMigration, Comparison, Migration, Moved, PlaceMigration } from '../../models/compare/comparison.ts';
import { COLOR_LABELS, LANE_LABELS, LEVEL_LABELS } from './labels.ts';
import { renderTable, yuan, type TableColumn } from './terminal.ts';

const CAUSE_LABELS: Readonly<Record<Cause, string>> = {
  data: '数据变化 data',
  threshold: '阈值或评分规则 threshold',
  peers: '同行基准 peers',
  code: '指标或程序 code',
  delivery: '新增或退出 delivery',
};
const SIDE_LABELS: Readonly<Record<string, string>> = { absent: '不在名单 absent', not_tested: '不在审核 not tested' };
/** Moves of regions and industries, and indicators of one taxpayer, that fit a screen. */
const MOST_PLACES = 20;
const MOST_INDICATORS = 3;

/** A comparison as tables for a person. A moved grade is a lead to look at, never a finding. */
export function renderComparison(compared: Comparison): string {
  const { former, latter } = compared;
  const sections = [
    `前 former ${former.run_id}（截至 as of ${former.as_of}）    后 latter ${latter.run_id}（截至 as of ${latter.as_of}）\n${renderPossible(compared)}`,
    `等级迁移 levels（行为前、列为后，户数 rows former, columns latter, taxpayers）\n${renderMatrix(compared.levels, LEVEL_LABELS, ({ taxpayers }) => taxpayers)}`,
    `等级迁移金额 levels by yuan at risk\n${renderMigrations(compared.levels, LEVEL_LABELS)}`,
    `颜色迁移 colours\n${renderMatrix(compared.colors, COLOR_LABELS, ({ taxpayers }) => taxpayers)}`,
  ];
  if (compared.lanes.length > 0) sections.push(`退税申请通道 claims by lane\n${renderClaims(compared.lanes, LANE_LABELS)}`, `退税申请等级 claims by level\n${renderClaims(compared.claim_levels, LEVEL_LABELS)}`);
  for (const [title, rows] of [['地区 regions', compared.regions], ['行业 industries', compared.industries]] as const) {
    const moved = rows.filter((row) => row.former !== row.latter);
    if (moved.length > 0) sections.push(`${title}：变动最多的 ${Math.min(MOST_PLACES, moved.length)} 项 largest moves\n${renderPlaces(moved)}`);
  }
  if (compared.moved_total === 0) return [...sections, '没有变动户 no taxpayer moved'].join('\n\n');
  sections.push(`变动原因 causes（共 in all ${compared.moved_total} 户 taxpayers）\n${renderCauses(compared)}`);
  sections.push(`变动户（列出 ${compared.moved.length}）taxpayers that moved, for a person to look at\n${renderMoved(compared.moved)}`);
  return sections.join('\n\n');
}

function renderPossible({ possible }: Comparison): string {
  const say = (holds: boolean) => (holds ? '有变化 differs' : '相同 same');
  const codes = (list: readonly string[]) => (list.length === 0 ? '相同 same' : list.length > 8 ? `${list.length} 项指标 indicators` : list.join(' '));
  return `数据 data ${say(possible.data)}；评分规则 rules ${say(possible.rules)}；参数 parameters ${codes(possible.parameters)}；权重 weights ${codes(possible.weights)}；指标或程序 code ${codes(possible.code)}`;
}

/** Former in rows, latter in columns; only values that occur. */
function renderMatrix<T extends { former: string; latter: string }>(rows: readonly T[], labels: Readonly<Record<string, string>>, count: (row: T) => number): string {
  const order = [...Object.keys(labels), ...Object.keys(SIDE_LABELS)];
  const known = order.filter((value) => rows.some(({ former, latter }) => former === value || latter === value));
  const at = (former: string, latter: string) => rows.filter((row) => row.former === former && row.latter === latter).reduce((sum, row) => sum + count(row), 0);
  const columns: TableColumn<string>[] = known.map((latter) => ({ title: labelOf(latter, labels), value: (former) => String(at(former, latter)), right: true }));
  return renderTable(known, [{ title: '前\\后', value: (value) => labelOf(value, labels) }, ...columns]);
}

function renderMigrations(rows: readonly Migration[], labels: Readonly<Record<string, string>>): string {
  return renderTable(rows, [...sides<Migration>(labels), ...amounts]);
}

const amounts: TableColumn<Migration>[] = [
  { title: '户数 taxpayers', value: ({ taxpayers }) => String(taxpayers), right: true },
  { title: '前涉及金额 former yuan', value: ({ former_amount_yuan }) => yuan(former_amount_yuan), right: true },
  { title: '后涉及金额 latter yuan', value: ({ latter_amount_yuan }) => yuan(latter_amount_yuan), right: true },
];

function renderPlaces(rows: readonly PlaceMigration[]): string {
  const largest = [...rows].sort((a, b) => b.taxpayers - a.taxpayers || (a.place < b.place ? -1 : 1)).slice(0, MOST_PLACES);
  return renderTable(largest, [{ title: '代码 code', value: ({ place }) => (place === '' ? '—' : place) }, ...sides<PlaceMigration>(LEVEL_LABELS), ...amounts]);
}

function renderClaims(rows: readonly ClaimMigration[], labels: Readonly<Record<string, string>>): string {
  return renderTable(rows, [
    ...sides<ClaimMigration>(labels),
    { title: '件数 claims', value: ({ claims }) => String(claims), right: true },
    { title: '前申请额 former claimed', value: ({ former_claimed_yuan }) => yuan(former_claimed_yuan), right: true },
    { title: '后申请额 latter claimed', value: ({ latter_claimed_yuan }) => yuan(latter_claimed_yuan), right: true },
  ]);
}

function renderCauses({ causes }: Comparison): string {
  return renderTable(causes, [
    { title: '主要原因 cause', value: ({ cause }) => CAUSE_LABELS[cause] },
    { title: '户数 taxpayers', value: ({ taxpayers }) => String(taxpayers), right: true },
    { title: '可确定 certain', value: ({ certain }) => String(certain), right: true },
    { title: '后涉及金额 latter yuan', value: ({ latter_amount_yuan }) => yuan(latter_amount_yuan), right: true },
  ]);
}

function renderMoved(rows: readonly Moved[]): string {
  return renderTable(
    rows,
    [
      { title: '纳税人识别号 taxpayer', value: ({ taxpayer_id }) => taxpayer_id },
      { title: '名称 name', value: ({ taxpayer_name }) => taxpayer_name ?? '' },
      { title: '前 former', value: ({ former_level, former_color }) => gradeOf(former_level, former_color) },
      { title: '后 latter', value: ({ latter_level, latter_color }) => gradeOf(latter_level, latter_color) },
      { title: '得分 score', value: ({ former_score, latter_score }) => `${scoreText(former_score)}→${scoreText(latter_score)}`, right: true },
      { title: '原因 cause', value: causeText },
      { title: '指标 indicators', value: indicatorText },
    ],
    70,
  );
}

/** One word where the cause is certain, else every cause that cannot be ruled out. */
function causeText({ cause, causes, is_certain }: Moved): string {
  const others = causes.filter((one) => one !== cause);
  if (others.length === 0) return is_certain ? CAUSE_LABELS[cause] : `${CAUSE_LABELS[cause]} ?`;
  return `${CAUSE_LABELS[cause]} ${is_certain ? '+' : '? 或 or'} ${others.join(', ')}`;
}

function indicatorText({ indicators }: Moved): string {
  const own = indicators.filter(({ is_carried }) => !is_carried);
  const shown = own.slice(0, MOST_INDICATORS).map(({ code, former_points, latter_points }) => `${code} ${former_points.toFixed(1)}→${latter_points.toFixed(1)}`);
  return own.length > shown.length ? `${shown.join(', ')} +${own.length - shown.length}` : shown.join(', ');
}

function sides<T extends { former: string; latter: string }>(labels: Readonly<Record<string, string>>): TableColumn<T>[] {
  return [
    { title: '前 former', value: ({ former }) => labelOf(former, labels) },
    { title: '后 latter', value: ({ latter }) => labelOf(latter, labels) },
  ];
}

function gradeOf(level: string, color: string): string {
  return color === 'none' || color === 'absent' ? labelOf(level, LEVEL_LABELS) : `${labelOf(level, LEVEL_LABELS)} ${labelOf(color, COLOR_LABELS)}`;
}

function labelOf(value: string, labels: Readonly<Record<string, string>>): string {
  return labels[value] ?? SIDE_LABELS[value] ?? value;
}

function scoreText(score: number | null): string {
  return score === null ? '—' : score.toFixed(1);
}
