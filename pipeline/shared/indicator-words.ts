import { bothLanguages, type Words, type WordsByCode } from './words.ts';

/** Policies the indicators watch over. */
export const POLICY_WORDS = {
  retained_credit_refund: { zh: '留抵退税', en: 'retained-credit refund' },
  deferral: { zh: '延缓缴纳', en: 'deferral' },
  six_taxes_two_fees: { zh: '六税两费', en: 'six taxes and two fees' },
  small_scale_exemption: { zh: '小规模免税', en: 'small-scale exemption' },
} as const satisfies WordsByCode;

/** Families of indicators: each has a cap in the score. */
export const FAMILY_WORDS = {
  eligibility: { zh: '资格', en: 'eligibility' },
  inflated_input: { zh: '虚增进项', en: 'inflated input' },
  hidden_sales: { zh: '隐匿销项', en: 'hidden sales' },
  false_declaration: { zh: '虚假申报', en: 'false declaration' },
  false_invoicing: { zh: '虚开', en: 'false invoicing' },
  ring: { zh: '团伙', en: 'ring' },
  administration: { zh: '内控管理', en: 'administration' },
} as const satisfies WordsByCode;

export const FAMILY_LABELS = bothLanguages(FAMILY_WORDS);

/** What an indicator may come to for a taxpayer. */
export const OUTCOME_WORDS = {
  hit: { zh: '命中', en: 'hit' },
  clear: { zh: '未命中', en: 'clear' },
  not_applicable: { zh: '不适用', en: 'not applicable' },
  not_assessed: { zh: '未评估', en: 'not assessed' },
} as const satisfies WordsByCode;

/** A clear outcome with a note for the reviewer, without points. */
export const WATCH_WORDS: Words = { zh: '关注，不计分', en: 'watch note, without points' };

/** Why an indicator does not apply; such taxpayers leave the denominator of coverage. */
export const NOT_APPLICABLE_WORDS = {
  A_NO_CLAIM: { zh: '无本指标所查的退税申请、退税款或留抵税额', en: 'no claim, refund or credit of the kind the indicator looks at' },
  A_STATUS: { zh: '纳税人身份不在本指标范围', en: 'the status of the taxpayer lies outside the indicator' },
  A_INDUSTRY: { zh: '行业不在本指标范围', en: 'the industry lies outside the indicator' },
  A_LANE: { zh: '退税政策通道不在本指标范围', en: 'the refund lane lies outside the indicator' },
  A_PERIOD: { zh: '所属期内政策未生效或无相应申报', en: 'the rule was not in force in the period, or nothing was filed under it' },
} as const satisfies WordsByCode;
