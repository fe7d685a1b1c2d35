import { join } from 'node:path';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../pipeline/engine/sql-text.ts';
import { groupsOf, matchGroups } from '../../../pipeline/shared/match-groups.ts';

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

const ARCHETYPES: Readonly<Record<string, readonly string[]>> = {
  closed_loop: ['closed_loop'], burst_and_vanish: ['burst_shells'], pass_through: ['pass_through'], goods_switch: ['goods_switch'], income_splitting: ['income_split'],
  invoice_mill: ['invoice_mill'], customs_graft: ['customs_graft'], related_transfer: ['related_transfer'], firm_splitting: ['firm_split'],
};

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
  const [planted, published] = [groupsOf(labels), groupsOf(found)];
  const { pairs, bestOfKnown, bestOfFound } = matchGroups(planted, published);
  return {
    planted: planted.map(({ id, members }) => ({
      planted_id: id, archetype: archetypes.find(({ ring_id }) => ring_id === id)?.archetype ?? '', members: members.size,
      ring_id: pairs.find((pair) => pair.known === id)?.found ?? null, overlap: bestOfKnown.get(id) ?? 0,
    })),
    published: facts.map(({ ring_id, kinds, score }) => ({
      ring_id, kinds, score, kindArchetypes: ARCHETYPES[kinds[0] ?? ''] ?? [], members: published.find(({ id }) => id === ring_id)?.members.size ?? 0,
      planted_id: pairs.find((pair) => pair.found === ring_id)?.known ?? null, overlap: bestOfFound.get(ring_id) ?? 0,
    })),
    lookalikes,
  };
}
