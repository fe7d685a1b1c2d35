import { bothLanguages, type WordsByCode } from './words.ts';

// Words for codes, Chinese first. A grade is a lead for a person to verify, never a finding.

export const LEVEL_WORDS = {
  high: { zh: '高', en: 'high' },
  medium: { zh: '中', en: 'medium' },
  low: { zh: '低', en: 'low' },
  none: { zh: '无', en: 'none' },
  insufficient_data: { zh: '数据不足', en: 'insufficient data' },
} as const satisfies WordsByCode;

export const COLOR_WORDS = {
  red: { zh: '红', en: 'red' },
  orange: { zh: '橙', en: 'orange' },
  yellow: { zh: '黄', en: 'yellow' },
  blue: { zh: '蓝', en: 'blue' },
  none: { zh: '无', en: 'none' },
} as const satisfies WordsByCode;

/** What gave the colour. */
export const COLOR_RULE_WORDS = {
  score: { zh: '由得分确定', en: 'by the score' },
  red_trigger: { zh: '由红色触发情形确定', en: 'by a red trigger' },
  red_pair: { zh: '由两项独立的重大比对疑点确定', en: 'by two independent heavy reconciliation doubts' },
  material_suspend: { zh: '由重大暂停情形确定', en: 'by a material ground for suspension with a live claim' },
  suspend: { zh: '由暂停情形确定', en: 'by a ground for suspension' },
  voucher_watch: { zh: '由异常凭证提示确定', en: 'by a watch note on vouchers with an open claim' },
} as const satisfies WordsByCode;

export const LANE_WORDS = {
  fast: { zh: '快速退税', en: 'fast' },
  normal: { zh: '一般审核', en: 'normal' },
  suspend: { zh: '建议暂停', en: 'suspend' },
  condition_not_met: { zh: '条件不符', en: 'condition not met' },
  amount_correction: { zh: '金额更正', en: 'amount correction' },
} as const satisfies WordsByCode;

/** What a grade says beside its level. */
export const FLAG_WORDS = {
  ineligible: { zh: '条件不符', en: 'condition not met' },
  recompute: { zh: '金额更正', en: 'amount correction' },
  suspend: { zh: '存在暂停情形线索', en: 'ground for suspension' },
  cautious: { zh: '审慎办理', en: 'cautious' },
  service: { zh: '服务提醒', en: 'service' },
} as const satisfies WordsByCode;

/** How a claim is handled, and what keeps it out of the fast lane. */
export const CLAIM_MARK_WORDS = {
  large_amount: { zh: '大额', en: 'large amount' },
  district_top: { zh: '本区县前列', en: 'among the largest of its district' },
  city_review: { zh: '市级复核', en: 'city review' },
  cautious_status: { zh: '状态审慎', en: 'cautious status' },
  doubt: { zh: '存在疑点', en: 'doubts' },
  firm_hit: { zh: '规则或比对疑点', en: 'rule or reconciliation doubt' },
  rating: { zh: '信用级别', en: 'rating' },
  age: { zh: '登记年限', en: 'age' },
  earlier_claims: { zh: '以往退税次数', en: 'earlier claims' },
  stable_supply: { zh: '稳定供应占比', en: 'stable supply' },
  coverage: { zh: '数据覆盖', en: 'coverage' },
  key_indicators: { zh: '关键指标未评估', en: 'key indicators not assessed' },
} as const satisfies WordsByCode;

export type ClaimMark = keyof typeof CLAIM_MARK_WORDS;

export const LEVEL_LABELS = bothLanguages(LEVEL_WORDS);
export const LANE_LABELS = bothLanguages(LANE_WORDS);
/** In a table a claim or taxpayer without a colour shows a dash. */
export const COLOR_LABELS: Readonly<Record<string, string>> = { ...bothLanguages(COLOR_WORDS), none: '—' };
export const COLOR_RULE_LABELS = bothLanguages(COLOR_RULE_WORDS);
export const FLAG_LABELS = bothLanguages(FLAG_WORDS);
export const CLAIM_MARK_LABELS = bothLanguages(CLAIM_MARK_WORDS);
