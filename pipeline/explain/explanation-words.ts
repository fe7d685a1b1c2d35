import type { Bar, Explanation } from './read-explanation.ts';

const FAMILY_WORDS: Readonly<Record<string, string>> = {
  eligibility: '资格 eligibility', inflated_input: '虚增进项 inflated input', hidden_sales: '隐匿销项 hidden sales', false_declaration: '虚假申报 false declaration',
  false_invoicing: '虚开 false invoicing', ring: '团伙 ring', administration: '内部管理 administration',
};

const RULE_WORDS: Readonly<Record<string, string>> = {
  score: '由得分确定 by the score',
  red_trigger: '由红色触发情形确定 by a red trigger',
  red_pair: '由两项独立的重大比对疑点确定 by two independent heavy reconciliation doubts',
  material_suspend: '由重大暂停情形确定 by a material ground for suspension with a live claim',
  suspend: '由暂停情形确定 by a ground for suspension',
  voucher_watch: '由异常凭证提示确定 by a watch note on vouchers with an open claim',
};

/** What a bar is, Chinese first; `nameOf` gives the name of an indicator. */
export function barText({ kind, name }: Bar, nameOf: (code: string) => string): string {
  if (kind === 'hit') return `${name} ${nameOf(name)}`.trim();
  if (kind === 'damping') return `同组折减 ${name} damping in group`;
  if (kind === 'family_cap') return `类别封顶 ${FAMILY_WORDS[name] ?? name} cap`;
  return kind === 'score_cap' ? '得分上限100 cap of the score' : '取一位小数 rounding';
}

/** What gave the colour. */
export const colorRuleText = (rule: string): string => RULE_WORDS[rule] ?? rule;

/** The counterfactual in a Chinese and an English sentence; none at the lowest level. */
export function counterfactualText({ counterfactual }: Pick<Explanation, 'counterfactual'>, levelText: (level: string) => string): readonly string[] {
  if (counterfactual === null) return [];
  const { without, to, score, is_fewest } = counterfactual;
  return [
    `排除${is_fewest ? '最少' : ''}${without.length}项疑点（${without.join('、')}）后，等级降为${levelText(to)}，得分${score.toFixed(1)}`,
    `without ${is_fewest ? 'at least ' : ''}${without.length} of the doubts (${without.join(', ')}) the level would be ${to}`,
  ];
}
