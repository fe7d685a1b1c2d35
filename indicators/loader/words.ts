import type { Language } from './reason-text.ts';

/** What the codes of an indicator are called, Chinese and English. */
type Words = Readonly<Record<string, readonly [zh: string, en: string]>>;

const WORDS: Words = {
  retained_credit_refund: ['留抵退税', 'retained-credit refund'],
  deferral: ['延缓缴纳', 'deferral'],
  six_taxes_two_fees: ['六税两费', 'six taxes and two fees'],
  small_scale_exemption: ['小规模免税', 'small-scale exemption'],
  eligibility: ['资格', 'eligibility'],
  inflated_input: ['虚增进项', 'inflated input'],
  hidden_sales: ['隐匿销项', 'hidden sales'],
  false_declaration: ['虚假申报', 'false declaration'],
  false_invoicing: ['虚开', 'false invoicing'],
  ring: ['团伙', 'ring'],
  administration: ['内控管理', 'administration'],
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
  return WORDS[code]?.[language === 'zh' ? 0 : 1] ?? code;
}
