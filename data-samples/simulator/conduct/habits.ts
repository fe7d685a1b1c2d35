/** What a firm of an industry usually sells and buys, for recruits that change their business. */
import { goodNumber } from '../facts/goods.ts';
import { INDUSTRIES } from '../facts/industries.ts';
import type { Side } from './rows.ts';

const numbered = (weights: Readonly<Record<string, number>>, factor: number): [number, number][] => Object.entries(weights).map(
  ([key, weight]) => [goodNumber(key), weight * factor],
);

export function industryNumber(code: string): number {
  const found = INDUSTRIES.findIndex((industry) => industry.code === code);
  if (found < 0) throw new Error(`no industry "${code}": add it to facts/industries.ts`);
  return found;
}

/** Traders buy what they sell and a little for themselves; the others buy their recipe. */
export function usualGoods(industry: number, side: Side): Map<number, number> {
  const found = INDUSTRIES[industry];
  if (found === undefined) throw new Error(`no industry number ${industry}`);
  if (side === 'sell') return new Map(numbered(found.sells, 1));
  return found.role === 'trader' ? new Map([...numbered(found.sells, 0.94), ...numbered(found.buys, 0.06)]) : new Map(numbered(found.buys, 1));
}

export function costShareOf(industry: number): number {
  return INDUSTRIES[industry]?.costShare ?? 0.8;
}

/** The name with the word of the new industry in place of the old one's. */
export function renamed(name: string, fromIndustry: number, toIndustry: number): string {
  const words = INDUSTRIES[fromIndustry]?.words ?? [];
  const old = words.find((word) => name.includes(word));
  return old === undefined ? name : name.replace(old, INDUSTRIES[toIndustry]?.words[0] ?? old);
}

const FARM_GOODS = new Set(['wheat', 'maize', 'vegetables', 'cotton', 'herbs', 'timber'].map(goodNumber));

/** Farm produce that an industry usually works up. */
export const farmGoodsOf = (industry: number): number[] => [...usualGoods(industry, 'buy').keys()].filter((good) => FARM_GOODS.has(good));
/** Share of farm produce in what an industry buys. */
export function farmShareOf(industry: number): number {
  const bought = [...usualGoods(industry, 'buy')];
  const sum = (of: readonly [number, number][]): number => of.reduce((total, [, weight]) => total + weight, 0);
  return sum(bought.filter(([good]) => FARM_GOODS.has(good))) / sum(bought);
}
/** Any farm produce. */
export const FARM_PRODUCE: readonly number[] = [...FARM_GOODS];
