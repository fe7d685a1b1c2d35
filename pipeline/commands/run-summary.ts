import type { Journal } from '../run/journal.ts';
import { kindsText } from '../ring-picture/ring-words.ts';
import type { DriftRow } from '../../models/drift/run-drift.ts';
import { openSnapshot, type DriftView } from '../snapshot/open-snapshot.ts';
import type { IngestSummary } from '../ingest/summary.ts';
import { renderAccounts } from './check.ts';
import { readDrift, renderDrift } from './drift-summary.ts';
import { COLOR_LABELS, LANE_LABELS, LEVEL_LABELS } from './labels.ts';
import { paint, renderTable, yuan, type Terminal } from './terminal.ts';

interface LevelRow {
  readonly level: string;
  readonly color: string;
  readonly taxpayers: number;
  readonly amount_at_risk: number;
}

interface TopRow {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string;
  readonly level: string;
  readonly color: string;
  readonly score: number;
  readonly top_reasons: readonly string[];
}

interface LaneRow {
  readonly lane: string;
  readonly claims: number;
  readonly claimed: number;
}

interface RingRow {
  readonly ring_id: string;
  readonly kinds: readonly string[];
  readonly score: number;
  readonly members: number;
  readonly amount: number;
  readonly claims_amount: number;
}

export interface RunSummary {
  readonly run_id: string;
  readonly published: boolean;
  readonly as_of: string | null;
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  /** What became of every delivered row, in all and per file; null before the load step. */
  readonly rows: IngestSummary['totals'] | null;
  readonly files: IngestSummary['files'];
  readonly levels: readonly LevelRow[];
  readonly lanes: readonly LaneRow[];
  readonly top: readonly TopRow[];
  /** Highest scores first, twenty at most; ring_count tells how many there are. */
  readonly rings: readonly RingRow[];
  readonly ring_count: number;
  /** Against the snapshot that was published before, with the largest changes; null when nothing was published. */
  readonly drift: (DriftView & { readonly largest: readonly DriftRow[] }) | null;
}

/** Rings that fit a screen. */
const MOST_RINGS = 20;

/** What a run did, from its journal and, when it published, from its snapshot. */
export async function summariseRun(outDirectory: string, journal: Journal): Promise<RunSummary> {
  const { runId } = journal.request;
  const steps = journal.steps.map(({ name, seconds }) => ({ name, seconds }));
  const published = steps.some(({ name }) => name === 'publish');
  const loaded = journal.steps.find(({ name }) => name === 'load')?.facts;
  const { totals: rows, files } = (loaded ?? { totals: null, files: [] }) as { totals: RunSummary['rows']; files: RunSummary['files'] };
  if (!published) return { run_id: runId, published, as_of: null, steps, rows, files, levels: [], lanes: [], top: [], rings: [], ring_count: 0, drift: null };
  const snapshot = await openSnapshot(outDirectory, runId);
  try {
    const levels = await snapshot.engine.rows<LevelRow>(
      `select level, color, count(*) as taxpayers, sum(amount_at_risk) as amount_at_risk from taxpayer_grades group by level, color
       order by case level when 'high' then 1 when 'medium' then 2 when 'low' then 3 when 'none' then 4 else 5 end asc nulls last, color desc nulls last`,
    );
    const top = await snapshot.engine.rows<TopRow>(
      `select taxpayer_id, taxpayer_name, level, color, score, top_reasons from taxpayer_grades where level in ('high', 'medium')
       order by case color when 'red' then 1 when 'orange' then 2 else 3 end asc nulls last, score desc nulls last, taxpayer_id asc nulls last limit 20`,
    );
    const hasClaims = snapshot.manifest.outputs.some(({ file }) => file === 'claim_grades.parquet');
    const lanes = hasClaims
      ? await snapshot.engine.rows<LaneRow>(
          'select lane, count(*) as claims, sum(claimed) as claimed from claim_grades where lane is not null group by lane order by lane asc nulls last',
        )
      : [];
    const rings = await snapshot.engine.rows<RingRow>(
      'select ring_id, kinds, score, members, amount, claims_amount from rings order by score desc nulls last, ring_id asc nulls last',
    );
    const found = { rings: rings.slice(0, MOST_RINGS), ring_count: rings.length };
    return { run_id: runId, published, as_of: snapshot.manifest.as_of, steps, rows, files, levels, lanes, top, ...found, drift: await readDrift(snapshot) };
  } finally {
    await snapshot.close();
  }
}

