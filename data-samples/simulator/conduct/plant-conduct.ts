import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { SimulateOptions } from '../options.ts';
import { Random } from '../random.ts';
import { readCast } from './cast.ts';
import { EVERY_KIND_FROM, fraudPlan, LOOKALIKE_KINDS, LOOKALIKES_FROM, RING_KINDS } from './plan.ts';
import type { RingKind } from './plan.ts';
import { emptyRows } from './rows.ts';
import type { ConductRows } from './rows.ts';
import { Script } from './script.ts';
import { plantSingles } from './singles/plant-singles.ts';
import { stageOf } from './stage.ts';
import type { Stage } from './stage.ts';
import { writeRows } from './write-rows.ts';

/** Scripts run over months: a shorter window has none. */
const LEAST_MONTHS = 6;
/** No ring takes more than this share of all members. */
const LARGEST_RING_SHARE = 0.2;
/** Draws that in a row planted nothing, after which the cast counts as used up. */
const MOST_FAILURES = 12;

const named = (name: string, number: number): string => `${name}-${String(number).padStart(3, '0')}`;

function plantLookalikes(stage: Stage, rows: ConductRows): void {
  const { taxpayers } = stage.options;
  for (const { kind, taxpayersPerOne, plant } of LOOKALIKE_KINDS) {
    const wanted = taxpayers < LOOKALIKES_FROM ? 0 : Math.max(1, Math.round(taxpayers / taxpayersPerOne));
    for (let number = 1; number <= wanted; number += 1) plant(new Script(named(kind, number), kind, stage, rows));
  }
}

function drawKind(random: Random, room: number): RingKind | undefined {
  const fitting = RING_KINDS.filter(({ least }) => least <= room);
  let left = random.next() * fitting.reduce((sum, { weight }) => sum + weight, 0);
  return fitting.find(({ weight }) => (left -= weight) < 0);
}

/** One ring of each kind while they fit, then by weight until the members are used up. */
function plantRings(stage: Stage, rows: ConductRows, members: number): void {
  const random = new Random(`${stage.options.seed}/conduct/rings`);
  const numbers = new Map<string, number>();
  let room = members;
  const plant = (kind: RingKind, most: number): number => {
    const number = (numbers.get(kind.archetype) ?? 0) + 1;
    const planted = kind.plant(new Script(named(kind.archetype, number), kind.archetype, stage, rows), most);
    if (planted > 0) numbers.set(kind.archetype, number);
    room -= planted;
    return planted;
  };
  const leastOfAll = RING_KINDS.reduce((sum, { least }) => sum + least, 0);
  let reserved = leastOfAll;
  for (const kind of RING_KINDS) {
    reserved -= kind.least;
    // the first ones leave room for a small one of every other kind, where all kinds must be met
    const most = stage.options.taxpayers >= EVERY_KIND_FROM ? room - reserved : Math.max(kind.least, Math.round(room / 3));
    if (kind.least <= Math.min(most, room)) plant(kind, Math.min(most, room, Math.max(kind.least, Math.round(members * LARGEST_RING_SHARE))));
  }
  for (let failures = 0; failures < MOST_FAILURES;) {
    const kind = drawKind(random, room);
    if (kind === undefined) return;
    failures = plant(kind, Math.min(room, Math.max(2 * kind.least, Math.round(members * LARGEST_RING_SHARE)))) > 0 ? 0 : failures + 1;
  }
}

/**
 * Recruits ordinary taxpayers for the scripts and writes what they will do. The legal look-alikes come first and hang on the seed alone, so that
 * they are the same with and without rings.
 */
export async function plantConduct(engine: Engine, options: SimulateOptions): Promise<void> {
  if (options.months < LEAST_MONTHS) return;
  const stage = stageOf(options, await readCast(engine, options));
  const rows = emptyRows();
  plantLookalikes(stage, rows);
  if (options.rings) {
    const plan = fraudPlan(options.taxpayers);
    plantRings(stage, rows, plan.inRings);
    plantSingles(stage, rows, plan.singles);
  }
  await writeRows(engine, rows);
}
