import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Config } from '../../pipeline/config/schema.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';

export const COLORS = ['red', 'orange', 'yellow', 'blue', 'none'] as const;
export type Color = (typeof COLORS)[number];

/** What scoring must know of an indicator. */
export interface ScoredIndicator {
  readonly code: string;
  readonly weight: number;
  /** Families of which another indicator must be a hit before this one scores. */
  readonly points_only_with?: readonly string[] | undefined;
}

/** The rules of scoring and grading: scoring.yaml with what the configuration changes. */
export interface ScoringRules {
  readonly points_per_weight: number;
  readonly damping: number;
  readonly score_cap: number;
  readonly family_caps: Readonly<Record<string, number>>;
  readonly authority_families: readonly string[];
  readonly cuts: Readonly<Record<Exclude<Color, 'none'>, number>>;
  readonly red_pair: { readonly hits: number; readonly tier: string; readonly weight: number; readonly families: readonly string[] };
  readonly coverage: Readonly<Record<'insufficient' | 'limited' | 'fast_lane' | 'minimum_assessed', number>>;
  readonly fast_lane: {
    readonly minimum_months: number;
    readonly minimum_earlier_claims: number;
    readonly minimum_stable_supply: number;
    readonly rating: string;
    readonly assessed: readonly string[];
  };
  readonly expected_share: Readonly<Record<Color, number>>;
  readonly cautious_status: readonly string[];
  /** Weights that replace those of the catalogue, by code. */
  readonly weights: Readonly<Record<string, number>>;
}

/** The rules of scoring.yaml as changed by the configuration. Throws CONFIG_INVALID, with every fault at once, when they contradict each other. */
export async function loadScoringRules(settings: Config['scoring']): Promise<ScoringRules> {
  const written = parse(await readFile(packagePath('models', 'score', 'scoring.yaml'), 'utf8')) as Omit<ScoringRules, 'weights'>;
  const rules: ScoringRules = {
    ...written,
    damping: settings.damping ?? written.damping,
    cuts: { ...written.cuts, ...settings.cuts },
    family_caps: { ...written.family_caps, ...settings.family_caps },
    expected_share: { ...written.expected_share, ...settings.expected_share },
    weights: settings.weights,
  };
  const faults = ruleFaults(rules, new Set(Object.keys(written.family_caps)));
  if (faults.length > 0) throw new VatRiskError('CONFIG_INVALID', 'The scoring section contradicts itself; correct it.', { details: faults });
  return rules;
}

function ruleFaults({ cuts, family_caps }: ScoringRules, families: ReadonlySet<string>): string[] {
  const falling = COLORS.filter((color): color is Exclude<Color, 'none'> => color !== 'none').map((color) => ({ color, cut: cuts[color] }));
  return [
    ...falling.slice(1).flatMap(({ color, cut }, at) => {
      const above = falling[at];
      return above !== undefined && cut >= above.cut ? [`scoring.cuts: ${color} begins at ${cut}, not below ${above.color} at ${above.cut}`] : [];
    }),
    ...Object.keys(family_caps).filter((family) => !families.has(family)).map((family) => `scoring.family_caps.${family}: there is no such family; known: ${[...families].join(', ')}`),
  ];
}

/** The indicators with the weights in force. Throws CONFIG_INVALID for a weight of an indicator that does not exist. */
export function withWeights<T extends ScoredIndicator>(indicators: readonly T[], { weights }: Pick<ScoringRules, 'weights'>): readonly T[] {
  const unknown = Object.keys(weights).filter((code) => !indicators.some((one) => one.code === code));
  if (unknown.length > 0) {
    throw new VatRiskError('CONFIG_INVALID', 'scoring.weights names indicators that do not run.', { details: unknown.map((code) => `${code}: no active indicator`) });
  }
  return indicators.map((one) => ({ ...one, weight: weights[one.code] ?? one.weight }));
}

/** The rules in force as the manifest keeps them: with the weight of every indicator, and what supporting ones need beside them. */
export function rulesInForce(indicators: readonly ScoredIndicator[], rules: ScoringRules): object {
  const supports = indicators.filter(({ points_only_with }) => points_only_with !== undefined);
  return {
    ...rules,
    weights: Object.fromEntries(withWeights(indicators, rules).map(({ code, weight }) => [code, weight])),
    supports: Object.fromEntries(supports.map(({ code, points_only_with }) => [code, points_only_with])),
  };
}
