/** The facts as tables of the scratch database: good, industry, industry_good, season, general_rate, small_rule. */
import { constantsTable } from '../sql.ts';
import { GOODS, goodNumber } from './goods.ts';
import { INDUSTRIES, SEASONS } from './industries.ts';
import { GENERAL_RATES, SMALL_RULES } from './law.ts';

/** Last month a rule is followed when nothing replaces it. */
const FOREVER_YM = 99_999;

/** Rules of one kind, each lasting until the month before the next. */
function withEnds<T extends { readonly fromYm: number }>(rules: readonly T[]): { readonly rule: T; readonly toYm: number }[] {
  return rules.map((rule, at) => ({ rule, toYm: (rules[at + 1]?.fromYm ?? FOREVER_YM + 1) - 1 }));
}

function rateRows(): (string | number)[][] {
  return [...new Set(GENERAL_RATES.map(({ rateClass }) => rateClass))].flatMap((rateClass) =>
    withEnds(GENERAL_RATES.filter((rule) => rule.rateClass === rateClass)).map(({ rule, toYm }) => [rateClass, rule.fromYm, toYm, rule.percent]));
}

/** Statements that make the fact tables. Shares of `industry_good` add up to 1 for each industry and side. */
export function factStatements(): string[] {
  const shares = INDUSTRIES.flatMap(({ sells, buys }, industry) => [['sell', sells], ['buy', buys]].flatMap(([side, of]) => {
    const entries = Object.entries(of as Readonly<Record<string, number>>);
    const sum = entries.reduce((total, [, weight]) => total + weight, 0);
    return entries.map(([key, weight]) => [industry, side as string, goodNumber(key), weight / sum]);
  }));
  return [
    constantsTable('good', { good: 'integer', good_key: 'varchar', goods_code: 'varchar', goods_name: 'varchar', unit: 'varchar', price_yuan: 'double', rate_class: 'varchar', is_capital: 'boolean', hs_code: 'varchar' },
      GOODS.map((each, at) => [at, each.key, each.prefix.padEnd(19, '0'), each.name, each.unit, each.priceYuan, each.rateClass, each.isCapital, each.hsCode])),
    constantsTable('industry', {
      industry: 'integer', industry_code: 'varchar', section: 'varchar', word_1: 'varchar', word_2: 'varchar', role: 'varchar', general_weight: 'double', small_weight: 'double',
      general_thousand: 'double', small_thousand: 'double', cost_share: 'double', uninvoiced_share: 'double', consumer_share: 'double', season: 'varchar',
      kwh_per_thousand: 'double', thousand_per_head: 'double', exporter_share: 'double', investment_chance: 'double',
    }, INDUSTRIES.map((each, at) => [
      at, each.code, each.code.slice(0, 1), each.words[0], each.words[1], each.role, each.generalWeight, each.smallWeight, each.generalThousand, each.smallThousand,
      each.costShare, each.uninvoicedShare, each.consumerShare, each.season, each.kwhPerThousand, each.thousandPerHead, each.exporterShare, each.investmentChance,
    ])),
    constantsTable('industry_good', { industry: 'integer', side: 'varchar', good: 'integer', share: 'double' }, shares),
    constantsTable('season', { season: 'varchar', month_of_year: 'integer', factor: 'double' },
      Object.entries(SEASONS).flatMap(([season, factors]) => factors.map((factor, at) => [season, at + 1, factor]))),
    constantsTable('general_rate', { rate_class: 'varchar', from_ym: 'integer', to_ym: 'integer', percent: 'double' }, rateRows()),
    constantsTable('small_rule', { from_ym: 'integer', to_ym: 'integer', levy_percent: 'double', quarter_limit: 'decimal(18, 2)', is_full_exemption: 'boolean' },
      withEnds(SMALL_RULES).map(({ rule, toYm }) => [rule.fromYm, toYm, rule.levyPercent, rule.quarterLimitYuan, rule.isFullExemption])),
  ];
}
