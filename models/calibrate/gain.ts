/** A gain by folds: mean, and the standard error of the mean from its spread over the folds. */
export interface Gain {
  readonly mean: number;
  readonly standard_error: number;
  readonly by_fold: readonly number[];
}

/** Mean of the gains of single folds with its standard error (standard deviation with n − 1, divided by √n). */
export function gainOf(byFold: readonly number[]): Gain {
  const count = byFold.length;
  const mean = count === 0 ? 0 : byFold.reduce((sum, value) => sum + value, 0) / count;
  const squares = byFold.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standard_error: count < 2 ? Number.POSITIVE_INFINITY : Math.sqrt(squares / (count - 1) / count), by_fold: byFold };
}

/** Above one standard error, and above nothing. */
export function isAboveNoise({ mean, standard_error }: Gain): boolean {
  return mean > 1e-12 && mean > standard_error;
}
