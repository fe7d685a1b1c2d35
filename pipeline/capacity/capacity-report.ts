import { cumulative, placeOfficers } from '../../models/capacity/place-officers.ts';
import { rateOf } from '../../models/evaluate/rate.ts';
import type { Outcome } from '../calibrate/read-outcomes.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { cutSql, NO_REGION, OFFICER_SQL, QUEUE_SQL, regionsSql, TAXPAYERS_SQL } from './queue-sql.ts';
import type { RegionOfficers } from './read-officers.ts';
import { writeWorth, type Shares } from './worth.ts';

type Levels = Readonly<Record<'high' | 'medium' | 'low', number>>;

/** Known outcomes among some cases: share of positives with its interval, null without known outcomes. */
export interface Precision {
  readonly known: number;
  readonly positive: number;
  readonly precision: Interval | null;
}

export interface RegionCut {
  readonly region: string;
  readonly desks: number;
  readonly queued: number;
  readonly taken: number;
  readonly unused_desks: number;
  /** Score of the last case taken; null when the queue ends before the desks do, or there are none. */
  readonly cut_score: number | null;
  /** Cases of that score that are taken and left: their order follows money at risk, then the id. */
  readonly tied_taken: number;
  readonly tied_left: number;
  readonly taken_by_level: Levels;
  readonly left_by_level: Levels;
  readonly taken_yuan: number;
  readonly left_yuan: number;
  readonly inside: Precision;
  /** The last tenth of the cases taken, and as many after the cut: what the last desks add, and what a few more would. */
  readonly last_tenth: Precision;
  readonly next_tenth: Precision;
}

/** The same province with more or fewer desks everywhere, rounded down. */
export interface Scaled {
  readonly percent_of_officers: number;
  readonly desks: number;
  readonly taken: number;
  readonly unused_desks: number;
  readonly taken_yuan: number;
  readonly inside: Precision;
}

export interface Placement {
  readonly measured_in: 'expected_positives' | 'expected_yuan';
  readonly officers: number;
  readonly given_worth: number;
  readonly best_worth: number;
  readonly gain: number;
  /** Officers whom no queue needs when the others are placed best. */
  readonly unplaced: number;
  readonly regions: readonly { readonly region: string; readonly officers: number; readonly best_officers: number; readonly given_worth: number; readonly best_worth: number }[];
}

export interface CapacityReport {
  readonly regions: readonly RegionCut[];
  /** Taxpayers in no region: nobody takes their cases. */
  readonly none: { readonly taxpayers: number; readonly queued: number; readonly queued_yuan: number };
  readonly by_officers: readonly Scaled[];
  readonly placement: Placement;
  readonly has_labels: boolean;
}

const PERCENTS = [50, 75, 100, 125, 150];

/**
 * Queues, cuts and the best placement of officers. Needs a view `taxpayer_grades`; leaves tables capacity_* behind. Only taxpayers of level high, medium and low are queued;
 * where desks outnumber them, desks stay unused. `outcomes` null: no labels.
 */
export async function capacityReport(engine: Engine, officers: readonly RegionOfficers[], shares: Shares, outcomes: readonly Outcome[] | null): Promise<CapacityReport> {
  await engine.exec(`create or replace table capacity_region as ${regionsSql(officers)}`);
  await writeLabels(engine, outcomes ?? []);
  await engine.exec(`create or replace table capacity_taxpayer as ${TAXPAYERS_SQL}`);
  await engine.exec(`create or replace table capacity_queue as ${QUEUE_SQL}`);
  const [none] = await engine.rows<CapacityReport['none']>(`select cast(count(*) as bigint) as taxpayers, cast(count(q.place) as bigint) as queued, cast(coalesce(sum(q.amount_yuan), 0) as double) as queued_yuan
    from capacity_taxpayer t left join capacity_queue q on q.taxpayer_id = t.taxpayer_id where t.region = ${sqlText(NO_REGION)}`);
  const byOfficers: Scaled[] = [];
  for (const percent of PERCENTS) byOfficers.push(scaled(percent, await cuts(engine, `floor(cast(r.desks * ${percent} as double) / 100)`)));
  await writeWorth(engine, shares, outcomes !== null);
  return {
    regions: await cuts(engine, 'r.desks'),
    none: none ?? { taxpayers: 0, queued: 0, queued_yuan: 0 },
    by_officers: byOfficers,
    placement: await placement(engine, officers, outcomes !== null),
    has_labels: outcomes !== null,
  };
}

