/** Frauds of one firm alone: which firms fit, for how long, how strongly, and what must be prepared so that there is something to cheat with. */
import { ymOf } from '../../calendar.ts';
import type { Behaviour } from '../behaviours.ts';
import type { Firm } from '../cast.ts';
import { farmShareOf } from '../habits.ts';
import {
  asNewProcessor, raiseSales, withBadSupplier, withBadSupplierAndCredit, withCredit, withCreditSince, withForeignPaper, withGrowth, withInvoicedSales, withMeals, withOldPurchases, withPaperSales, withYoungPaper,
} from './preparations.ts';
import type { Preparation } from './preparations.ts';

type Range = readonly [low: number, high: number];

export interface SingleFraud {
  readonly behaviour: Behaviour;
  /** How often it is met, beside the others. */
  readonly weight: number;
  readonly vatStatus: 'general' | 'small';
  readonly fits: (firm: Firm) => boolean;
  readonly months: Range;
  readonly strength: Range;
  /** Chance that the firm also claims as soon as it can. */
  readonly refundChance: number;
  readonly prepare?: Preparation;
  /** It goes on to the end of the window; or it has begun so many months before that end. */
  readonly isLasting?: boolean;
  readonly isLatest?: boolean;
  /** The behaviour makes a difference from and up to these months only. */
  readonly firstYm?: number;
  readonly lastYm?: number;
}

const anyone = (): boolean => true;
const isManufacturer = ({ code }: Firm): boolean => code.startsWith('C');
/** Industries that may claim their whole credit every month. */
const isMonthlyLane = ({ code }: Firm): boolean => /^(C|I65|M|N77)/.test(code);
const mayClaim = ({ rating }: Firm): boolean => rating === 'may claim';
/** Part of its input is no special invoice, so that the true share is below one. */
const buysFarmGoods = ({ industry }: Firm): boolean => farmShareOf(industry) > 0.3;
const sells = (from: number, to: number) => ({ monthlySales }: Firm): boolean => monthlySales >= from && monthlySales <= to;
/** Above the limit of small in an industry that had no lane of its own until August 2025. */
const isLargeElsewhere = ({ code, monthlySales }: Firm): boolean => /^(E|B|L)/.test(code) && monthlySales > (code.startsWith('B') ? 1_900_000 : 1_000_000);
/** Large enough for an income near the three million a year up to which an enterprise is small-profit. */
const isNearSmallProfit = sells(1_500_000, 40_000_000);
/** Counters at which people pay without asking for an invoice. */
const isCounter = ({ code }: Firm): boolean => /^(F52(12|71|81)|H6)/.test(code);
/** Sellers whose customers are firms and want special invoices. */
const servesFirms = ({ code }: Firm): boolean => /^(C|E4|F51|G|I|M|L72)/.test(code);

const general = (behaviour: Behaviour, weight: number, months: Range, strength: Range, refundChance: number, more: Partial<SingleFraud> = {}): SingleFraud =>
  ({ behaviour, weight, vatStatus: 'general', fits: sells(60_000, 30_000_000), months, strength, refundChance, ...more });
const claim = (behaviour: Behaviour, weight: number, strength: Range, more: Partial<SingleFraud> = {}): SingleFraud =>
  general(
    behaviour, weight, [8, 18], strength, 1,
    { fits: (firm) => mayClaim(firm) && isMonthlyLane(firm) && sells(80_000, 12_000_000)(firm), prepare: withCredit, ...more },
  );
const small = (behaviour: Behaviour, weight: number, months: Range, strength: Range, more: Partial<SingleFraud> = {}): SingleFraud =>
  ({ behaviour, weight, vatStatus: 'small', fits: anyone, months, strength, refundChance: 0, ...more });
const whole: Range = [12, 24];

