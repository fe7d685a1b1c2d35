import { listEntries } from '../plain-lists.ts';
import { dayOf, daysBetween, fenOf, sum, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

const deferrals = (world: PlainWorld, id: string): readonly Row[] => world.of('deferrals', 'taxpayer_id', id);
const dayOfList = (value: unknown): string => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value));

/** What a registered field was on a day: undone from the newest change back. */
export function fieldOn(world: PlainWorld, id: string, field: string, day: string): string {
  const later = world.of('taxpayer_changes', 'taxpayer_id', id).filter((row) => row.field === field && dayOf(row.changed_on) > day).sort((a, b) => ((a.changed_on ?? '') < (b.changed_on ?? '') ? -1 : 1))[0];
  return later === undefined ? (world.taxpayer(id)?.[field] ?? '') : (later.old_value ?? '');
}

/** DF-01: deferred while the industry on the programme's day was not manufacturing. */
const notMaking: Formula = (world, { id }) => yuan(sum(deferrals(world, id).filter((row) => {
  const programme = listEntries('deferral-programmes').find((each) => each.programme_code === row.programme_code);
  return programme !== undefined && !fieldOn(world, id, 'industry_code', dayOfList(programme.industry_on)).startsWith('C');
}).map((row) => fenOf(row.deferred_amount))));

/** DF-02: deferred beyond the part that the sales of the programme's sales year allow, over the rows beyond one yuan. */
const overShare: Formula = (world, { id }) => yuan(sum(deferrals(world, id).map((row) => {
  const year = Number(listEntries('deferral-programmes').find((each) => each.programme_code === row.programme_code)?.sales_year) * 12 + 11;
  const periods = world.periods(id, year, 12);
  const sales = (12 * (sum(periods.map((each) => each.sales)) - sum(world.schedule1(id, year, 12).map((each) => fenOf(each.deduction_c12))))) / sum(periods.map(({ span }) => span)) / 100;
  const band = listEntries('deferral-bands').find((each) => each.programme_code === row.programme_code && Number(each.sales_from_yuan) <= sales && sales < Number(each.sales_to_yuan));
  const over = fenOf(row.deferred_amount) - Number(band?.share) * fenOf(row.tax_due);
  return over > 100 ? over : 0;
})));

/** DF-03: deferred for a tax or a period that the programme does not cover. */
const outside: Formula = (world, { id }) => yuan(sum(deferrals(world, id).filter((row) => {
  const known = listEntries('deferral-programmes').filter((each) => each.programme_code === row.programme_code);
  const isCovered = known.some((each) => each.tax_item === row.tax_item && ymOf(dayOfList(each.from)) <= ymOf(row.period) && ymOf(row.period) <= ymOf(dayOfList(each.to)));
  return known.length > 0 && !isCovered;
}).map((row) => fenOf(row.deferred_amount))));

/** First Monday to Friday on or after a day; the calendar of the sample names no holiday. */
const workingDayFrom = (day: string): string => {
  let time = Date.parse(`${day}T00:00:00Z`);
  while ([0, 6].includes(new Date(time).getUTCDay())) time += 86_400_000;
  return new Date(time).toISOString().slice(0, 10);
};
const openOf = (row: Row): number => fenOf(row.deferred_amount) - ((row.paid_amount ?? '') !== '' ? fenOf(row.paid_amount) : (row.paid_on ?? '') === '' ? 0 : fenOf(row.deferred_amount));

/** DF-04: open beyond one yuan and past the due day. */
const overdue: Formula = (world, { id }) =>
  yuan(sum(deferrals(world, id).filter((row) => openOf(row) > 100 && daysBetween(workingDayFrom(dayOf(row.extended_due_on)), world.asOf) > 0).map(openOf)));

export const DEFERRAL: Readonly<Record<string, Formula>> = { 'DF-01': notMaking, 'DF-02': overShare, 'DF-03': outside, 'DF-04': overdue };
