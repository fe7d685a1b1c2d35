/** Levels of a grade, the most doubtful first; too little data is a level of its own, outside the order. */
export const LEVELS = ['high', 'medium', 'low', 'none', 'insufficient_data'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * Graded taxpayers with a known label, one array a column, all of one length and in the order of the taxpayer ids: the place of a row settles what
 * nothing else settles.
 */
export interface LabelledColumns {
  /** 1 where the label confirms fraud, 0 where it clears the taxpayer. */
  readonly isPositive: Uint8Array;
  /** 0–100. */
  readonly score: Float64Array;
  /** Place in the order of handling, higher first: by colour, then unmet conditions and corrections, then score. */
  readonly handling: Float64Array;
  readonly level: readonly string[];
  readonly amountAtRiskYuan: Float64Array;
  /** Yuan that the label names; NaN where it names none. */
  readonly amountYuan: Float64Array;
  /** Rows of one ring share a number, all others have their own: what is drawn together in a resample. */
  readonly cluster: Int32Array;
}

/** Number of positives. */
export function countPositives(isPositive: Uint8Array): number {
  let positives = 0;
  for (const one of isPositive) positives += one;
  return positives;
}

const COLOR_RANK: Readonly<Record<string, number>> = { red: 4, orange: 3, yellow: 2, blue: 1, none: 0 };

/** Place of a grade in the order in which an office handles it: the colour says how fast; a lane without points goes before the score. */
export function handlingPlace({ color, hasLane, score }: { readonly color: string; readonly hasLane: boolean; readonly score: number }): number {
  return 1000 * (COLOR_RANK[color] ?? 0) + (hasLane ? 500 : 0) + score;
}
