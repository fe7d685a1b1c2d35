import type { LabelledColumns } from './columns.ts';
import { rateOf, type Rate } from './rate.ts';

/** Labelled taxpayers whose score lies in one band, and the rate of positives among them. */
export interface CalibrationRow {
  /** In words, such as `[10, 20)`. */
  readonly band: string;
  readonly low_score: number;
  readonly high_score: number;
  readonly observed: Rate;
}

interface Band {
  readonly band: string;
  readonly low: number;
  readonly high: number;
}

/** No score and the full score stand alone: they are ends that many share, not points of a scale. */
const BANDS: readonly Band[] = [
  { band: '0', low: 0, high: 0 },
  { band: '(0, 10)', low: 0, high: 10 },
  ...Array.from({ length: 9 }, (_, at) => ({ band: `[${10 * at + 10}, ${10 * at + 20})`, low: 10 * at + 10, high: 10 * at + 20 })),
  { band: '100', low: 100, high: 100 },
];

/** Observed rate of positives in each band of scores, the lowest first. Scores lie in 0–100. */
export function calibrationRows({ isPositive, score }: Pick<LabelledColumns, 'isPositive' | 'score'>): readonly CalibrationRow[] {
  const [labelled, positives] = [new Float64Array(BANDS.length), new Float64Array(BANDS.length)];
  for (let row = 0; row < score.length; row++) {
    const at = bandOf(score[row] ?? 0);
    labelled[at] = (labelled[at] ?? 0) + 1;
    positives[at] = (positives[at] ?? 0) + (isPositive[row] ?? 0);
  }
  return BANDS.map(({ band, low, high }, at) => ({ band, low_score: low, high_score: high, observed: rateOf(positives[at] ?? 0, labelled[at] ?? 0) }));
}

function bandOf(score: number): number {
  if (score <= 0) return 0;
  return score >= 100 ? BANDS.length - 1 : 1 + Math.floor(score / 10);
}
