import { CLAIM_MARK_LABELS, COLOR_LABELS, FLAG_LABELS, LANE_LABELS, LEVEL_LABELS } from '../shared/grade-words.ts';

export { CLAIM_MARK_LABELS, COLOR_LABELS, FLAG_LABELS, LANE_LABELS, LEVEL_LABELS };

/** A grade in words: "none" under thin data never reads as "no risk". */
export function gradeText(grade: { level: string; color: string; limited_data: boolean; assessed: number; applicable: number; coverage_weighted: number | null }): string {
  const level = grade.level === 'none' && grade.limited_data ? '有限数据下未发现 none found in limited data' : (LEVEL_LABELS[grade.level] ?? grade.level);
  const color = grade.color === 'none' ? '' : `（${COLOR_LABELS[grade.color] ?? grade.color}）`;
  const coverage = grade.coverage_weighted === null ? '' : `，加权 weighted ${grade.coverage_weighted.toFixed(2)}`;
  return `${level}${color}，已评估 assessed ${grade.assessed}/${grade.applicable}${coverage}`;
}
