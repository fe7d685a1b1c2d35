import type { Command } from 'commander';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openSnapshot, type Snapshot } from '../snapshot/open-snapshot.ts';
import { gradeText, LANE_LABELS } from './labels.ts';
import { openTerminal, paint, renderTable, yuan, type Terminal } from './terminal.ts';

interface Grade {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string;
  readonly level: string;
  readonly color: string;
  readonly score: number;
  readonly points: number;
  readonly assessed: number;
  readonly applicable: number;
  readonly coverage_weighted: number | null;
  readonly limited_data: boolean;
  readonly ineligible: boolean;
  readonly recompute: boolean;
  readonly suspend: boolean;
  readonly cautious: boolean;
  readonly service: boolean;
  readonly amount_at_risk: number;
  readonly ring_ids: readonly string[];
}

interface Reason {
  readonly code: string;
  readonly subject: string;
  readonly outcome: string;
  readonly branch: string;
  readonly points: number;
  readonly amount: number | null;
  readonly reason: string;
  readonly reason_en: string;
}

interface Claim {
  readonly application_id: string;
  readonly period: string;
  readonly lane: string | null;
  readonly claimed: number;
  readonly recomputed: number | null;
  readonly unmet_conditions: readonly string[];
}

interface NotAssessed {
  readonly code: string;
  readonly reason_code: string;
}

/** `vatrisk show`: one taxpayer's grade with its reasons, from the current snapshot. */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description('一户纳税人的等级与理由 / one taxpayer: grade, reasons, claims, data gaps')
    .argument('<taxpayer_id>', '纳税人识别号 / taxpayer id')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk show 91530100MA6K000013 --out out\n  vatrisk show 91530100MA6K000013 --out out --json | jq .level')
    .action(async (taxpayerId: string, options: { out: string; json?: boolean }, command: Command) => {
      const terminal = openTerminal({ json: options.json, color: command.optsWithGlobals<{ color?: boolean }>().color });
      const snapshot = await openSnapshot(options.out);
      try {
        const shown = await readTaxpayer(snapshot, taxpayerId.toUpperCase());
        terminal.result(shown, () => renderTaxpayer(shown, terminal));
      } finally {
        await snapshot.close();
      }
    });
}

/** Everything a snapshot says of one taxpayer. Throws TAXPAYER_UNKNOWN when it does not know the id. */
export async function readTaxpayer(snapshot: Snapshot, taxpayerId: string) {
  const id = sqlText(taxpayerId);
  const [grade] = await snapshot.engine.rows<Grade>(`select * from taxpayer_grades where taxpayer_id = ${id}`);
  if (grade === undefined) {
    throw new VatRiskError('TAXPAYER_UNKNOWN', `The current snapshot (${snapshot.runId}) has no such taxpayer; check the id, or whether it was in the delivery.`);
  }
  const reasons = await snapshot.engine.rows<Reason>(
    `select code, subject, outcome, branch, points, amount, value, threshold, reason, reason_en, is_primary, peer_group, peer_count, peer_percentile
     from indicator_results where taxpayer_id = ${id} and not supervision order by points desc nulls last, code asc nulls last, subject asc nulls last`,
  );
  const hasClaims = snapshot.manifest.outputs.some(({ file }) => file === 'claim_grades.parquet');
  const claims = hasClaims
    ? await snapshot.engine.rows<Claim>(`select * from claim_grades where taxpayer_id = ${id} order by period desc nulls last, application_id asc nulls last`)
    : [];
  return { asOf: snapshot.manifest.as_of, snapshotId: snapshot.runId, ...grade, reasons, claims, not_assessed: await readGaps(snapshot, id) };
}

async function readGaps(snapshot: Snapshot, id: string): Promise<NotAssessed[]> {
  const states = snapshot.manifest.states;
  const [matrix] = await snapshot.engine.rows<Record<string, number | null>>(`select * exclude (taxpayer_id) from indicator_matrix where taxpayer_id = ${id}`);
  return Object.entries(matrix ?? {}).flatMap(([column, state]) => {
    const meaning = column.endsWith('_state') && state !== null ? states[String(state)] : undefined;
    if (meaning?.outcome !== 'not_assessed') return [];
    return [{ code: column.slice(0, -'_state'.length).replaceAll('_', '-'), reason_code: meaning.reason_code }];
  });
}

/** The page of one taxpayer for a person. */
export function renderTaxpayer(shown: Awaited<ReturnType<typeof readTaxpayer>>, terminal: Pick<Terminal, 'color'>): string {
  const lanes = [
    shown.ineligible ? '条件不符 condition not met' : '',
    shown.recompute ? '金额更正 amount correction' : '',
    shown.suspend ? '存在暂停情形线索 ground for suspension' : '',
    shown.cautious ? '审慎办理 cautious' : '',
    shown.service ? '服务提醒 service' : '',
  ].filter((text) => text !== '');
  const parts = [
    `${shown.taxpayer_id}  ${shown.taxpayer_name}`,
    `等级 level  ${paint(gradeText(shown), shown.color, terminal)}    得分 score  ${shown.score.toFixed(1)}    数据截至 as of ${shown.asOf}`,
    `涉及金额 amount at risk  ${yuan(shown.amount_at_risk)} 元`,
    ...(lanes.length > 0 ? [`提示 lanes  ${lanes.join('；')}`] : []),
    ...(shown.ring_ids.length > 0 ? [`团伙 rings  ${shown.ring_ids.join(', ')}`] : []),
    '',
    shown.reasons.length === 0 ? '未发现疑点 no doubts found' : `疑点（须由人员核实）doubts, for a person to verify:\n${renderReasons(shown.reasons)}`,
  ];
  if (shown.claims.length > 0) parts.push('', `退税申请 refund claims:\n${renderClaims(shown.claims)}`);
  if (shown.not_assessed.length > 0) {
    parts.push('', `未评估 not assessed: ${shown.not_assessed.map(({ code, reason_code }) => `${code} ${reason_code}`).join(', ')}`);
  }
  return parts.join('\n');
}

function renderReasons(reasons: readonly Reason[]): string {
  return renderTable(
    reasons,
    [
      { title: '指标 code', value: ({ code }) => code },
      { title: '分 points', value: ({ points }) => points.toFixed(2), right: true },
      { title: '金额 yuan', value: ({ amount }) => yuan(amount), right: true },
      { title: '理由 reason', value: ({ reason }) => reason },
    ],
    150,
  );
}

function renderClaims(claims: readonly Claim[]): string {
  return renderTable(claims, [
    { title: '申请 application', value: (claim) => claim.application_id },
    { title: '所属期 period', value: (claim) => claim.period },
    { title: '通道 lane', value: (claim) => (claim.lane === null ? '' : (LANE_LABELS[claim.lane] ?? claim.lane)) },
    { title: '申请额 claimed', value: (claim) => yuan(claim.claimed), right: true },
    { title: '重算额 recomputed', value: (claim) => yuan(claim.recomputed), right: true },
    { title: '不符条件 unmet', value: (claim) => claim.unmet_conditions.join(', ') },
  ]);
}
