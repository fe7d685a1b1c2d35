import { groupLeaders, MILLION, totalPoints } from '../score/contributions.ts';
import type { Color, ScoringRules } from '../score/scoring-rules.ts';

/** One hit or watch note by which a taxpayer is judged, as the snapshot publishes it. */
export interface JudgedHit {
  readonly code: string;
  readonly family: string;
  readonly correlation_group: string | null;
  readonly weight: number;
  readonly tier: string;
  readonly intensity: number;
  readonly is_hit: boolean;
  /** The branch counts points (effect none or suspend). */
  readonly scores: boolean;
  readonly ineligible: boolean;
  readonly recompute: boolean;
  readonly suspend: boolean;
  readonly service: boolean;
  readonly material: boolean;
  readonly red_trigger: boolean;
  readonly live_claim: boolean;
  readonly open_claim: boolean;
}

/** The scoring rules of a manifest, with what supporting indicators need beside them. */
export type GradingRules = Pick<ScoringRules, 'points_per_weight' | 'damping' | 'score_cap' | 'family_caps' | 'authority_families' | 'cuts' | 'red_pair'> & {
  readonly supports: Readonly<Record<string, readonly string[]>>;
};

export interface Graded {
  readonly score: number;
  readonly color: Color;
}

/**
 * Score (0–100, one decimal, half up) and colour of a set of hits by the rules of indicators.md 10.1 and 10.2: the same arithmetic as the SQL of scoring,
 * for asking what a grade would be without some of them.
 */
export function gradeOf(hits: readonly JudgedHit[], rules: GradingRules): Graded {
  const raw = hits.filter(({ is_hit }) => is_hit).map((hit) => ({ ...hit, raw: rawPoints(hit, hits, rules) }));
  const points = totalPoints(raw, groupLeaders(raw, rules), rules);
  const score = Math.round(Math.min(points, rules.score_cap * MILLION) / (MILLION / 10)) / 10;
  return { score, color: colorOf(score, hits, rules) };
}

function rawPoints(hit: JudgedHit, hits: readonly JudgedHit[], rules: GradingRules): number {
  if (!hit.is_hit || !hit.scores || (rules.family_caps[hit.family] ?? 0) === 0) return 0;
  const families = rules.supports[hit.code];
  const isSupported = families === undefined
    || hits.some((other) => other.is_hit && other.code !== hit.code && rules.supports[other.code] === undefined && families.includes(other.family));
  return isSupported ? Math.round(rules.points_per_weight * hit.weight * hit.intensity * MILLION) : 0;
}

function colorOf(score: number, hits: readonly JudgedHit[], { cuts, red_pair }: GradingRules): Color {
  const found = hits.filter(({ is_hit }) => is_hit);
  const heavy = found.filter((hit) => red_pair.families.includes(hit.family) && hit.material && hit.tier === red_pair.tier && hit.weight === red_pair.weight
    && !hit.ineligible && !hit.recompute && !hit.service);
  const pairs = new Set(heavy.map(({ correlation_group, code }) => correlation_group ?? code)).size;
  if (score >= cuts.red || found.some(({ red_trigger }) => red_trigger) || pairs >= red_pair.hits) return 'red';
  const suspending = found.filter(({ suspend }) => suspend);
  if (score >= cuts.orange || suspending.some(({ material, live_claim }) => material && live_claim)) return 'orange';
  const watched = hits.some(({ is_hit, code, open_claim }) => !is_hit && code === 'VR-15' && open_claim);
  if (score >= cuts.yellow || suspending.length > 0 || watched) return 'yellow';
  return score >= cuts.blue ? 'blue' : 'none';
}
