import { monthLabel } from './shape.ts';
import type { DeliveryShape } from './shape.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Salts of `draw`: one per question asked of a row, so that no two answers hang together. */
export const SALT = {
  general: 1, size: 2, industry: 3, region: 4, status: 5, registered: 6, rating: 7, address: 8, agent: 9,
  seller: 20, buyer: 21, sellerOutside: 22, buyerOutside: 23, month: 24, day: 25, clock: 26, amount: 27, rate: 28, legacy: 29,
  voided: 30, special: 31, confirmed: 32, late: 33, notDeducted: 34, redDays: 35, redReason: 36,
  exception: 40, exceptionDays: 41, exceptionReason: 42, lifted: 43, filed: 44, claim: 45, lines: 46, goods: 47, deferral: 48,
} as const;

/**
 * Macros every statement of the generator shares. `draw(i, salt)` is a uniform number in [0, 1) that depends on the row number,
 * the question and the seed only. `uscc_check` is the check character of GB 32100-2015 over 17 characters.
 */
export function macroStatements(shape: DeliveryShape): string[] {
  const terms = WEIGHTS.map((weight, at) => `${weight} * (strpos('${ALPHABET}', substr(body, ${at + 1}, 1)) - 1)`).join(' + ');
  const large = Math.floor(shape.taxpayers / 4);
  const first = `date '${monthLabel(shape, 0)}-01'`;
  return [
    `create macro draw(i, salt) as (hash(i::bigint, salt::integer, ${shape.seed}::integer) >> 11)::double / 9007199254740992.0`,
    `create macro uscc_check(body) as substr('${ALPHABET}', (31 - (${terms}) % 31) % 31 + 1, 1)`,
    // The largest quarter are all general taxpayers, of the others one in five: together 40 %.
    `create macro is_general(party) as party < ${large} or (party < ${shape.taxpayers} and draw(party, ${SALT.general}) < 0.2)`,
    `create macro month_start(m) as (${first} + to_months(m::integer))::date`,
    `create macro month_of(day) as datediff('month', ${first}, day)::integer`,
    `create macro period_of(m) as strftime(month_start(m), '%Y-%m')`,
    `create macro filing_time(party, m) as month_start(m + 1) + to_days((2 + 12 * draw(party * 1000 + m, ${SALT.filed}))::integer) + interval 10 hour`,
    // Digital invoices carry 20 digits; about one in seventy is still a legacy one with code and 8 digits.
    `create macro is_legacy(i) as draw(i, ${SALT.legacy}) < 0.015`,
    `create macro invoice_code(i) as case when is_legacy(i) then '530024113' || (i // 100000000)::varchar end`,
    `create macro invoice_number(i, m) as case when is_legacy(i) then lpad((i % 100000000)::varchar, 8, '0')
       else strftime(month_start(m), '%y') || '531' || lpad(i::varchar, 15, '0') end`,
  ];
}
