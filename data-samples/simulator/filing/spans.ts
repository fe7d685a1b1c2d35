/** Months are worked on some at a time: enough for large steps, few enough for memory. */
import { windowOf } from '../calendar.ts';
import type { SimulateOptions } from '../options.ts';

const MONTHS_AT_A_TIME = 6;

export interface MonthSpan {
  readonly fromYm: number;
  readonly toYm: number;
}

/** The window in spans of up to six months. */
export function spansOf(options: SimulateOptions): MonthSpan[] {
  const { firstYm, lastYm } = windowOf(options);
  const count = Math.ceil((lastYm - firstYm + 1) / MONTHS_AT_A_TIME);
  return Array.from({ length: count }, (_, at) => ({ fromYm: firstYm + at * MONTHS_AT_A_TIME,
    toYm: Math.min(lastYm, firstYm + (at + 1) * MONTHS_AT_A_TIME - 1) }));
}