/** The summary as tables for a person. */
export function renderSummary(summary: RunSummary, terminal: Pick<Terminal, 'color'>): string {
  if (!summary.published) return `run ${summary.run_id}: ${summary.steps.map(({ name }) => name).join(', ')} done; nothing published`;
  const sections = [
    ...(summary.rows === null ? [] : [renderAccounts({ totals: summary.rows, files: summary.files })]),
    `运行 run ${summary.run_id}    数据截至 as of ${summary.as_of ?? ''}`,
    `等级 grades\n${renderTable(summary.levels, [
      { title: '等级 level', value: ({ level }) => LEVEL_LABELS[level] ?? level },
      { title: '颜色 colour', value: ({ color }) => COLOR_LABELS[color] ?? color },
      { title: '户数 taxpayers', value: ({ taxpayers }) => String(taxpayers), right: true },
      { title: '涉及金额 yuan', value: ({ amount_at_risk }) => yuan(amount_at_risk), right: true },
    ])}`,
  ];
  if (summary.lanes.length > 0) {
    sections.push(`退税申请 refund claims\n${renderTable(summary.lanes, [
      { title: '通道 lane', value: ({ lane }) => LANE_LABELS[lane] ?? lane },
      { title: '件数 claims', value: ({ claims }) => String(claims), right: true },
      { title: '申请额 claimed', value: ({ claimed }) => yuan(claimed), right: true },
    ])}`);
  }
  sections.push(`疑点纳税人（须由人员核实）taxpayers with doubts, for a person to verify\n${renderTop(summary.top, terminal)}`);
  if (summary.drift !== null) sections.push(...renderDrift(summary.drift));
  if (summary.ring_count > 0) sections.push(`团伙线索（须由人员核实）rings, leads for a person to verify: ${summary.ring_count}\n${renderRings(summary.rings)}`);
  return sections.join('\n\n');
}

function renderTop(rows: readonly TopRow[], terminal: Pick<Terminal, 'color'>): string {
  const table = renderTable(rows, [
    { title: '纳税人识别号 taxpayer', value: ({ taxpayer_id }) => taxpayer_id },
    { title: '名称 name', value: ({ taxpayer_name }) => taxpayer_name },
    { title: '等级 level', value: ({ level }) => LEVEL_LABELS[level] ?? level },
    { title: '颜色 colour', value: ({ color }) => COLOR_LABELS[color] ?? color },
    { title: '得分 score', value: ({ score }) => score.toFixed(1), right: true },
    { title: '指标 indicators', value: ({ top_reasons }) => top_reasons.join(' ') },
  ]);
  const [head = '', rule = '', ...body] = table.split('\n');
  return [head, rule, ...body.map((line, at) => paint(line, rows[at]?.color ?? '', terminal))].join('\n');
}

function renderRings(rows: readonly RingRow[]): string {
  return renderTable(rows, [
    { title: '团伙 ring', value: ({ ring_id }) => ring_id },
    { title: '得分 score', value: ({ score }) => score.toFixed(2), right: true },
    { title: '户数 members', value: ({ members }) => String(members), right: true },
    { title: '涉及金额 yuan', value: ({ amount }) => yuan(amount), right: true },
    { title: '申请退税 claims', value: ({ claims_amount }) => yuan(claims_amount), right: true },
    { title: '类型 kinds', value: ({ kinds }) => `${kindsText(kinds.slice(0, 1))}${kinds.length > 1 ? ` +${kinds.length - 1}` : ''}` },
  ]);
}
