/** Words for codes, Chinese first. A grade is a lead for a person to verify, never a finding. */
export const LEVEL_LABELS: Readonly<Record<string, string>> = {
  high: '高 high',
  medium: '中 medium',
  low: '低 low',
  none: '无 none',
  insufficient_data: '数据不足 insufficient data',
};

export const COLOR_LABELS: Readonly<Record<string, string>> = { red: '红 red', orange: '橙 orange', yellow: '黄 yellow', blue: '蓝 blue', none: '—' };

export const LANE_LABELS: Readonly<Record<string, string>> = {
  fast: '快速退税 fast',
  normal: '一般审核 normal',
  suspend: '建议暂停 suspend',
  condition_not_met: '条件不符 condition not met',
  amount_correction: '金额更正 amount correction',
};

/** How a claim is handled, and what keeps it out of the fast lane. */
export const CLAIM_MARKS: Readonly<Record<string, string>> = {
  large_amount: '大额 large amount',
  district_top: '本区县前列 among the largest of its district',
  city_review: '市级复核 city review',
  cautious_status: '状态审慎 cautious status',
  doubt: '存在疑点 doubts',
  firm_hit: '规则或比对疑点 rule or reconciliation doubt',
  rating: '信用级别 rating',
  age: '登记年限 age',
  earlier_claims: '以往退税次数 earlier claims',
  stable_supply: '稳定供应占比 stable supply',
  coverage: '数据覆盖 coverage',
  key_indicators: '关键指标未评估 key indicators not assessed',
};

/** A grade in words: "none" under thin data never reads as "no risk". */
export function gradeText(grade: { level: string; color: string; limited_data: boolean; assessed: number; applicable: number; coverage_weighted: number | null }): string {
  const level = grade.level === 'none' && grade.limited_data ? '有限数据下未发现 none found in limited data' : (LEVEL_LABELS[grade.level] ?? grade.level);
  const color = grade.color === 'none' ? '' : `（${COLOR_LABELS[grade.color] ?? grade.color}）`;
  const coverage = grade.coverage_weighted === null ? '' : `，加权 weighted ${grade.coverage_weighted.toFixed(2)}`;
  return `${level}${color}，已评估 assessed ${grade.assessed}/${grade.applicable}${coverage}`;
}
