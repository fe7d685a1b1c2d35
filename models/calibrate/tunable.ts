import type { Branch, Indicator, Parameter } from '../../indicators/loader/schema.ts';
import type { ParameterValue } from '../../indicators/loader/schema.ts';

/** A threshold that may move, with the values to try. */
export interface TunableParameter {
  readonly code: string;
  readonly parameter: string;
  readonly unit: Parameter['unit'];
  readonly tier: string;
  /** Value in force. */
  readonly from: number;
  /** Other values to try, ascending. */
  readonly tried: readonly number[];
}

const FACTORS = [0.5, 0.67, 0.8, 1.25, 1.5, 2];
const WHOLE = ['count', 'days', 'months'];
const NUMERIC = [...WHOLE, 'ratio', 'times', 'yuan'];

const isPractice = (tier: string): boolean => tier === 'T3' || tier === 'T4';
const isScoring = ({ outcome, effect }: Branch): boolean => outcome === 'hit' && (effect === 'none' || effect === 'suspend');
const names = (sql: string): readonly string[] => sql.match(/[a-z_][a-z0-9_]*/gu) ?? [];

/** Branches that give points and rest on practice or statistics; those of tier T1 and T2 are law and arithmetic. */
function practiceBranches({ branches }: Indicator): readonly Branch[] {
  return branches.filter((branch) => isScoring(branch) && isPractice(branch.tier));
}

/**
 * Indicators whose weight may move: every branch that gives points is of tier T3 or T4. A weight also counts for branches of tier T1 and T2 beside them,
 * so an indicator with both keeps it. Families without points (cap 0) have nothing to tune.
 */
export function tunableWeights(indicators: readonly Indicator[], familyCaps: Readonly<Record<string, number>>): readonly string[] {
  return indicators
    .filter((one) => {
      const scoring = one.branches.filter(isScoring);
      return scoring.length > 0 && scoring.length === practiceBranches(one).length && (familyCaps[one.family] ?? 0) > 0;
    })
    .map(({ code }) => code);
}

/**
 * Thresholds that may move: of tier T3 or T4 themselves, calibrated instead of taken from a source, numeric, one value on all days, the threshold of a
 * branch of tier T3 or T4 that gives points, and named by no branch of tier T1 or T2.
 */
export function tunableParameters(indicators: readonly Indicator[], inForce: Readonly<Record<string, unknown>>): readonly TunableParameter[] {
  return indicators.flatMap((indicator) => {
    const values = (inForce[indicator.code] ?? {}) as Readonly<Record<string, ParameterValue | null>>;
    const thresholds = new Set(practiceBranches(indicator).flatMap(({ threshold }) => names(threshold ?? '')));
    const lawful = new Set(indicator.branches.filter(({ tier }) => !isPractice(tier)).flatMap(({ when, threshold }) => names(`${when} ${threshold ?? ''}`)));
    return Object.entries(indicator.parameters ?? {}).flatMap(([name, parameter]): TunableParameter[] => {
      const from = values[name];
      if (!thresholds.has(name) || lawful.has(name) || !isCalibrated(parameter) || typeof from !== 'number') return [];
      const tried = valuesToTry(from, parameter.unit);
      return tried.length === 0 ? [] : [{ code: indicator.code, parameter: name, unit: parameter.unit, tier: parameter.tier, from, tried }];
    });
  });
}

function isCalibrated({ tier, unit, values }: Parameter): boolean {
  return isPractice(tier) && NUMERIC.includes(unit) && values.length === 1 && values.every(({ source, calibration }) => source === undefined && calibration !== undefined);
}

/** Half to twice the value: whole numbers of at least 1 for counts, days and months; shares stay below 1; three digits at most. */
export function valuesToTry(from: number, unit: Parameter['unit']): readonly number[] {
  const isShare = unit === 'ratio' && Math.abs(from) < 1;
  const values = FACTORS.map((factor) => (WHOLE.includes(unit) ? Math.round(from * factor) : Number((from * factor).toPrecision(3))));
  const sensible = values.filter((value) => value !== from && value !== 0 && (!isShare || Math.abs(value) < 1) && (!WHOLE.includes(unit) || value >= 1));
  return [...new Set(sensible)].sort((a, b) => a - b);
}
