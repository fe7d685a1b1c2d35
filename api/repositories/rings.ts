import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { layoutRing } from '../../pipeline/ring-picture/layout.ts';
import { pictureGraph } from '../../pipeline/ring-picture/ring-graph.ts';
import { maskName, maskPersonId } from '../../pipeline/shared/mask.ts';
import type { RingEdge, RingMember, RingTie } from '../../pipeline/snapshot/read-ring.ts';
import { Problem } from '../problems/problem.ts';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';

export type RingRow = Readonly<Record<string, unknown>> & { readonly ring_id: string; readonly score: number };
/** Trade as the pool gives it: money as text. */
type Edge = Omit<RingEdge, 'amount'> & { readonly amount: string };

export interface RingPage {
  readonly rings: readonly RingRow[];
  /** Where the next page begins; null at the end. */
  readonly next: { readonly score: number; readonly ring_id: string } | null;
}

/**
 * Rings of one snapshot. A ring is seen by those who may see one of its taxpayers; its other taxpayers outside their regions
 * are counted and never named. Parties that are no taxpayers of the province belong to no office and are named.
 */
export class RingRepository {
  readonly #snapshot: ServedSnapshot;

  constructor(snapshot: ServedSnapshot) {
    this.#snapshot = snapshot;
  }

  /** Rings by falling score. */
  async page(scope: RegionScope, { kind, after, limit }: { kind?: string; after?: { score: number; ring_id: string }; limit: number }): Promise<RingPage> {
    const rows = await this.#snapshot.pool.rows<RingRow>(
      `${rings(scope)} where v.members_in_scope > 0 and ($1::varchar is null or list_contains(r.kinds, $1)) and ($2::double is null or r.score < $2 or (r.score = $2 and r.ring_id > $3))
       order by r.score desc nulls last, r.ring_id asc nulls last limit ${limit + 1}`,
      [kind ?? null, after?.score ?? null, after?.ring_id ?? null],
    );
    const [shown, last] = [rows.slice(0, limit), rows[limit - 1]];
    return { rings: shown, next: rows.length > limit && last !== undefined ? { score: last.score, ring_id: last.ring_id } : null };
  }

  /** Some rings by their identifiers, in that order; those the caller may not see are missing. */
  async some(scope: RegionScope, ringIds: readonly string[]): Promise<readonly RingRow[]> {
    const rows = await this.#snapshot.pool.rows<RingRow>(`${rings(scope)} where v.members_in_scope > 0 and r.ring_id in (select unnest(cast($1 as varchar[])))`, [JSON.stringify(ringIds)]);
    return ringIds.flatMap((id) => rows.filter(({ ring_id }) => ring_id === id));
  }

  /** One ring with members, trade, ties and places for drawing. Throws not-found. */
  async ring(scope: RegionScope, ringId: string, isMasked: boolean): Promise<Readonly<Record<string, unknown>> & { readonly members: readonly unknown[] }> {
    const [ring] = await this.some(scope, [ringId]);
    if (ring === undefined) throw new Problem('not-found');
    const { pool } = this.#snapshot;
    const rows = await pool.rows<RingMember & { is_seen: boolean }>(members(scope), [ringId]);
    const seen = rows.filter(({ is_seen }) => is_seen);
    const hidden = new Set(rows.filter(({ is_seen }) => !is_seen).map(({ taxpayer_id }) => taxpayer_id));
    const edges = await pool.rows<Edge>(EDGES, [ringId]);
    const ties = await pool.rows<RingTie>(TIES, [ringId]);
    const open = edges.filter(({ seller_id, buyer_id }) => !hidden.has(seller_id) && !hidden.has(buyer_id));
    const openTies = ties.filter(({ first_id, second_id }) => !hidden.has(first_id) && !hidden.has(second_id));
    return {
      ring, ...shown(seen, open, openTies, isMasked),
      outside: { members: hidden.size, edges: edges.length - open.length, ties: ties.length - openTies.length },
    };
  }
}

/** Names and identifiers of persons are masked everywhere, so that one member has one identifier in all parts of the answer. */
function shown(members: readonly RingMember[], edges: readonly Edge[], ties: readonly RingTie[], isMasked: boolean) {
  const id = (value: string): string => (isMasked ? maskPersonId(value) : value);
  const numbered = edges.map((edge) => ({ ...edge, amount: Number(edge.amount) }));
  const { kind, boxes } = layoutRing(pictureGraph({ members, edges: numbered }));
  return {
    members: members.map((member) => ({ ...member, taxpayer_id: id(member.taxpayer_id), taxpayer_name: isMasked ? maskName(member.taxpayer_name ?? null) : (member.taxpayer_name ?? null) })),
    edges: edges.map((edge) => ({ ...edge, seller_id: id(edge.seller_id), buyer_id: id(edge.buyer_id) })),
    ties: ties.map((tie) => ({ ...tie, first_id: id(tie.first_id), second_id: id(tie.second_id) })),
    layout: { kind, positions: boxes.map((box) => ({ taxpayer_id: id(box.id), x: Math.round(box.x), y: Math.round(box.y) })) },
  };
}

const rings = (scope: RegionScope): string => `
  select r.*, cast(v.members_in_scope as integer) as members_in_scope, cast(v.members_outside as integer) as members_outside
  from rings as r join (
    select m.ring_id, count(*) filter (m.is_taxpayer and ${scope.condition('g.district_code')}) as members_in_scope,
      count(*) filter (m.is_taxpayer and not ${scope.condition('g.district_code')}) as members_outside
    from ring_members as m left join taxpayer_grades as g using (taxpayer_id) group by m.ring_id
  ) as v using (ring_id)`;

const members = (scope: RegionScope): string => `
  select m.taxpayer_id, m.taxpayer_name, m.role, m.share, m.is_taxpayer, m.sold_inside, m.bought_inside, m.claims_amount, g.district_code, g.level, g.color, not m.is_taxpayer or ${scope.condition('g.district_code')} as is_seen
  from ring_members as m left join taxpayer_grades as g using (taxpayer_id) where m.ring_id = $1
  order by case m.role when 'controller' then 1 when 'issuer' then 2 when 'conduit' then 3 when 'beneficiary' then 4 else 5 end, m.share desc nulls last, m.taxpayer_id asc nulls last`;

const EDGES = `select * exclude (ring_id) from ring_edges where ring_id = $1
  order by hop asc nulls last, first_date asc nulls last, last_date asc nulls last, seller_id asc nulls last, buyer_id asc nulls last`;
const TIES = 'select * exclude (ring_id) from ring_ties where ring_id = $1 order by kind asc nulls last, first_id asc nulls last, second_id asc nulls last';
