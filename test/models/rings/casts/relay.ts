import { each, sold, type Cast } from './cast.ts';
import { dayAfter } from './loop.ts';

interface Relay {
  readonly times?: number;
  /** Days on which the pair trades without anything before or behind it. */
  readonly idleTimes?: number;
  readonly amount?: number;
  readonly daysBefore?: number;
  readonly daysBehind?: number;
  /** What goes out over what came in, at the first hand and at the second. */
  readonly marginBefore?: number;
  readonly marginBehind?: number;
  readonly feeders?: readonly string[];
  readonly goods?: readonly [string, string, string];
  /** What both hands sell elsewhere. */
  readonly elsewhere?: number;
  readonly end?: string;
}

const STARTS = ['2025-10-08', '2025-11-08', '2025-12-08', '2026-01-08', '2026-02-08', '2026-03-08', '2026-04-08'];

/** F feeds P, what P receives it sells to Q within days, and Q to E: three times over. */
export function relay({
  times = 3, idleTimes = 0, amount = 100_000, daysBefore = 6, daysBehind = 6, marginBefore = 1.01, marginBehind = 1.01, feeders = ['F'],
  goods = ['1080101', '1080101', '1080101'], elsewhere = 0, end = 'E',
}: Relay = {}): Cast {
  const rounded = (yuan: number): number => Math.round(yuan * 100) / 100;
  const relays = STARTS.slice(0, times).flatMap((day, place) => [
    sold(`${feeders[place % feeders.length]}>P`, dayAfter(day, -daysBefore), rounded(amount / marginBefore), { goods: goods[0] }),
    sold('P>Q', day, amount, { goods: goods[1] }),
    sold(`Q>${end}`, dayAfter(day, daysBehind), rounded(amount * marginBehind), { goods: goods[2] }),
  ]);
  const idle = STARTS.slice(times, times + idleTimes).map((day) => sold('P>Q', day, amount, { goods: goods[1] }));
  const others = elsewhere === 0 ? [] : [sold('P>X', '2025-09-01', elsewhere), sold('Q>X', '2025-09-01', elsewhere)];
  return { firms: each('P Q E'), sales: [...relays, ...idle, ...others] };
}
