import { COLOR_RULE_WORDS, COLOR_WORDS, LANE_WORDS, LEVEL_WORDS } from '../shared/grade-words.ts';
import { FAMILY_WORDS } from '../shared/indicator-words.ts';
import type { WordsByCode } from '../shared/words.ts';

const chinese = (words: WordsByCode): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(words).map(([code, { zh }]) => [code, zh]));

/** Levels; "none" under thin data never reads as "no risk". */
export const LEVELS_ZH = { ...chinese(LEVEL_WORDS), none_limited: '有限数据下未发现' };
export const COLORS_ZH = chinese(COLOR_WORDS);
export const COLOR_RULES_ZH = chinese(COLOR_RULE_WORDS);
export const LANES_ZH = chinese(LANE_WORDS);
export const FAMILIES_ZH = chinese(FAMILY_WORDS);
export const TIERS_ZH = { T1: 'T1 法定', T2: 'T2 比对', T3: 'T3 经验', T4: 'T4 统计' };

/** Bands of declared sales of the last twelve months. */
export const SIZES_ZH: Readonly<Record<string, string>> = {
  under_1m: '100万元以下', '1m_5m': '100万至500万元', '5m_20m': '500万至2000万元', '20m_100m': '2000万至1亿元', from_100m: '1亿元以上',
};
