/** Months are counted as year × 12 + month − 1 (`ym`); days are ISO text. */
import type { SimulateOptions } from './options.ts';

/** Number of a month from its `YYYY-MM`. */
export function ymOf(period: string): number {
  return Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1;
}

/** `YYYY-MM` of a month. */
export function periodOf(ym: number): string {
  return `${Math.floor(ym / 12)}-${String((ym % 12) + 1).padStart(2, '0')}`;
}

/** ISO day of a month; a day past the month's end is clipped to it. */
export function dayIn(ym: number, day: number): string {
  const last = new Date(Date.UTC(Math.floor(ym / 12), (ym % 12) + 1, 0)).getUTCDate();
  return `${periodOf(ym)}-${String(Math.min(day, last)).padStart(2, '0')}`;
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The same day, or the next Monday when it falls on a weekend. */
function workingDay(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}

/** First and last month of the window, and the day up to which everything is known. */
export interface Window {
  readonly firstYm: number;
  readonly lastYm: number;
  /** The filing deadline of the last period, moved past a weekend. */
  readonly cutoff: string;
}

export function windowOf(options: SimulateOptions): Window {
  const lastYm = ymOf(options.lastPeriod);
  return { firstYm: lastYm - options.months + 1, lastYm, cutoff: workingDay(dayIn(lastYm + 1, 15)) };
}
