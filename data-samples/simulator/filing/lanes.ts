/** Refund lanes and size classes, as the taxpayers of the province know them. Written down apart from the lists of the detector on purpose. */
import { ymOf } from '../calendar.ts';
import { INDUSTRIES } from '../facts/industries.ts';
import { constantsTable } from '../sql.ts';

/** Month of the credit from which increments of the older lanes are counted. */
export const BASE_YM = ymOf('2019-03');
/** First month of application under 公告2022年第14号, whose lanes hang on the size of the firm. */
export const SIZE_LANES_YM = ymOf('2022-04');
/** First month of application under 公告2025年第7号. */
export const NEW_LANES_YM = ymOf('2025-09');

const starts = (code: string, prefixes: readonly string[]): boolean => prefixes.some((prefix) => code.startsWith(prefix));

/** 公告2019年第84号 and, from April 2021, 公告2021年第15号. */
const ADVANCED_2019 = ['C30', 'C34', 'C35', 'C39'];
const ADVANCED_2021 = [...ADVANCED_2019, 'C27', 'C28', 'C37', 'C38', 'C40'];
/** 公告2022年第14号 and, from July 2022, 公告2022年第21号. */
const SIX_INDUSTRIES = ['C', 'M', 'D', 'I65', 'N77', 'G'];
const THIRTEEN_INDUSTRIES = [...SIX_INDUSTRIES, 'F', 'A', 'H', 'O', 'P', 'Q', 'R'];
/** 公告2025年第7号. */
const FOUR_INDUSTRIES = ['C', 'M', 'I65', 'N77'];

interface LawPeriod {
  readonly from: string;
  readonly to: string;
  /** Lane of an industry: of a small or micro enterprise, and of a larger one. */
  readonly lanes: (code: string) => readonly [small: string, larger: string];
}

const both = (lane: string): readonly [string, string] => [lane, lane];
const sized = (industries: readonly string[]) => (code: string): readonly [string, string] => ['small_micro_2022', starts(code, industries) ? 'industry_2022'
  : 'general_2019'];

/** By month of application. Developers judge their size by assets that are larger than their sales, and stay with the general rule. */
const LAW: readonly LawPeriod[] = [
  { from: '2019-04', to: '2019-06', lanes: () => both('general_2019') },
  { from: '2019-07', to: '2021-04', lanes: (code) => both(starts(code, ADVANCED_2019) ? 'advanced_manufacturing' : 'general_2019') },
  { from: '2021-05', to: '2022-03', lanes: (code) => both(starts(code, ADVANCED_2021) ? 'advanced_manufacturing' : 'general_2019') },
  { from: '2022-04', to: '2022-06', lanes: (code) => (code === 'K7010' ? both('general_2019') : sized(SIX_INDUSTRIES)(code)) },
  { from: '2022-07', to: '2025-08', lanes: (code) => (code === 'K7010' ? both('general_2019') : sized(THIRTEEN_INDUSTRIES)(code)) },
  { from: '2025-09', to: '2099-12', lanes: (code) => both(code === 'K7010' ? 'real_estate' : starts(code, FOUR_INDUSTRIES) ? 'four_industries' : 'other') },
];

/**
 * Sales of a year, in ten thousand yuan, from which a firm is large, medium, small (工信部联企业〔2011〕300号). Firms that are judged by assets too keep
 * well away from the limit of small.
 */
const SIZES: readonly (readonly [prefixes: readonly string[], large: number, medium: number, small: number])[] = [
  [['A'], 20_000, 500, 50], [['B', 'C', 'D'], 40_000, 2_000, 300], [['E'], 80_000, 1_000, 300], [['F51'], 40_000, 5_000, 1_000], [['F52'], 20_000, 500, 100],
  [['G54'], 30_000, 3_000, 200], [['G59'], 30_000, 1_000, 100], [['H'], 10_000, 2_000, 100], [['I63'], 100_000, 1_000, 100], [['I65'], 10_000, 1_000, 50],
  [['K702'], 5_000, 1_000, 500], [['K'], 200_000, 1_000, 100], [['L'], 120_000, 1_000, 100], [[''], 10_000, 2_000, 100],
];

/** Tables lane_law and size_limit. */
export function laneTables(): string[] {
  const limits = INDUSTRIES.map(({ code }, industry) => {
    const [, large, medium, small] = SIZES.find(([prefixes]) => starts(code, prefixes)) ?? [[], 0, 0, 0];
    return [industry, large * 10_000, medium * 10_000, small * 10_000];
  });
  return [
    constantsTable('lane_law', { industry: 'integer', from_ym: 'integer', to_ym: 'integer', small_lane: 'varchar', larger_lane: 'varchar' },
      LAW.flatMap(({ from, to, lanes }) => INDUSTRIES.map(({ code }, industry) => [industry, ymOf(from), ymOf(to), ...lanes(code)]))),
    constantsTable('size_limit', { industry: 'integer', large: 'double', medium: 'double', small: 'double' }, limits),
  ];
}

/**
 * Macros of the lanes. `lane_holds`: the test of the lane on the credit of the last period; `months_with_credit` and `months_above_base` count periods
 * in a row.
 * `lane_refund`: the refund of a credit after arrears and export refunds. Stock and increment of 2022 are claimed together, so both give the whole credit.
 */
export function laneMacros(): string[] {
  return [
    `create macro lane_holds(lane, credit, base, december, months_with_credit, months_above_base) as case lane
      when 'other' then coalesce(months_with_credit >= 6 and credit - december >= 500000, false)
      when 'real_estate' then months_above_base >= 6 and credit - base >= 500000
      when 'general_2019' then months_above_base >= 6 and credit - base >= 500000
      when 'advanced_manufacturing' then credit > base else credit > 0 end`,
    `create macro above(credit, base) as greatest(0, credit - base)`,
    `create macro lane_refund(lane, credit, base, december, ratio) as round(ratio * case lane
      when 'other' then 0.6 * least(above(credit, december), 100000000) + 0.3 * greatest(above(credit, december) - 100000000, 0)
      when 'real_estate' then 0.6 * above(credit, base) when 'general_2019' then 0.6 * above(credit, base)
      when 'advanced_manufacturing' then above(credit, base) else credit end, 2)`,
  ];
}
