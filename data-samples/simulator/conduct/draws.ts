/** Small draws the scripts share: skewed sizes, split sums, keys, ways of working. */
import type { Random } from '../random.ts';

/** How well a script hides. Nothing reads it but the script: each hides other things. */
export type Care = 'crude' | 'middling' | 'careful';

export function drawCare(random: Random): Care {
  const u = random.next();
  return u < 0.4 ? 'crude' : u < 0.75 ? 'middling' : 'careful';
}

export function byCare<T>(care: Care, crude: T, middling: T, careful: T): T {
  return { crude, middling, careful }[care];
}

export const roundYuan = (amount: number): number => Math.round(amount * 100) / 100;

/** An integer in [low, high]; small ones are more frequent. */
export function skewedInt(random: Random, low: number, high: number): number {
  const u = random.next();
  return low + Math.floor((high - low + 1) * u * u);
}

/** Uneven parts of a sum that add up to it to the fen. */
export function splitSum(random: Random, totalYuan: number, parts: number): number[] {
  const weights = Array.from({ length: parts }, () => random.between(0.5, 1.5));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const head = weights.slice(1).map((weight) => roundYuan((totalYuan * weight) / sum));
  return [roundYuan(totalYuan - head.reduce((total, part) => total + part, 0)), ...head];
}

export function hexKey(random: Random): string {
  const half = (): string => Math.floor(random.next() * 4294967296).toString(16).padStart(8, '0');
  return half() + half();
}

export function ipAddress(random: Random): string {
  return `10.${random.int(53, 56)}.${random.int(0, 255)}.${random.int(1, 254)}`;
}

/** A share with three decimals, so that the truth file prints what was used. */
export function drawShare(random: Random, low: number, high: number): number {
  return Math.round(random.between(low, high) * 1000) / 1000;
}
