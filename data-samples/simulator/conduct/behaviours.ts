/**
 * What a firm can be made to do, as rows of the table `conduct`. The room named carries it out; nothing here knows an indicator.
 * Strength is a share unless said otherwise.
 */
export const BEHAVIOURS = {
  // trade
  hides_sales: 'trade: this share of sales to consumers is neither invoiced nor declared; the goods are gone all the same',
  buys_ahead: 'trade: the purchase budget is multiplied by the strength',
  sells_paper: 'trade: a bought licence without trade of its own writes special invoices for strangers, up to what tickets and quota allow (strength 1)',
  takes_back_sales: 'trade: sales of earlier months worth this share of the month are reversed by red invoices without a reason',
  // returns of general taxpayers
  leaves_out_sales: 'filing: this share of what was invoiced is left out of schedule 1',
  books_negative_uninvoiced: 'filing: uninvoiced sales are declared negative, by this share of usual monthly sales',
  claims_unconfirmed_input: 'filing: row 1 of schedule 2 holds more than the confirmed invoices, by this share of usual monthly input',
  claims_unfit_vouchers: 'filing: row 8b of schedule 2 holds vouchers that do not exist, by this share of usual monthly input',
  keeps_exception_input: 'filing: input of listed exception vouchers is not transferred out',
  keeps_nondeductible_input: 'filing: input for meals, welfare and exempt sales is deducted and never transferred out',
  keeps_red_input: 'filing: input of reversed invoices is not transferred out',
  confirms_void: 'filing: void invoices are confirmed and deducted',
  breaks_carry: 'filing: the opening credit is raised by this share of usual monthly input',
  // claims
  wants_refund: 'filing: claims as soon as the lane allows (strength 1)',
  claims_too_much: 'filing: the claimed amount is above the computed one by this share',
  overstates_ratio: 'filing: the claimed input ratio is raised by this much',
  claims_without_rating: 'filing: claims although rated M, C or D',
  claims_wrong_lane: 'filing: claims in a lane that its sales do not support',
  claims_wrong_size: 'filing: claims with a smaller size class than its sales (claims until August 2025)',
  claims_after_offence: 'filing and registers: claims although a decision of less than three years ago bars it',
  claims_beside_levy_refund: 'filing: claims although tax was refunded to it as levied some years ago, and never paid back',
  claims_before_its_time: 'filing: claims in a lane whose test of six periods or of the increase its credit does not pass',
  leaves_refund_unposted: 'filing: the refund is not taken off the credit (row 22)',
  leaves_after_refund: 'registers: within the year after a paid refund the firm is closed or sold',
  // small-scale taxpayers
  stays_small: 'filing: does not register as a general taxpayer although above the ceiling',
  exempts_over_limit: 'filing: declares sales above the limit as exempt',
  exempts_special_sales: 'filing: sales with special invoices are declared exempt',
  uses_wrong_levy_rate: 'filing: reduces the tax below the levy rate in force',
  leaves_out_small_sales: 'filing: this share of invoiced sales is left out of the small-scale return',
  // books and other taxes
  parks_advances: 'books: this share of sales stays among the advances received',
  understates_small_profit: 'books: staff, assets or income are declared below the truth to stay small-profit',
  books_above_vat: 'books: the income-tax revenue is above the declared VAT sales by this share',
  defers_without_right: 'books: defers taxes although it is no manufacturer or too large',
  defers_out_of_scope: 'books: defers taxes that no programme covers',
  leaves_deferral_unpaid: 'books: deferred tax stays unpaid after its day',
  takes_relief_without_right: 'books: takes the halved taxes and fees without a qualifying identity',
  splits_to_stay_small: 'books: takes the relief of the small as one of several firms of one hand that together are none (strength 1)',
  takes_relief_over_half: 'books: takes more than half',
  understates_stamp_base: 'books: declares stamp tax on this share less of its contracts',
  // how a firm lives
  idle_plant: 'books: no production: electricity and staff stay at this share of what its sales would need',
} as const;
export type Behaviour = keyof typeof BEHAVIOURS;
