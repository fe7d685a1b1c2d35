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

/** A grade in words: "none" under thin data never reads as "no risk". */
export function gradeText(grade: { level: string; color: string; limited_data: boolean; assessed: number; applicable: number; coverage_weighted: number | null }): string {
  const level = grade.level === 'none' && grade.limited_data ? '有限数据下未发现 none found in limited data' : (LEVEL_LABELS[grade.level] ?? grade.level);
  const color = grade.color === 'none' ? '' : `（${COLOR_LABELS[grade.color] ?? grade.color}）`;
  const coverage = grade.coverage_weighted === null ? '' : `，加权 weighted ${grade.coverage_weighted.toFixed(2)}`;
  return `${level}${color}，已评估 assessed ${grade.assessed}/${grade.applicable}${coverage}`;
}
