import { loadIndicators } from '../../indicators/loader/load.ts';
import type { WaterfallWords } from '../explain/draw-waterfall.ts';
import { barText, colorRuleText, counterfactualText } from '../explain/explanation-words.ts';
import type { Claim, Reason, TaxpayerPage } from '../explain/read-taxpayer.ts';
import { CLAIM_MARK_LABELS, COLOR_LABELS, FLAG_LABELS, gradeText, LANE_LABELS, LEVEL_LABELS } from './labels.ts';
import { paint, renderTable, yuan, type Terminal } from './terminal.ts';

const FLAGS = ['ineligible', 'recompute', 'suspend', 'cautious', 'service'] as const;

/** Words of a picture: names of the indicators, of levels and colours. */
export function waterfallWords(): WaterfallWords {
  const names = new Map(loadIndicators().map(({ code, name }) => [code, name.zh]));
  return { nameOf: (code) => names.get(code) ?? '', levelText: (level) => LEVEL_LABELS[level] ?? level, colorText: (color) => COLOR_LABELS[color] ?? color };
}

/** The page of one taxpayer for a person. */
export function renderTaxpayer(shown: TaxpayerPage, terminal: Pick<Terminal, 'color'>): string {
  const lanes = FLAGS.filter((flag) => shown[flag]).map((flag) => FLAG_LABELS[flag] ?? flag);
  const parts = [
    `${shown.taxpayer_id}  ${shown.taxpayer_name}`,
    `等级 level  ${paint(gradeText(shown), shown.color, terminal)}    得分 score  ${shown.score.toFixed(1)}    数据截至 as of ${shown.asOf}`,
    `涉及金额 amount at risk  ${yuan(shown.amount_at_risk)} 元`,
    ...(lanes.length > 0 ? [`提示 lanes  ${lanes.join('；')}`] : []),
    ...(shown.ring_ids.length > 0 ? [`团伙 rings  ${shown.ring_ids.join(', ')}`] : []),
    '',
    shown.reasons.length === 0 ? '未发现疑点 no doubts found' : `疑点（须由人员核实）doubts, for a person to verify:\n${renderReasons(shown.reasons)}`,
  ];
  if (shown.explanation !== null && shown.explanation.bars.length > 0) parts.push('', renderWaterfall(shown.explanation));
  if (shown.claims.length > 0) parts.push('', `退税申请 refund claims:\n${renderClaims(shown.claims)}`);
  if (shown.not_assessed.length > 0) {
    parts.push('', `未评估 not assessed: ${shown.not_assessed.map(({ code, reason_code }) => `${code} ${reason_code}`).join(', ')}`);
  }
  return parts.join('\n');
}

function renderWaterfall(explanation: NonNullable<TaxpayerPage['explanation']>): string {
  const words = waterfallWords();
  const signed = (points: number): string => `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
  const table = renderTable(explanation.bars, [
    { title: '得分构成 how the score comes about', value: (bar) => barText(bar, words.nameOf) },
    { title: '分 points', value: ({ points }) => signed(points), right: true },
    { title: '累计 total', value: ({ total }) => total.toFixed(2), right: true },
  ]);
  return [table, `颜色 color  ${colorRuleText(explanation.color_rule)}`, ...counterfactualText(explanation, words.levelText)].join('\n');
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
    { title: '预计不实 expected', value: (claim) => yuan(claim.expected_yuan), right: true },
    { title: '排序 queue', value: (claim) => (claim.queue_rank ?? '').toString(), right: true },
    { title: '说明 note', value: claimNote },
  ]);
}

/** The clauses that are not met, else how a large or cautious claim is handled, else what keeps it out of the fast lane. */
function claimNote(claim: Claim): string {
  if (claim.unmet_conditions.length > 0) return claim.unmet_conditions.map((code, at) => `${code} ${claim.unmet_clauses?.[at] ?? ''}`.trim()).join('；');
  const words = (marks: readonly string[] = []): string => marks.map((mark) => CLAIM_MARK_LABELS[mark] ?? mark).join('、');
  if ((claim.handling ?? []).length > 0) return words(claim.handling);
  return (claim.fast_lane_gaps ?? []).length > 0 ? `未入快速通道 not fast: ${words(claim.fast_lane_gaps)}` : '';
}
