import { Type } from 'typebox';
import { closed, Color, Lane, Level, Money, orNull, stamp } from './common.ts';

const texts = Type.Array(Type.String());
const number = orNull(Type.Number());
const text = orNull(Type.String());

/** Columns of a grade, named as in taxpayer_grades. */
export const gradeColumns = {
  taxpayer_id: Type.String(),
  taxpayer_name: Type.String({ description: '纳税人名称，默认脱敏 masked unless asked otherwise' }),
  district_code: text,
  industry_code: text,
  size_band: text,
  level: Level,
  color: Color,
  color_rule: text,
  peer_group: text,
  score: Type.Number({ description: '得分 0–100' }),
  points: Type.Number(),
  hits: Type.Integer(),
  assessed: Type.Integer({ description: '已评估指标数 indicators assessed, of those applicable' }),
  applicable: Type.Integer(),
  coverage: number,
  coverage_weighted: number,
  ring_exposure: number,
  limited_data: Type.Boolean(),
  ineligible: Type.Boolean(),
  recompute: Type.Boolean(),
  suspend: Type.Boolean(),
  cautious: Type.Boolean(),
  service: Type.Boolean(),
  amount_at_risk: Money,
  ring_ids: texts,
  top_reasons: texts,
};

const reason = closed({
  code: Type.String(), subject: Type.String(), outcome: Type.String(), branch: text, value: number, threshold: number, points: number, amount: orNull(Money),
  peer_group: text, peer_count: number, peer_percentile: number, reason: Type.String(), reason_en: text,
});

const claim = closed({
  application_id: Type.String(), period: text, lane: orNull(Lane), level: orNull(Level), color: orNull(Color), claimed: orNull(Money), recomputed: orNull(Money),
  amount_at_risk: orNull(Money), unmet_conditions: texts, unmet_clauses: texts, is_open_claim: orNull(Type.Boolean()), queue_rank: number,
});

/** Answer of GET /taxpayers/{id}/risk. */
export const Risk = closed({
  ...stamp, ...gradeColumns,
  masked: Type.Boolean(),
  reasons: Type.Array(reason, { description: '疑点与关注，按得分 hits and watch notes, strongest first' }),
  lanes: Type.Array(Lane, { description: '退税申请的办理通道 lanes of its claims' }),
  claims: Type.Array(claim),
  not_assessed: Type.Record(Type.String(), texts, { description: '未能评估的指标，按原因 indicators not assessed, by reason' }),
}, '等级、通道、理由与覆盖 grade, lanes, reasons and coverage');

/** Query of GET /taxpayers/{id}/indicators. */
export const OutcomeQuery = closed({ outcome: Type.Optional(Type.Enum(['hit', 'clear', 'not_applicable', 'not_assessed'])) });

const result = closed({
  code: Type.String(), subject: Type.String(), is_primary: Type.Boolean(), outcome: Type.String(), value: number, threshold: number, branch: text, intensity: number, raw_points: number, points: number,
  peer_group: text, peer_count: number, peer_percentile: number, reason: Type.String(), reason_en: text, amount: orNull(Money), tier: text, family: text,
  ineligible: orNull(Type.Boolean()), recompute: orNull(Type.Boolean()), suspend: orNull(Type.Boolean()), service: orNull(Type.Boolean()), parameter_version: text,
});

/** Answer of GET /taxpayers/{id}/indicators. */
export const IndicatorResults = closed({
  ...stamp, taxpayer_id: Type.String(),
  indicators: Type.Array(closed({
    code: Type.String(), outcome: Type.String(), reason_code: Type.String({ description: '不适用或未评估的原因 why it does not apply or was not assessed' }), value: number,
    results: Type.Array(result, { description: '疑点与关注，按申请 hits and watch notes, one per claim' }),
  })),
});

/** Answer of GET /taxpayers/{id}/indicators/{code}/evidence. */
export const Evidence = closed({
  ...stamp, taxpayer_id: Type.String(), code: Type.String(),
  order: closed({ zh: Type.String(), en: Type.String() }),
  columns: Type.Array(closed({ name: Type.String(), title: closed({ zh: Type.String(), en: Type.String() }) })),
  rows: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: '每个申请至多200行 at most 200 rows per claim' }),
  outside: Type.Integer({ description: '因超出授权范围而隐去的名称与识别号数 identifiers withheld because they lie outside the regions' }),
  sql: Type.String({ description: '取得这些行的查询 the query that returned them' }),
});
