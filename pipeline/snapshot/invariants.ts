import type { Engine } from '../engine/engine.ts';
import { VatRiskError } from '../shared/errors.ts';

/** A statement about the finished results: a query that returns the rows which break it. */
export interface Invariant {
  readonly name: string;
  readonly badRows: string;
}

/** What must hold of the rings besides. */
export const RING_INVARIANTS: readonly Invariant[] = [
  {
    name: 'every published ring has one id, a kind and two members or more',
    badRows: `select s.ring_no from ring_score s left join ring_identity i using (ring_no)
      where s.is_published and (select count(*) from ring_identity o where o.ring_id = i.ring_id) <> 1
        or s.is_published and not exists (select 1 from ring_kind k where k.ring_no = s.ring_no)
        or s.is_published and (select count(*) from ring_part p where p.ring_no = s.ring_no) < 2
        or not s.is_published and i.ring_id is not null or s.score not between 0 and 1`,
  },
  {
    name: 'trade of a ring is between its members',
    badRows: `select t.ring_no from ring_trade t
      left join ring_part s on s.ring_no = t.ring_no and s.party_key = t.seller_key left join ring_part b on b.ring_no = t.ring_no and b.party_key = t.buyer_key
      where s.party_key is null or b.party_key is null`,
  },
];

/** What must hold of points, grades and claims. */
const GRADE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'every scored taxpayer has exactly one grade',
    badRows: `select t.taxpayer_key from feat_taxpayer t left join grade_taxpayer g using (taxpayer_key)
      group by t.taxpayer_key having count(g.taxpayer_key) <> 1`,
  },
  {
    name: 'points of the results add up to the points of the grade',
    badRows: `select g.taxpayer_key from grade_taxpayer g left join (
        select scope_no, sum(points) as points from score_contribution where scope = 'taxpayer' group by all
      ) c on c.scope_no = g.taxpayer_key
      where abs(g.points - coalesce(cast(c.points as double), 0)) > 1e-9`,
  },
  {
    name: 'no family counts more than its cap',
    badRows: `select c.scope_no from score_contribution c join family_cap f using (family)
      group by c.scope, c.scope_no, c.family, f.cap having sum(c.points) > f.cap + 0.0001`,
  },
  {
    name: 'scores lie between 0 and 100 and follow from the points',
    badRows: 'select taxpayer_key from grade_taxpayer where score < 0 or score > 100 or abs(score - least(points, 100)) > 0.050001',
  },
  {
    name: 'bars of the waterfall add up to the score, for every taxpayer and every claim',
    badRows: `select s.scope_no from score_scope s left join (
        select scope, scope_no, sum(points) as points from score_bar group by all
      ) b on b.scope = s.scope and b.scope_no = s.scope_no
      where coalesce(b.points, 0) <> cast(s.score as decimal(18,6))
      union all select b.scope_no from score_bar b left join score_scope s on s.scope = b.scope and s.scope_no = b.scope_no where s.scope_no is null`,
  },
  {
    name: 'open claims stand in the queue once, by falling money',
    badRows: `select g.application_id from grade_claim g where g.is_open_claim <> (g.queue_rank is not null)
      union all select a.application_id from grade_claim a join grade_claim b on b.queue_rank = a.queue_rank + 1 where b.expected_yuan > a.expected_yuan
      union all select application_id from grade_claim where queue_rank > (select count(*) from grade_claim where is_open_claim)`,
  },
  {
    name: 'each hit has the primary row that the score counted',
    badRows: `select o.taxpayer_key from indicator_outcome o where o.outcome = 'hit'
      group by o.taxpayer_key, o.code having sum(case when o.is_primary then 1 else 0 end) <> 1`,
  },
  {
    name: 'every application is in the claim grades once',
    badRows: `select r.application_id from refund_applications r left join grade_claim g using (application_id)
      group by r.application_id having count(g.application_id) <> 1`,
  },
];

/** What must hold on every run before its snapshot may be published. `codes` are column names such as VR_01. */
export function snapshotInvariants(codes: readonly string[]): readonly Invariant[] {
  return [
    ...GRADE_INVARIANTS,
    ...codes.map((code) => ({
      name: `${code.replace('_', '-')}: hit, clear, not applicable and not assessed add up to the taxpayers`,
      badRows: `select taxpayer_key from indicator_matrix where ${code}_state is null or ${code}_state not in (0, 1, 2, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 25, 26)
        union all (select 0 where (select count(*) from indicator_matrix) <> (select count(*) from feat_taxpayer))`,
    })),
    ...codes.map((code) => ({
      name: `${code.replace('_', '-')}: the matrix and the results name the same hits`,
      badRows: `(select taxpayer_key from indicator_matrix where ${code}_state = 1
          except select taxpayer_key from indicator_outcome where code = '${code.replace('_', '-')}' and outcome = 'hit')
        union all (select taxpayer_key from indicator_outcome where code = '${code.replace('_', '-')}' and outcome = 'hit'
          except select taxpayer_key from indicator_matrix where ${code}_state = 1)`,
    })),
  ];
}

/** Runs the checks; throws INVARIANT_BROKEN naming every statement that fails and by how many rows. */
export async function checkInvariants(engine: Engine, invariants: readonly Invariant[]): Promise<void> {
  const broken: string[] = [];
  for (const invariant of invariants) {
    const [found] = await engine.rows<{ bad: number }>(`select count(*) as bad from (${invariant.badRows})`);
    if (found !== undefined && found.bad > 0) broken.push(`${invariant.name}: ${found.bad} rows break it`);
  }
  if (broken.length > 0) {
    throw new VatRiskError('INVARIANT_BROKEN', 'The results contradict themselves; nothing was published. This is a defect of the program or of an indicator.', {
      details: broken,
    });
  }
}
