import { describe, expect, it } from 'vitest';
import { CLAIM_MARK_LABELS, COLOR_LABELS, COLOR_RULE_WORDS, COLOR_WORDS, FLAG_WORDS, LANE_WORDS, LEVEL_LABELS, LEVEL_WORDS } from '../../../pipeline/shared/grade-words.ts';
import type { WordsByCode } from '../../../pipeline/shared/words.ts';
import { FAMILY_LABELS, NOT_APPLICABLE_WORDS, OUTCOME_WORDS, POLICY_WORDS } from '../../../pipeline/shared/indicator-words.ts';

describe('words of codes', () => {
  it('stand in one text at a terminal, Chinese first', () => {
    expect([LEVEL_LABELS['insufficient_data'], FAMILY_LABELS['ring'], CLAIM_MARK_LABELS['age'], COLOR_LABELS['red']]).toEqual(['数据不足 insufficient data', '团伙 ring', '登记年限 age', '红 red']);
  });

  it('leave a grade without a colour a dash in tables, and a word to those who want one', () => {
    expect([COLOR_LABELS['none'], COLOR_WORDS.none]).toEqual(['—', { zh: '无', en: 'none' }]);
  });

  it.each(Object.entries<WordsByCode>({ LEVEL_WORDS, COLOR_WORDS, COLOR_RULE_WORDS, LANE_WORDS, FLAG_WORDS, POLICY_WORDS, OUTCOME_WORDS, NOT_APPLICABLE_WORDS }))('%s: Chinese in Chinese, English in English, no two alike', (_, words) => {
    const all = Object.values(words);
    for (const { zh, en } of all) expect([/^[\p{Script=Han}，、]+$/u.test(zh), /^[a-z ,-]+$/u.test(en)], `${zh} ${en}`).toEqual([true, true]);
    expect([new Set(all.map(({ zh }) => zh)).size, new Set(all.map(({ en }) => en)).size]).toEqual([all.length, all.length]);
  });
});
