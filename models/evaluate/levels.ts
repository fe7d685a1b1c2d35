import { countPositives, LEVELS, type LabelledColumns } from './columns.ts';
import { rateOf, type Rate } from './rate.ts';

/** Taxpayers of one level, or of it and every level above it: how many of them are positives, and how many of all positives they hold. */
export interface LevelRow {
  readonly level: string;
  readonly precision: Rate;
  readonly recall: Rate;
}

/** Levels from which "or higher" makes sense; too little data is neither high nor low. */
const ORDERED = LEVELS.filter((level) => level !== 'insufficient_data');

/** One row a level, the most doubtful first. */
export function levelRows(columns: Pick<LabelledColumns, 'isPositive' | 'level'>): readonly LevelRow[] {
  return rowsOf(columns, LEVELS.map((level) => ({ level, among: new Set<string>([level]) })));
}

/** One row for each level and all above it. */
export function cumulativeRows(columns: Pick<LabelledColumns, 'isPositive' | 'level'>): readonly LevelRow[] {
  return rowsOf(columns, ORDERED.map((level, at) => ({ level, among: new Set<string>(ORDERED.slice(0, at + 1)) })));
}

function rowsOf({ isPositive, level }: Pick<LabelledColumns, 'isPositive' | 'level'>, classes: readonly { level: string; among: ReadonlySet<string> }[]): readonly LevelRow[] {
  const [inLevel, positivesIn] = [new Map<string, number>(), new Map<string, number>()];
  level.forEach((name, row) => {
    inLevel.set(name, (inLevel.get(name) ?? 0) + 1);
    positivesIn.set(name, (positivesIn.get(name) ?? 0) + (isPositive[row] ?? 0));
  });
  const sum = (counts: ReadonlyMap<string, number>, among: ReadonlySet<string>) => [...among].reduce((total, name) => total + (counts.get(name) ?? 0), 0);
  const positives = countPositives(isPositive);
  return classes.map((one) => ({
    level: one.level,
    precision: rateOf(sum(positivesIn, one.among), sum(inLevel, one.among)),
    recall: rateOf(sum(positivesIn, one.among), positives),
  }));
}
