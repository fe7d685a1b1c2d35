import { FAMILY_WORDS, POLICY_WORDS } from '../../pipeline/shared/indicator-words.ts';
import type { WordsByCode } from '../../pipeline/shared/words.ts';
import type { Language } from './reason-text.ts';

const SHARED: WordsByCode = { ...POLICY_WORDS, ...FAMILY_WORDS };

/** What the other codes of an indicator are called, Chinese and English. */
const WORDS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  none: ['计分', 'points'],
  suspend: ['计分并可暂停办理', 'points, ground for suspension'],
  ineligible: ['条件不符', 'condition not met'],
  recompute: ['金额更正', 'amount correction'],
  service: ['服务提示', 'service'],
  hit: ['命中', 'hit'],
  watch: ['关注', 'watch'],
  T1: ['T1 法定', 'T1 statutory'],
  T2: ['T2 比对', 'T2 reconciliation'],
  T3: ['T3 经验', 'T3 practice'],
  T4: ['T4 统计与图', 'T4 statistics and graph'],
  subject: ['逐笔申请', 'each claim'],
  taxpayer: ['逐户', 'each taxpayer'],
  general: ['一般纳税人', 'general taxpayers'],
  small: ['小规模纳税人', 'small-scale taxpayers'],
  any: ['全部纳税人', 'all taxpayers'],
  draft: ['草稿', 'draft'],
  active: ['启用', 'active'],
  retired: ['停用', 'retired'],
  ratio: ['比例', 'ratio'],
  times: ['倍', 'times'],
  yuan: ['元', 'yuan'],
  count: ['个', 'count'],
  days: ['天', 'days'],
  months: ['个月', 'months'],
  score: ['分', 'score'],
  text: ['文本', 'text'],
  flag: ['是否', 'flag'],
};

/** The word for a code in a language; the code itself where there is none. */
export function word(code: string, language: Language): string {
  return SHARED[code]?.[language] ?? WORDS[code]?.[language === 'zh' ? 0 : 1] ?? code;
}
