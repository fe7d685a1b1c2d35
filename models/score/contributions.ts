/** Points are kept in millionths, as whole numbers, like the decimals of the database. */
export const MILLION = 1_000_000;

/** A hit with its points before damping, in millionths. */
export interface RawHit {
  readonly code: string;
  readonly family: string;
  readonly correlation_group: string | null;
  readonly raw: number;
}

export interface PointRules {
  readonly damping: number;
  readonly family_caps: Readonly<Record<string, number>>;
}

/** Which hit of each correlation group counts in full. */
export type Leaders = ReadonlyMap<string, string>;

export const groupOf = ({ code, correlation_group }: Pick<RawHit, 'code' | 'correlation_group'>): string => correlation_group ?? code;

/**
 * Of each correlation group the hit that counts in full: the strongest (indicators.md 10.1) – unless a family is above its cap and another hit of the group,
 * in a family with room, gives more points in all. Without that exception one more hit could lower a score: it would take the lead of its group into a
 * full family, where it adds nothing, and damp the former leader.
 */
export function groupLeaders(hits: readonly RawHit[], rules: PointRules): Leaders {
  const groups = [...new Set(hits.map(groupOf))].sort();
  const candidates = groups.map((group) => candidatesOf(hits.filter((hit) => groupOf(hit) === group)));
  let best = new Map(groups.map((group, at) => [group, candidates[at]?.[0] ?? '']));
  if (candidates.every(({ length }) => length === 1)) return best;
  let most = totalPoints(hits, best, rules);
  for (const choice of product(candidates)) {
    const leaders = new Map(groups.map((group, at) => [group, choice[at] ?? '']));
    const total = totalPoints(hits, leaders, rules);
    if (total > most) [most, best] = [total, leaders];
  }
  return best;
}

/** Points of all hits in millionths: damped inside groups, capped by family. */
export function totalPoints(hits: readonly RawHit[], leaders: Leaders, { damping, family_caps }: PointRules): number {
  const families = new Map<string, number>();
  for (const hit of hits) {
    const points = leaders.get(groupOf(hit)) === hit.code ? hit.raw : Math.round(damping * hit.raw);
    families.set(hit.family, (families.get(hit.family) ?? 0) + points);
  }
  return [...families].reduce((sum, [family, points]) => sum + Math.min(points, (family_caps[family] ?? 0) * MILLION), 0);
}

/** The strongest hit of each family of a group, the strongest of all first: within a family no other can do better in full. */
function candidatesOf(hits: readonly RawHit[]): string[] {
  const ordered = [...hits].sort((a, b) => b.raw - a.raw || (a.code < b.code ? -1 : 1));
  const seen = new Set<string>();
  return ordered.flatMap(({ code, family, raw }, at) => {
    if (seen.has(family) || (at > 0 && raw === 0)) return [];
    seen.add(family);
    return [code];
  });
}

function* product(lists: readonly (readonly string[])[]): Generator<readonly string[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const head of first) for (const tail of product(rest)) yield [head, ...tail];
}
