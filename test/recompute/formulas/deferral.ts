import { listEntries } from '../plain-lists.ts';
import { addMonths, at, dayOf, daysBetween, fenOf, sum, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
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

/** DF-06: tax owed on the day of a decision that neither the decision nor row 21 of that month and the next set off; the greatest of twelve months. */
const notOffset: Formula = (world, { id }) => {
  const approved = world.of('refund_applications', 'taxpayer_id', id).filter((row) => row.decision === 'approved' && dayOf(row.decided_at) > addMonths(world.asOf, -12));
  return yuan(Math.max(0, ...approved.map((claim) => {
    const decided = dayOf(claim.decided_at);
    const filed = world.returns(id).filter((each) => each.filedOn < decided && each.ym < ymOf(decided)).at(-1);
    const due = deferrals(world, id).filter((row) => row.tax_item === 'vat' && dayOf(row.extended_due_on) < decided);
    // What was paid after the decision was still owed on its day.
    const owed = due.map((row) => ((row.paid_on ?? '') !== '' && dayOf(row.paid_on) <= decided ? openOf(row) : fenOf(row.deferred_amount) - ((row.paid_on ?? '') === '' ? fenOf(row.paid_amount) : 0)));
    return (filed === undefined ? 0 : at(filed, '33')) + sum(owed) - fenOf(claim.arrears_offset_amount) - world.s2(id, '21', ymOf(decided) + 1, 2);
  })));
};

const EXITS = ['deregistering', 'deregistered', 'abnormal', 'absconded'];
/** Days on which the taxpayer left, by the register and its changes. */
const exitDays = (world: PlainWorld, id: string): string[] => [
  ...world.of('taxpayer_changes', 'taxpayer_id', id).filter((row) => row.field === 'status' && EXITS.includes(row.new_value ?? '')).map((row) => dayOf(row.changed_on)),
  ...(EXITS.includes(world.taxpayer(id)?.status ?? '') ? [dayOf(world.taxpayer(id)?.status_from)] : []),
];

/** Money went to related parties and owners, at least half of what was deferred, and the share of cash fell by half. */
function isDrained(world: PlainWorld, id: string, from: number, to: number, deferred: number): boolean {
  const sheets = world.of('balance_sheets', 'taxpayer_id', id).map((row) => ({ ym: ymOf(row.period), cash: fenOf(row.cash) / fenOf(row.total_assets),
    receivables: fenOf((row.other_receivables_related ?? '') === '' ? row.other_receivables : row.other_receivables_related) })).sort((a, b) => a.ym - b.ym);
  const before = sheets.filter(({ ym }) => ym < from).at(-1);
  const during = sheets.filter(({ ym }) => ym >= from && ym <= to);
  if (before === undefined || during.length === 0) return false;
  const rise = Math.max(0, Math.max(...during.map(({ receivables }) => receivables)) - before.receivables);
  return rise + distributed(world, id, from, to) >= 0.5 * deferred && Math.min(...during.map(({ cash }) => cash)) <= 0.5 * before.cash;
}

/** Profit distributed in some months; statements of the year to date count less the one before in their year. */
function distributed(world: PlainWorld, id: string, from: number, to: number): number {
  const statements = world.of('income_statements', 'taxpayer_id', id).map((row) => ({ ym: ymOf(row.period), isYear: row.value_basis === 'ytd', amount: fenOf(row.profit_distributed) })).sort((a, b) => a.ym - b.ym);
  return sum(statements.filter(({ ym }) => ym >= from && ym <= to).map(({ ym, isYear, amount }) => {
    const earlier = statements.filter((other) => other.isYear && other.ym < ym && Math.floor(other.ym / 12) === Math.floor(ym / 12)).at(-1);
    return amount - (isYear ? (earlier?.amount ?? 0) : 0);
  }));
}

/** DF-05: leaving, draining and a change of control from the first due day to ninety days after the last; for control alone the share that changed. */
const flight: Formula = (world, { id }, branch) => {
  const rows = deferrals(world, id);
  const from = rows.map((row) => dayOf((row.original_due_on ?? '') === '' ? row.extended_due_on : row.original_due_on)).sort()[0] ?? '';
  const last = rows.map((row) => dayOf(row.extended_due_on)).sort().at(-1) ?? '';
  const isIn = (day: string): boolean => day >= from && daysBetween(last, day) <= 90;
  const until = new Date(Date.parse(`${last}T00:00:00Z`) + 90 * 86_400_000).toISOString();
  const hasLeft = exitDays(world, id).some((day) => isIn(day) && rows.some((row) => openOf(row) > 0 || dayOf(row.paid_on) > day));
  const share = sum(world.of('taxpayer_changes', 'taxpayer_id', id).filter((row) => isIn(dayOf(row.changed_on))).map((row) => Number(row.changed_share ?? '0')));
  if (branch === 'control') return share;
  return Number(hasLeft) + Number(isDrained(world, id, ymOf(from), ymOf(until), sum(rows.map((row) => fenOf(row.deferred_amount))))) + Number(share >= 0.5);
};

export const DEFERRAL: Readonly<Record<string, Formula>> = {
  'DF-01': notMaking, 'DF-02': overShare, 'DF-03': outside, 'DF-04': overdue, 'DF-05': flight, 'DF-06': notOffset,
};
