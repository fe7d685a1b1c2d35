/** What a simulated province is asked to be. The same options give the same bytes, whatever the threads. */
export interface SimulateOptions {
  readonly taxpayers: number;
  /** Tax periods that end with `lastPeriod`. */
  readonly months: number;
  readonly seed: number;
  /** False: nobody cheats; the legal look-alikes and the honest noise stay. */
  readonly rings: boolean;
  /** About how many invoices the whole window holds. */
  readonly invoices: number;
  /** `YYYY-MM`, the last tax period. */
  readonly lastPeriod: string;
}

export const DEFAULT_LAST_PERIOD = '2026-10';

/** Invoices of one taxpayer in one month at the density the benchmarks use (10 million for 300,000 taxpayers and 24 months). */
const INVOICES_PER_TAXPAYER_MONTH = 10_000_000 / 300_000 / 24;

/** Defaults that hang on other options: density of invoices, last period. */
export function simulateOptions(given: Partial<SimulateOptions> & { readonly taxpayers: number }): SimulateOptions {
  const months = given.months ?? 24;
  return {
    taxpayers: given.taxpayers,
    months,
    seed: given.seed ?? 42,
    rings: given.rings ?? true,
    invoices: given.invoices ?? Math.round(given.taxpayers * months * INVOICES_PER_TAXPAYER_MONTH),
    lastPeriod: given.lastPeriod ?? DEFAULT_LAST_PERIOD,
  };
}
