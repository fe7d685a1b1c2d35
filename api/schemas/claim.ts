import { Type } from 'typebox';
import { closed, Color, Lane, Level, Money, orNull, stamp } from './common.ts';

const number = orNull(Type.Number());
const text = orNull(Type.String());
const flag = orNull(Type.Boolean());
const texts = Type.Array(Type.String());

/** Columns of a claim, named as in claim_grades, with the name and district of its taxpayer. */
export const claimColumns = {
  application_id: Type.String(), taxpayer_id: Type.String(), taxpayer_name: text, district_code: text, industry_code: text, period: text,
  level: orNull(Level), color: orNull(Color), lane: orNull(Lane), claimed: orNull(Money), recomputed: orNull(Money), amount_at_risk: orNull(Money),
  unmet_conditions: texts, hits: texts, score: number, is_under_test: flag, is_large_refund: flag, is_city_review: flag, is_open_claim: flag, color_rule: text, handled_as: text,
  handling: texts, expected_yuan: orNull(Money), queue_rank: number, unmet_clauses: texts, fast_lane_gaps: texts,
  claimed_credit_yuan: orNull(Money), recomputed_credit_yuan: orNull(Money), claimed_ratio: number, recomputed_ratio: number, correction_yuan: orNull(Money),
};

/** Answer of GET /claims/{applicationId}. */
export const ClaimDetail = closed({
  ...stamp, ...claimColumns,
  reasons: Type.Array(closed({
    code: Type.String(), subject: Type.String(), outcome: Type.String(), branch: text, value: number, threshold: number, points: number, amount: orNull(Money), peer_group: text, peer_count: number,
    peer_percentile: number, reason: Type.String(), reason_en: text, tier: text, ineligible: flag, recompute: flag, suspend: flag,
  })),
  bars: Type.Array(closed({ kind: Type.String(), name: text, points: Type.String({ description: '得分构成，合计为得分 bars that add up to the score' }) })),
});