async function writeLabels(engine: Engine, outcomes: readonly Outcome[]): Promise<void> {
  await engine.exec('create or replace table capacity_label (taxpayer_id varchar, is_positive boolean)');
  for (let from = 0; from < outcomes.length; from += 5000) {
    const rows = outcomes.slice(from, from + 5000).map(({ taxpayer_id, isPositive }) => `(${sqlText(taxpayer_id)}, ${isPositive})`);
    await engine.exec(`insert into capacity_label values ${rows.join(', ')}`);
  }
}

type CutRow = Pick<RegionCut, 'region' | 'desks' | 'queued' | 'taken' | 'unused_desks' | 'cut_score' | 'tied_taken' | 'tied_left' | 'taken_yuan' | 'left_yuan'>
  & Readonly<Record<`${'taken' | 'left'}_${keyof Levels}` | `${'inside' | 'before' | 'after'}_${'known' | 'positive'}`, number>>;

async function cuts(engine: Engine, desks: string): Promise<RegionCut[]> {
  const rows = await engine.rows<CutRow>(cutSql(desks));
  return rows.map((row) => {
    const levels = (part: 'taken' | 'left'): Levels => ({ high: row[`${part}_high`], medium: row[`${part}_medium`], low: row[`${part}_low`] });
    const { region, desks: all, queued, taken, unused_desks, cut_score, tied_taken, tied_left, taken_yuan, left_yuan } = row;
    return {
      region, desks: all, queued, taken, unused_desks, cut_score, tied_taken, tied_left, taken_by_level: levels('taken'), left_by_level: levels('left'), taken_yuan, left_yuan,
      inside: precision(row.inside_positive, row.inside_known), last_tenth: precision(row.before_positive, row.before_known), next_tenth: precision(row.after_positive, row.after_known),
    };
  });
}

function precision(positive: number, known: number): Precision {
  return { known, positive, precision: intervalOf(positive, known) };
}

function scaled(percent: number, regions: readonly RegionCut[]): Scaled {
  const sum = (of: (cut: RegionCut) => number): number => regions.reduce((all, cut) => all + of(cut), 0);
  return {
    percent_of_officers: percent, desks: sum(({ desks }) => desks), taken: sum(({ taken }) => taken), unused_desks: sum(({ unused_desks }) => unused_desks), taken_yuan: sum(({ taken_yuan }) => taken_yuan),
    inside: precision(sum(({ inside }) => inside.positive), sum(({ inside }) => inside.known)),
  };
}

async function placement(engine: Engine, officers: readonly RegionOfficers[], hasLabels: boolean): Promise<Placement> {
  const rows = await engine.rows<{ region: string; officer: number; worth: number }>(OFFICER_SQL);
  const values = officers.map(({ region }) => ({ region, by_officer: rows.filter((row) => row.region === region).map(({ worth }) => worth) }));
  const all = officers.reduce((sum, one) => sum + one.officers, 0);
  const best = placeOfficers(values, all);
  const regions = officers.map(({ region, officers: given }, at) => {
    const worth = cumulative(values[at]?.by_officer ?? []);
    const worthOf = (count: number): number => worth[Math.min(count, worth.length - 1)] ?? 0;
    return { region, officers: given, best_officers: best[at] ?? 0, given_worth: worthOf(given), best_worth: worthOf(best[at] ?? 0) };
  });
  const [givenWorth, bestWorth] = [regions.reduce((sum, one) => sum + one.given_worth, 0), regions.reduce((sum, one) => sum + one.best_worth, 0)];
  return {
    measured_in: hasLabels ? 'expected_positives' : 'expected_yuan', officers: all, given_worth: givenWorth, best_worth: bestWorth, gain: bestWorth - givenWorth,
    unplaced: all - best.reduce((sum, count) => sum + count, 0), regions,
  };
}

/** A share with its 95 % interval. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

function intervalOf(part: number, whole: number): Interval | null {
  const { share, low, high } = rateOf(part, whole);
  return share === null || low === null || high === null ? null : { share, low, high };
}
