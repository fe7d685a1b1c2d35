/**
 * Rates, limits and lanes by date, as the simulated taxpayers know them. Written down apart from the lists of the detector on purpose:
 * an honest province then tests those lists too.
 */
import { ymOf } from '../calendar.ts';
import type { RateClass } from './goods.ts';

export interface RateRule {
  readonly rateClass: RateClass;
  readonly fromYm: number;
  readonly percent: number;
}

const from = (rateClass: RateClass, period: string, percent: number): RateRule => ({ rateClass, fromYm: ymOf(period), percent });

/** VAT rates of general taxpayers: 财税〔2017〕37号, 财税〔2018〕32号, 财税海关公告2019年第39号. Farm produce of producers is exempt; buyers deduct a computed share. */
export const GENERAL_RATES: readonly RateRule[] = [
  from('standard', '2000-01', 17), from('standard', '2018-05', 16), from('standard', '2019-04', 13),
  from('low', '2000-01', 11), from('low', '2018-05', 10), from('low', '2019-04', 9),
  from('passenger', '2000-01', 11), from('passenger', '2018-05', 10), from('passenger', '2019-04', 9),
  from('service', '2000-01', 6), from('toll', '2000-01', 3), from('levy5', '2000-01', 5), from('farm', '2000-01', 0),
];

export interface SmallRule {
  readonly fromYm: number;
  /** Levy on sales under the 3 % levy rate, after the general reduction, in percent. */
  readonly levyPercent: number;
  /** Sales of a quarter (of a month for monthly filers: a third) up to which they are exempt, in yuan. */
  readonly quarterLimitYuan: number;
  /** All 3 % sales are exempt, whatever their amount. */
  readonly isFullExemption: boolean;
}

/** Small-scale taxpayers: 财税〔2019〕13号, 公告2020年第13号, 公告2021年第11号, 公告2022年第15号, 公告2023年第1号 and 第19号, 公告2026年第10号. */
export const SMALL_RULES: readonly SmallRule[] = [
  { fromYm: ymOf('2000-01'), levyPercent: 3, quarterLimitYuan: 90_000, isFullExemption: false },
  { fromYm: ymOf('2019-01'), levyPercent: 3, quarterLimitYuan: 300_000, isFullExemption: false },
  { fromYm: ymOf('2020-03'), levyPercent: 1, quarterLimitYuan: 300_000, isFullExemption: false },
  { fromYm: ymOf('2021-04'), levyPercent: 1, quarterLimitYuan: 450_000, isFullExemption: false },
  { fromYm: ymOf('2022-04'), levyPercent: 3, quarterLimitYuan: 450_000, isFullExemption: true },
  { fromYm: ymOf('2023-01'), levyPercent: 1, quarterLimitYuan: 300_000, isFullExemption: false },
];

/** Sales of twelve months above which a small-scale taxpayer must register as general (增值税法 art. 9; 财税〔2018〕33号). */
export const SMALL_CEILING_YUAN = 5_000_000;

/** Deduction computed on farm produce, in percent: for goods taxed at 9 % and, on use, one point more for goods taxed at 13 % (公告2019年第39号). */
export const FARM_DEDUCTION_PERCENT = 9;
export const FARM_EXTRA_PERCENT = 1;
