import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import { each, sold, type Cast } from './cast.ts';

interface Loop {
  readonly path?: string;
  /** Days of the hops; the last holds for all that follow. */
  readonly days?: readonly string[];
  readonly amounts?: readonly number[];
  readonly goods?: readonly string[];
  /** What each party sells of the same good outside. */
  readonly outside?: number;
  /** Invoices of each hop, one a day from its day on. */
  readonly invoices?: number;
  readonly firm?: CaseRow;
}

export const STEEL = '1080101';

/** A good goes round: A sells to B, B to C, C to A. */
export function loop({ path = 'A>B>C>A', days = ['04-01', '04-11', '04-21'], amounts = [100_000], goods = [STEEL], outside = 0, invoices = 1, firm = {} }: Loop = {}): Cast {
  const parties = path.split('>');
  const at = <T>(values: readonly T[], place: number): T => values[Math.min(place, values.length - 1)]!;
  const hops = parties.slice(1).flatMap((buyer, place) => Array.from({ length: invoices }, (_, number) =>
    sold(`${parties[place]}>${buyer}`, dayAfter(at(days, place), number), at(amounts, place) / invoices, { goods: at(goods, place) })));
  const elsewhere = outside === 0 ? [] : parties.slice(1).map((id) => sold(`${id}>X`, at(days, 0), outside, { goods: at(goods, 0) }));
  return { firms: each([...new Set(parties)].join(' '), firm), sales: [...hops, ...elsewhere] };
}

/** The day some days later; days of 2026 may come without their year. */
export function dayAfter(day: string, days: number): string {
  const date = new Date(`${day.length === 5 ? '2026-' : ''}${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
