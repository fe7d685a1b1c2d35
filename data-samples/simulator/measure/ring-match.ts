import { join } from 'node:path';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../pipeline/engine/sql-text.ts';

export interface PlantedRing {
  readonly planted_id: string;
  readonly archetype: string;
  readonly members: number;
  /** The published ring that matches it, or null. */
  readonly ring_id: string | null;
  /** Greatest overlap with any published ring. */
  readonly overlap: number;
}

export interface PublishedRing {
  readonly ring_id: string;
  readonly kinds: readonly string[];
  /** Archetypes of the simulator that its main kind stands for. */
  readonly kindArchetypes: readonly string[];
  readonly members: number;
  readonly score: number;
  readonly planted_id: string | null;
  readonly overlap: number;
}

export interface LookalikeGroup {
  readonly group_id: string;
  readonly kind: string;
  readonly members: number;
  readonly flagged_members: number;
}

export interface RingMatch {
  readonly planted: readonly PlantedRing[];
  readonly published: readonly PublishedRing[];
  readonly lookalikes: readonly LookalikeGroup[];
}

/** Taxpayers in common over all taxpayers of both, from which two rings are the same. */
const SAME = 0.5;

const ARCHETYPES: Readonly<Record<string, readonly string[]>> = {
  closed_loop: ['closed_loop'], burst_and_vanish: ['burst_shells'], pass_through: ['pass_through'], goods_switch: ['goods_switch'], income_splitting: ['income_split'],
  invoice_mill: ['invoice_mill'], customs_graft: ['customs_graft'], related_transfer: ['related_transfer'], firm_splitting: ['firm_split'],
};

interface Ring { readonly id: string; readonly members: ReadonlySet<string> }

/** Holds the views rings and ring_members of a snapshot against the truth of a simulated province; frauds of one firm alone are no rings. */
export async function matchRings(engine: Engine, truth: string): Promise<RingMatch> {
  const file = (name: string): string => `read_csv(${sqlText(join(truth, `${name}.csv`))}, all_varchar = true)`;
  const labels = await engine.rows<{ id: string; member: string }>(`select ring_id as id, taxpayer_id as member from ${file('labels')} where ring_id is not null and role <> 'single'`);
  const found = await engine.rows<{ id: string; member: string }>('select ring_id as id, taxpayer_id as member from ring_members where is_taxpayer');
  const facts = await engine.rows<{ ring_id: string; kinds: readonly string[]; score: number }>('select ring_id, kinds, score from rings order by ring_id asc nulls last');
  const archetypes = await engine.rows<{ ring_id: string; archetype: string }>(`select ring_id, archetype from ${file('rings')}`);
  const lookalikes = await engine.rows<LookalikeGroup>(`select l.group_id, min(l.kind) as kind, count(distinct l.taxpayer_id) as members,
      count(distinct case when m.taxpayer_id is not null and t.taxpayer_id is null then l.taxpayer_id end) as flagged_members
    from ${file('lookalikes')} as l
    left join (select distinct taxpayer_id from ring_members) as m on m.taxpayer_id = l.taxpayer_id
    left join (select distinct taxpayer_id from ${file('labels')} where label = 'fraud') as t on t.taxpayer_id = l.taxpayer_id
    group by l.group_id order by l.group_id asc nulls last`);
  const [planted, published] = [ringsOf(labels), ringsOf(found)];
  const { pairs, best } = pairRings(planted, published);
  return {
    planted: planted.map(({ id, members }) => ({
      planted_id: id, archetype: archetypes.find(({ ring_id }) => ring_id === id)?.archetype ?? '', members: members.size,
      ring_id: pairs.find((pair) => pair.planted === id)?.published ?? null, overlap: best.get(id) ?? 0,
    })),
    published: facts.map(({ ring_id, kinds, score }) => ({
      ring_id, kinds, score, kindArchetypes: ARCHETYPES[kinds[0] ?? ''] ?? [], members: published.find(({ id }) => id === ring_id)?.members.size ?? 0,
      planted_id: pairs.find((pair) => pair.published === ring_id)?.planted ?? null, overlap: best.get(ring_id) ?? 0,
    })),
    lookalikes,
  };
}

function ringsOf(rows: readonly { readonly id: string; readonly member: string }[]): readonly Ring[] {
  const rings = new Map<string, Set<string>>();
  for (const { id, member } of rows) rings.set(id, (rings.get(id) ?? new Set<string>()).add(member));
  return [...rings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, members]) => ({ id, members }));
}

/** One to one, likest first; and for every ring of both sides its greatest overlap. */
function pairRings(planted: readonly Ring[], published: readonly Ring[]) {
  const best = new Map<string, number>();
  const candidates = planted.flatMap((one) => published.map((other) => {
    const both = [...one.members].filter((member) => other.members.has(member)).length;
    return { planted: one.id, published: other.id, overlap: both / (one.members.size + other.members.size - both) };
  }));
  for (const { planted: one, published: other, overlap } of candidates) for (const id of [one, other]) best.set(id, Math.max(best.get(id) ?? 0, overlap));
  const pairs: { planted: string; published: string }[] = [];
  for (const pair of candidates.filter(({ overlap }) => overlap >= SAME).sort((a, b) => b.overlap - a.overlap)) {
    if (!pairs.some((taken) => taken.planted === pair.planted || taken.published === pair.published)) pairs.push(pair);
  }
  return { pairs, best };
}
