import type { Cell } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { nearest, VatRiskError } from '../shared/errors.ts';
import type { Snapshot } from './open-snapshot.ts';

/** One ring (团伙) as a snapshot tells it; columns that later versions add come along. Amounts in yuan, days as YYYY-MM-DD. */
export interface RingRow extends Readonly<Record<string, Cell>> {
  readonly ring_id: string;
  readonly kinds: readonly string[];
  readonly score: number | null;
  readonly members: number;
  readonly amount: number | null;
  readonly first_date: string | null;
  readonly last_date: string | null;
  readonly retained_share: number | null;
  readonly claims_amount: number | null;
  readonly truncated: boolean;
}

export interface RingMember {
  readonly taxpayer_id: string;
  readonly role: string;
  readonly share: number | null;
  readonly taxpayer_name?: string | null;
}

export interface RingEdge {
  readonly seller_id: string;
  readonly buyer_id: string;
  readonly first_date: string | null;
  readonly last_date: string | null;
  readonly invoices: number;
  readonly amount: number;
  readonly hop: number | null;
  readonly invoice_numbers?: readonly string[] | null;
}

/** Why two members are in one ring: the kind of finding, and the kinds of keys they share. */
export interface RingTie {
  readonly kind: string;
  readonly first_id: string;
  readonly second_id: string;
  readonly amount: number;
  readonly shared_keys: readonly string[];
}

/** A ring with its members by role, its edges by hop, then date, and its ties by kind. */
export interface Ring {
  readonly asOf: string;
  readonly snapshotId: string;
  readonly ring: RingRow;
  readonly members: readonly RingMember[];
  readonly edges: readonly RingEdge[];
  readonly ties: readonly RingTie[];
}

/** Everything a snapshot says of one ring. Throws RING_UNKNOWN, with the nearest known id, when it has no such ring. */
export async function readRing(snapshot: Snapshot, ringId: string): Promise<Ring> {
  const [ring] = await snapshot.engine.rows<RingRow>(
    `select * from rings where lower(ring_id) = lower(${sqlText(ringId)}) order by ring_id = ${sqlText(ringId)} desc, ring_id limit 1`,
  );
  if (ring === undefined) throw await unknownRing(snapshot, ringId);
  const id = sqlText(ring.ring_id);
  const members = await snapshot.engine.rows<RingMember>(
    `select * exclude (ring_id) from ring_members where ring_id = ${id}
     order by case role when 'controller' then 1 when 'issuer' then 2 when 'conduit' then 3 when 'beneficiary' then 4 else 5 end, share desc nulls last, taxpayer_id`,
  );
  const edges = await snapshot.engine.rows<RingEdge>(
    `select * exclude (ring_id) from ring_edges where ring_id = ${id}
     order by hop nulls last, first_date nulls last, last_date nulls last, seller_id, buyer_id`,
  );
  const hasTies = snapshot.manifest.outputs.some(({ file }) => file === 'ring_ties.parquet');
  const ties = hasTies ? await snapshot.engine.rows<RingTie>(`select * exclude (ring_id) from ring_ties where ring_id = ${id} order by kind, first_id, second_id`) : [];
  return { asOf: snapshot.manifest.as_of, snapshotId: snapshot.runId, ring, members, edges, ties };
}

async function unknownRing(snapshot: Snapshot, ringId: string): Promise<VatRiskError> {
  // The engine narrows a night's rings to a few; the common rule of nearness then decides whether one is worth naming.
  const known = await snapshot.engine.rows<{ ring_id: string }>(`select ring_id from rings order by levenshtein(ring_id, ${sqlText(ringId)}), ring_id limit 20`);
  const hint = nearest(ringId, known.map(({ ring_id }) => ring_id));
  const advice = known.length === 0 ? 'it found no ring at all' : `"vatrisk show TAXPAYER_ID" lists the rings of a taxpayer${hint === undefined ? '' : `; did you mean ${hint}?`}`;
  return new VatRiskError('RING_UNKNOWN', `The current snapshot (${snapshot.runId}) has no such ring; ${advice}`);
}
