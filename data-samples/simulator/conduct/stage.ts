/** The province as a script sees it: its window, its people, and the parties outside. */
import { addDays, dayIn, windowOf, ymOf } from '../calendar.ts';
import { GOODS } from '../facts/goods.ts';
import type { SimulateOptions } from '../options.ts';
import type { Random } from '../random.ts';
import { outsideCount } from '../world/firms.ts';
import type { Cast } from './cast.ts';

const DAY_MS = 86_400_000;
/** What happened is mostly met while it is young: of five spans four end in the last twelve months. */
const ONE_EARLY_OF = 5;
const RECENT_DAYS = 365;

export interface Stage {
  readonly options: SimulateOptions;
  readonly cast: Cast;
  readonly firstYm: number;
  readonly lastYm: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly cutoff: string;
  /** Whether the next span lies in the last twelve months: dealt in turn, so that a small province has its share too. */
  readonly isNextRecent: () => boolean;
}

export function stageOf(options: SimulateOptions, cast: Cast): Stage {
  const { firstYm, lastYm, cutoff } = windowOf(options);
  let turn = options.seed;
  const isNextRecent = (): boolean => {
    turn += 1;
    return turn % ONE_EARLY_OF !== 0;
  };
  return { options, cast, isNextRecent, firstYm, lastYm, firstDay: dayIn(firstYm, 1), lastDay: dayIn(lastYm, 31), cutoff };
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

export const monthOf = (day: string): number => ymOf(day.slice(0, 7));

/** First day of something that lasts `days` and ends within the window; `days` is cut to the window. */
export function drawStart(stage: Stage, random: Random, days: number): string {
  const latest = Math.max(0, daysBetween(stage.firstDay, stage.lastDay) - days);
  const recent = Math.max(0, Math.min(latest, latest + Math.round(days / 2) - RECENT_DAYS));
  return addDays(stage.firstDay, stage.isNextRecent() ? random.int(recent, latest) : random.int(0, recent));
}

export interface Months { readonly fromYm: number; readonly toYm: number }

/** A run of months within the window; four in five reach into the last twelve months. */
export function drawMonths(stage: Stage, random: Random, months: number, notBeforeYm = stage.firstYm): Months {
  const earliest = Math.min(stage.lastYm, Math.max(stage.firstYm, notBeforeYm));
  const length = Math.min(months, stage.lastYm - earliest + 1);
  const latest = stage.lastYm - length + 1;
  const recent = Math.max(earliest, Math.min(latest, stage.lastYm - 11 - Math.floor(length / 2)));
  const fromYm = stage.isNextRecent() ? random.int(recent, latest) : random.int(earliest, recent);
  return { fromYm, toYm: fromYm + length - 1 };
}

/** A party outside the province that has the good to sell. */
export function outsideSellerOf(stage: Stage, random: Random, good: number): number {
  return stage.options.taxpayers + good + GOODS.length * random.int(0, 3);
}

/** Any party outside the province. */
export function outsideParty(stage: Stage, random: Random): number {
  return stage.options.taxpayers + random.int(0, outsideCount(stage.options) - 1);
}
