/** How a sum becomes tickets, and when they are written. */
import { addDays } from '../calendar.ts';
import type { Random } from '../random.ts';
import { roundYuan } from './draws.ts';

export type TicketStyle = 'at the cap' | 'near the cap' | 'broken up' | 'mixed';

/** `count` ticket amounts below the cap. */
export function ticketAmounts(random: Random, count: number, capYuan: number, style: TicketStyle): number[] {
  return Array.from({ length: count }, () => {
    if (style === 'at the cap') return roundYuan(capYuan * random.between(0.95, 0.9999));
    const isFull = style === 'near the cap' || (style === 'mixed' && random.chance(0.5));
    // a ticket's ceiling counts before tax, and nobody writes it to the last fen
    return roundYuan(capYuan * (isFull ? random.between(0.85, 0.9999) : random.between(0.12, 0.84)));
  });
}

export interface TicketTime { readonly day: string; readonly second: number | undefined }

/** Times of `count` tickets over `days`: in sittings, one ticket after the other, or spread over office hours. */
export function ticketTimes(random: Random, count: number, firstDay: string, days: number, inSittings: boolean): TicketTime[] {
  if (!inSittings) return Array.from({ length: count }, () => ({ day: addDays(firstDay, random.int(0, days - 1)), second: undefined }));
  const sittings = Array.from({ length: Math.max(1, Math.min(days, Math.ceil(count / 9))) }, () => ({
    day: addDays(firstDay, random.int(0, days - 1)), second: 3600 * (random.chance(0.45) ? random.int(20, 22) : random.int(9, 18)) + random.int(0, 3000),
  }));
  const clock = sittings.map(({ second }) => second);
  return Array.from({ length: count }, () => {
    const at = random.int(0, sittings.length - 1);
    const second = Math.min(86_340, (clock[at] ?? 0) + random.int(25, 240));
    clock[at] = second;
    return { day: sittings[at]?.day ?? firstDay, second };
  });
}