export const SINGLE_FRAUDS: readonly SingleFraud[] = [
  general('leaves_out_sales', 9, [2, 14], [0.08, 0.7], 0.3),
  general(
    'leaves_out_sales', 3, [4, 7], [0.6, 0.9], 0.9,
    { fits: (firm) => mayClaim(firm) && isMonthlyLane(firm) && sells(150_000, 12_000_000)(firm), prepare: withCredit, isLatest: true },
  ),
  general('claims_unconfirmed_input', 5, [1, 8], [0.15, 1.5], 0.5),
  general('claims_unfit_vouchers', 4, [2, 10], [0.08, 0.8], 0.45),
  general('keeps_exception_input', 4, whole, [1, 1], 0.4, { prepare: withBadSupplier, isLasting: true }),
  claim('keeps_exception_input', 3, [1, 1], { months: whole, prepare: withBadSupplierAndCredit, isLasting: true }),
  general('keeps_nondeductible_input', 3, [8, 24], [1, 1], 0.25, { prepare: withMeals }),
  general('keeps_red_input', 4, whole, [1, 1], 0.25, { fits: sells(1_500_000, 60_000_000), prepare: withOldPurchases(36) }),
  general('confirms_void', 2, whole, [1, 1], 0.25, { fits: sells(1_200_000, 60_000_000), prepare: withOldPurchases(10), lastYm: ymOf('2026-03') }),
  general(
    'buys_ahead', 5, [2, 4], [1.5, 3], 1, { fits: (firm) => mayClaim(firm) && isMonthlyLane(firm) && sells(150_000, 8_000_000)(firm), prepare: withYoungPaper },
  ),
  general('breaks_carry', 3, [1, 3], [0.1, 1.2], 0.5),
  general('books_negative_uninvoiced', 4, [1, 4], [0.08, 0.5], 0.35),
  general('sells_paper', 2, [5, 12], [1, 1], 0, { fits: (firm) => firm.role === 'trader' && sells(20_000, 390_000)(firm), prepare: withPaperSales, isLasting: true }),
  general('takes_back_sales', 4, [2, 6], [0.15, 0.6], 0.35, { fits: (firm) => servesFirms(firm) && sells(400_000, 20_000_000)(firm) }),
  general('parks_advances', 5, [8, 18], [0.15, 0.6], 0.35, { fits: sells(400_000, 30_000_000) }),
  general('books_above_vat', 4, whole, [0.08, 0.7], 0.15),
  claim('claims_too_much', 4, [0.05, 0.6]),
  claim('overstates_ratio', 3, [0.04, 0.4], { fits: (firm) => mayClaim(firm) && isMonthlyLane(firm) && buysFarmGoods(firm) }),
  claim('overstates_ratio', 3, [0.04, 0.4], { fits: (firm) => mayClaim(firm) && isManufacturer(firm) && sells(80_000, 700_000)(firm), prepare: asNewProcessor }),
  general(
    'overstates_ratio', 2, [8, 14], [0.04, 0.4], 1,
    { fits: (firm) => mayClaim(firm) && !isMonthlyLane(firm) && farmShareOf(firm.industry) > 0.08 && sells(500_000, 12_000_000)(firm), prepare: withCredit, firstYm: ymOf('2025-09') },
  ),
  claim('claims_without_rating', 3, [1, 1], { fits: (firm) => firm.rating === 'may not claim' && isMonthlyLane(firm) && sells(80_000, 12_000_000)(firm) }),
  general(
    'claims_wrong_lane', 3, [6, 14], [1, 1], 1,
    { fits: (firm) => mayClaim(firm) && !isMonthlyLane(firm) && sells(120_000, 12_000_000)(firm), prepare: withCredit, firstYm: ymOf('2025-09') },
  ),
  general(
    'claims_wrong_size', 1, [6, 8], [1, 1], 1, { fits: (firm) => mayClaim(firm) && isLargeElsewhere(firm), prepare: withCredit, lastYm: ymOf('2025-08') },
  ),
  claim('claims_after_offence', 2, [1, 1]),
  claim('claims_beside_levy_refund', 2, [1, 1], { fits: (firm) => mayClaim(firm) && isMonthlyLane(firm) && firm.registeredOn < '2019-01-01' && sells(80_000, 12_000_000)(firm) }),
  general(
    'claims_before_its_time', 2, [6, 12], [1, 1], 1,
    { fits: (firm) => mayClaim(firm) && !isMonthlyLane(firm) && sells(100_000, 1_500_000)(firm), prepare: withCredit, firstYm: ymOf('2025-09') },
  ),
  claim('leaves_refund_unposted', 3, [1, 1]),
  claim('leaves_after_refund', 3, [1, 1]),
  general('understates_small_profit', 3, whole, [0.3, 0.9], 0, { fits: isNearSmallProfit }),
  general('defers_without_right', 1, whole, [1, 1], 0, { fits: (firm) => !isManufacturer(firm) && firm.registeredOn < '2020-01-01' }),
  general('defers_without_right', 1, whole, [1, 1], 0, { fits: (firm) => isManufacturer(firm) && firm.monthlySales > 2_000_000 && firm.registeredOn < '2020-01-01' }),
  general('defers_out_of_scope', 1, whole, [1, 1], 0, { fits: (firm) => isManufacturer(firm) && firm.registeredOn < '2020-01-01' }),
  general(
    'leaves_deferral_unpaid', 1, whole, [1, 1], 0.7,
    { fits: (firm) => isManufacturer(firm) && firm.registeredOn < '2020-01-01' && mayClaim(firm), prepare: withCreditSince(ymOf('2022-07')) },
  ),
  general('takes_relief_without_right', 3, [6, 24], [1, 1], 0, { fits: sells(2_500_000, 60_000_000) }),
  small('takes_relief_over_half', 2, [6, 24], [0.55, 0.9], { prepare: raiseSales(120_000, 330_000) }),
  general('understates_stamp_base', 3, [6, 24], [0.25, 0.9], 0, { fits: sells(400_000, 60_000_000) }),
  small('stays_small', 4, whole, [1, 1], { prepare: raiseSales(430_000, 700_000) }),
  small('exempts_over_limit', 4, [6, 24], [1, 1], { prepare: raiseSales(105_000, 150_000) }),
  small('exempts_special_sales', 3, [6, 24], [0.3, 1], { fits: servesFirms, prepare: withInvoicedSales('special', 60_000, 240_000) }),
  small('uses_wrong_levy_rate', 2, [6, 24], [1, 1], { fits: servesFirms, prepare: withInvoicedSales('general', 120_000, 320_000) }),
  small('leaves_out_small_sales', 4, [6, 24], [0.35, 0.9], { fits: servesFirms, prepare: withInvoicedSales('general', 140_000, 330_000) }),
  general('hides_sales', 4, [11, 15], [0.975, 0.999], 0.25, { fits: (firm) => isCounter(firm) && sells(60_000, 3_000_000)(firm), prepare: withGrowth, isLasting: true }),
  general(
    'buys_ahead', 3, [3, 6], [1, 1.3], 1,
    { fits: (firm) => mayClaim(firm) && isManufacturer(firm) && sells(120_000, 8_000_000)(firm), prepare: withForeignPaper, isLatest: true },
  ),
];
