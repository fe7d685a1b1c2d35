/** Quarterly returns of small-scale taxpayers, from their invoices and uninvoiced sales. */
import { at, dayIn, isQuarterEnd, monthOfDay, workingDay } from './calendar.ts';
import type { Random } from './random.ts';
import type { Sources } from './returns.ts';
import { fen, taxOf, total } from './world.ts';
import type { Fen, Firm } from './world.ts';

export interface SmallReturn {
  readonly firm: Firm;
  readonly month: number;
  readonly filedAt: string;
  /** Rows of the form by their printed number. */
  readonly rows: Record<number, Fen>;
}

const QUARTER_LIMIT = fen(300_000);

function fill(firm: Firm, special: Fen, other: Fen, uninvoiced: Fen, claimsExempt: boolean): Record<number, Fen> {
  const sum = special + other + uninvoiced;
  const rows: Record<number, Fen> = {};
  for (let number = 1; number <= 25; number += 1) rows[number] = 0;
  const free = sum <= QUARTER_LIMIT || claimsExempt ? sum - special : 0;
  const isProduce = firm.entityKind === 'cooperative';
  const exemptRow = isProduce ? 12 : firm.entityKind === 'individual' ? 11 : 10;
  rows[1] = isProduce ? 0 : sum - free;
  rows[2] = special;
  rows[3] = free > 0 || isProduce ? 0 : other;
  rows[9] = isProduce ? sum : free;
  rows[exemptRow] = rows[9];
  rows[15] = taxOf(rows[1], 3);
  rows[16] = taxOf(rows[1], 2);
  rows[17] = taxOf(rows[9], 3);
  if (exemptRow === 10) rows[18] = rows[17];
  if (exemptRow === 11) rows[19] = rows[17];
  rows[20] = rows[15] - rows[16];
  rows[22] = rows[20];
  rows[23] = Math.round(taxOf(rows[22], 7) / 2);
  rows[24] = Math.round(taxOf(rows[22], 3) / 2);
  rows[25] = Math.round(taxOf(rows[22], 2) / 2);
  return rows;
}

/** One return per whole quarter of the span; the quarter that has not ended is not due yet. */
export function fileSmallReturns(sources: Sources, random: Random): SmallReturn[] {
  const { economy, roles } = sources;
  const sold = new Map<string, { special: Fen; other: Fen }>();
  for (const invoice of sources.invoices) {
    if (invoice.seller?.vatStatus !== 'small' || invoice.status === 'void') continue;
    const month = monthOfDay(invoice.day);
    const key = `${invoice.seller.id}/${month - (month % 3) + 2}`;
    const sums = sold.get(key) ?? { special: 0, other: 0 };
    if (invoice.kind === 'special') sums.special += invoice.amount;
    else sums.other += invoice.amount;
    sold.set(key, sums);
  }
  const filed: SmallReturn[] = [];
  for (const firm of [...economy.small, ...economy.cooperatives]) {
    for (let month = economy.firstMonth + 2; month <= economy.lastMonth; month += 1) {
      if (!isQuarterEnd(month)) continue;
      const { special, other } = sold.get(`${firm.id}/${month}`) ?? { special: 0, other: 0 };
      const uninvoiced = total([2, 1, 0].map((back) => sources.uninvoiced.get(`${firm.id}/${month - back}`) ?? 0));
      const claimsExempt = roles.has(firm, 'exempt_over_limit') && economy.lastMonth - month <= 8;
      filed.push({
        firm, month, rows: fill(firm, special, other, uninvoiced, claimsExempt),
        filedAt: at(workingDay(dayIn(month + 1, random.int(6, 12))), random.int(9, 17), random.int(0, 59)),
      });
    }
  }
  return filed;
}
