import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { loadFeatures, type Feature } from '../../pipeline/features/load-features.ts';
import { runFeatures, type FeatureOptions, type FeatureResult } from '../../pipeline/features/run-features.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { mergeFindings, type MergedRing, type MergeLimits } from './assembly/merge-findings.ts';
import { nameRings, type RingMember } from './assembly/name-rings.ts';
import { findRounds, type RoundSearchFacts } from './find-rounds.ts';

/** Ties between parties, one table a kind of finding. */
export const loadRingFindings = (): readonly Feature[] => loadFeatures(packagePath('models', 'rings', 'findings'));
/** What the rings that were merged are: parts, trade, signs, dampers, score, exposure of others. */
export const loadRingAssembly = (): readonly Feature[] => loadFeatures(packagePath('models', 'rings', 'assembly'));
/** What indicators read of published rings: needs their ids. */
export const loadPublishedRings = (): readonly Feature[] => loadFeatures(packagePath('models', 'rings', 'published'));

export interface AssemblyResult {
  readonly tables: readonly FeatureResult[];
  readonly rounds: RoundSearchFacts;
  /** Rings before the cut of the score, and those published. */
  readonly found: number;
  readonly published: number;
}

/**
 * Rings in four steps: code finds rounds of one good, SQL ties parties by kind, code merges the ties to rings (ring_found, ring_found_kind), SQL weighs them.
 * Published rings get ids (ring_identity) that stay those of `former` where the members mostly do; then SQL says who stands in which (ring_membership).
 * Needs the tables of buildRings.
 */
export async function assembleRings(
  engine: Engine, options: Pick<FeatureOptions, 'clock' | 'onStart'> & { readonly former?: readonly RingMember[] } = {},
): Promise<AssemblyResult> {
  const rounds = await findRounds(engine);
  const findings = await runFeatures(engine, { ...options, features: loadRingFindings() });
  const rings = await mergeTies(engine);
  const assembly = await runFeatures(engine, { ...options, features: loadRingAssembly() });
  const published = await identify(engine, options.former ?? []);
  const memberships = await runFeatures(engine, { ...options, features: loadPublishedRings() });
  return { tables: [...findings, ...assembly, ...memberships], rounds, found: rings.length, published };
}

async function mergeTies(engine: Engine): Promise<readonly MergedRing[]> {
  const { kind_no = [], first_key = [], second_key = [] } = await engine.columns(
    `select cast(kind_no as bigint) as kind_no, cast(first_key as bigint) as first_key, cast(second_key as bigint) as second_key
    from ring_tie order by kind_no asc nulls last, first_key asc nulls last, second_key asc nulls last`,
  );
  const rings = mergeFindings({ kind: kind_no, first: first_key, second: second_key }, await mergeLimits(engine));
  await engine.exec(`create or replace table ring_found (ring_no INTEGER, party_key INTEGER);
    create or replace table ring_found_kind (ring_no INTEGER, kind_no INTEGER, is_cut INTEGER)`);
  const members = rings.flatMap((ring, at) => ring.members.map((party) => [at + 1, party] as const));
  await engine.append('ring_found', [members.map(([ring]) => ring), members.map(([, party]) => party)]);
  const kinds = rings.flatMap((ring, at) => [...new Set(ring.findings.map(({ kind }) => kind))].map((kind) => ({
    ring: at + 1, kind, isCut: ring.findings.some((finding) => finding.kind === kind && finding.isCut),
  })));
  await engine.append('ring_found_kind', [kinds.map(({ ring }) => ring), kinds.map(({ kind }) => kind), kinds.map(({ isCut }) => (isCut ? 1 : 0))]);
  return rings;
}

async function mergeLimits(engine: Engine): Promise<MergeLimits> {
  const [rules] = await engine.rows<{ mostMembers: number; overlap: number }>(`select r.largest_members as "mostMembers", r.merge_overlap as "overlap"
    from run_context as c join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on`);
  const kinds = await engine.rows<{ kind_no: number; least_members: number }>(`select k.kind_no, k.least_members
    from run_context as c join list_ring_kinds as k on c.as_of between k.from_on and k.to_on`);
  return {
    mostMembers: rules?.mostMembers ?? 0, overlap: rules?.overlap ?? 1,
    leastMembers: new Map(kinds.map(({ kind_no, least_members }) => [kind_no, least_members])),
  };
}

/** Writes ring_identity (ring_no, ring_id) for the published rings and returns how many there are. */
async function identify(engine: Engine, former: readonly RingMember[]): Promise<number> {
  const members = await engine.rows<{ ring_no: number; party_id: string }>(`select p.ring_no, coalesce(n.taxpayer_id, n.party_id) as party_id
    from ring_part as p join ring_score as s on s.ring_no = p.ring_no and s.is_published join parties as n on n.party_key = p.party_key
    order by p.ring_no asc nulls last, p.party_key asc nulls last`);
  const rings = new Map<number, string[]>();
  for (const { ring_no, party_id } of members) rings.set(ring_no, [...(rings.get(ring_no) ?? []), party_id]);
  await engine.exec('create or replace table ring_identity (ring_no INTEGER, ring_id VARCHAR)');
  const rows = [...nameRings(rings, former)].map(([ring, id]) => `(${ring}, ${sqlText(id)})`);
  if (rows.length > 0) await engine.exec(`insert into ring_identity values ${rows.join(', ')}`);
  return rings.size;
}
