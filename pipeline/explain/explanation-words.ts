import { COLOR_RULE_LABELS } from '../shared/grade-words.ts';
import { FAMILY_LABELS } from '../shared/indicator-words.ts';
import type { Bar, Explanation } from './read-explanation.ts';

/** What a bar is, Chinese first; `nameOf` gives the name of an indicator. */
export function barText({ kind, name }: Bar, nameOf: (code: string) => string): string {
  if (kind === 'hit') return `${name} ${nameOf(name)}`.trim();
  if (kind === 'damping') return `同组折减 ${name} damping in group`;
  if (kind === 'family_cap') return `类别封顶 ${FAMILY_LABELS[name] ?? name} cap`;
  return kind === 'score_cap' ? '得分上限100 cap of the score' : '取一位小数 rounding';
}

/** What gave the colour. */
export const colorRuleText = (rule: string): string => COLOR_RULE_LABELS[rule] ?? rule;

/** The counterfactual in a Chinese and an English sentence; none at the lowest level. */
export function counterfactualText({ counterfactual }: Pick<Explanation, 'counterfactual'>, levelText: (level: string) => string): readonly string[] {
  if (counterfactual === null) return [];
  const { without, to, score, is_fewest } = counterfactual;
  return [
    `排除${is_fewest ? '最少' : ''}${without.length}项疑点（${without.join('、')}）后，等级降为${levelText(to)}，得分${score.toFixed(1)}`,
    `without ${is_fewest ? 'at least ' : ''}${without.length} of the doubts (${without.join(', ')}) the level would be ${to}`,
  ];
}
