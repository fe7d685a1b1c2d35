import { assignFolds, splitByTime, type TimeSplit } from '../../models/calibrate/folds.ts';
import type { Outcomes } from '../../models/calibrate/calibration-data.ts';
import { populationWeights, type Correction } from '../../models/calibrate/population-weights.ts';
import type { Color } from '../../models/score/scoring-rules.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import type { LabelFile } from './read-outcomes.ts';

/** The reviewed taxpayers that the snapshot knows, numbered from 0 in the order of their ids. */
export interface Reviewed {
  readonly outcomes: Outcomes;
  readonly numberOf: ReadonlyMap<string, number>;
  readonly ids: readonly string[];
  readonly colors: readonly Color[];
  readonly positives: number;
  readonly unknown: number;
  readonly population: number;
  readonly correction: Correction;
  readonly split: TimeSplit | null;
}

/** Fewest positives a calibration starts from. */
export const LEAST_POSITIVES = 20;

/** Joins outcomes with the snapshot, corrects for their selection and deals folds. Throws LABELS_TOO_FEW when too few are positive or folds cannot be formed. */
export async function readReviewed(snapshot: Snapshot, labels: LabelFile, folds: number, seed: number): Promise<Reviewed> {
  const grades = await snapshot.engine.rows<{ taxpayer_id: string; level: string; color: Color }>('select taxpayer_id, level, color from taxpayer_grades order by taxpayer_id asc nulls last');
  const gradeOf = new Map(grades.map((grade) => [grade.taxpayer_id, grade]));
  const known = labels.outcomes.filter(({ taxpayer_id }) => gradeOf.has(taxpayer_id));
  const positives = known.filter(({ isPositive }) => isPositive).length;
  checkEnough(known.length, positives);
  const fold = assignFolds(known, folds, seed);
  if (fold === null) {
    throw new VatRiskError('LABELS_TOO_FEW', `${folds} folds cannot be formed: rings stay whole, and each fold needs a positive and a negative. Give outcomes of more rings, or fewer --folds.`);
  }
  const population = new Map<string, number>();
  for (const { level } of grades) population.set(level, (population.get(level) ?? 0) + 1);
  const correction = populationWeights(known.map((row) => ({ stratum: gradeOf.get(row.taxpayer_id)?.level ?? '', selection: row.selection })), population);
  return {
    outcomes: { isPositive: Uint8Array.from(known, ({ isPositive }) => Number(isPositive)), weight: correction.weight, fold },
    numberOf: new Map(known.map(({ taxpayer_id }, at) => [taxpayer_id, at])),
    ids: known.map(({ taxpayer_id }) => taxpayer_id),
    colors: known.map(({ taxpayer_id }) => gradeOf.get(taxpayer_id)?.color ?? 'none'),
    positives,
    unknown: labels.outcomes.length - known.length,
    population: grades.length,
    correction,
    split: splitByTime(known),
  };
}

function checkEnough(known: number, positives: number): void {
  if (positives < LEAST_POSITIVES) {
    throw new VatRiskError('LABELS_TOO_FEW', `The labels hold ${positives} positive taxpayers of this snapshot; at least ${LEAST_POSITIVES} are needed. Gather more outcomes before calibrating.`);
  }
  if (positives === known) throw new VatRiskError('LABELS_TOO_FEW', `All ${known} reviewed taxpayers are positive; outcomes of doubts that were cleared are needed too.`);
}
