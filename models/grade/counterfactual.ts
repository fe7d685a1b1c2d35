import type { Color } from '../score/scoring-rules.ts';
import { gradeOf, type GradingRules, type JudgedHit } from './grade-of.ts';

export type Level = 'high' | 'medium' | 'low' | 'none';

export interface Counterfactual {
  readonly from: Level;
  /** Level without the hits named. */
  readonly to: Level;
  readonly color: Color;
  readonly score: number;
  /** The fewest hits whose removal lowers the level, strongest first. */
  readonly without: readonly string[];
  /** False when the search ended at its budget: then these lower the level, but fewer might. */
  readonly is_fewest: boolean;
}

const RANK: Readonly<Record<Level, number>> = { none: 0, low: 1, medium: 2, high: 3 };
/** Sets of hits tried before the search settles for what taking away the strongest one by one gives. */
const BUDGET = 100_000;

export function levelOf(color: Color): Level {
  return color === 'red' || color === 'orange' ? 'high' : color === 'yellow' ? 'medium' : color === 'blue' ? 'low' : 'none';
}

/**
 * The fewest hits without which the level would be lower, or null when it is the lowest already. Sets are tried by size, then by the order given (strongest
 * first), so that the answer is always the same one.
 */
export function lowestLift(hits: readonly JudgedHit[], rules: GradingRules, budget = BUDGET): Counterfactual | null {
  const from = levelOf(gradeOf(hits, rules).color);
  if (from === 'none') return null;
  let left = budget;
  for (let size = 1; size <= hits.length; size += 1) {
    for (const removed of combinations(hits.length, size)) {
      if (left === 0) return { ...strongestFirst(hits, rules, from), is_fewest: false };
      left -= 1;
      const found = without(hits, removed, rules, from);
      if (found !== null) return { ...found, is_fewest: true };
    }
  }
  throw new Error('a taxpayer without any hit has no level'); // the empty set grades none
}

type Lowered = Omit<Counterfactual, 'is_fewest'>;

function without(hits: readonly JudgedHit[], removed: readonly number[], rules: GradingRules, from: Level): Lowered | null {
  const graded = gradeOf(hits.filter((_, at) => !removed.includes(at)), rules);
  const to = levelOf(graded.color);
  if (RANK[to] >= RANK[from]) return null;
  return { from, to, color: graded.color, score: graded.score, without: removed.map((at) => hits[at]?.code ?? '') };
}

/** Takes the strongest away, one after the other, until the level is lower: never the wrong answer, perhaps a longer one. */
function strongestFirst(hits: readonly JudgedHit[], rules: GradingRules, from: Level): Lowered {
  for (let count = 1; ; count += 1) {
    const found = without(hits, Array.from({ length: count }, (_, at) => at), rules, from);
    if (found !== null) return found;
  }
}

/** Index sets of one size out of `count`, in lexical order. */
function* combinations(count: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, at) => at);
  for (;;) {
    yield [...chosen];
    let at = size - 1;
    while (at >= 0 && chosen[at] === count - size + at) at -= 1;
    if (at < 0) return;
    chosen[at] = (chosen[at] ?? 0) + 1;
    for (let next = at + 1; next < size; next += 1) chosen[next] = (chosen[next - 1] ?? 0) + 1;
  }
}
