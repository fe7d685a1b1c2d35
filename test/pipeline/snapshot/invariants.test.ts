import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { checkInvariants, RING_INVARIANTS, snapshotInvariants } from '../../../pipeline/snapshot/invariants.ts';
import { CODES, scoredWorld } from './scored-world.ts';

const ALL = [...snapshotInvariants(CODES), ...RING_INVARIANTS];

let engine: Engine | undefined;
afterEach(async () => {
  await engine?.close();
});

/** Names of the invariants that results break after `tamper`. */
async function brokenAfter(tamper: string): Promise<readonly string[]> {
  engine = await scoredWorld();
  await engine.exec(tamper);
  try {
    await checkInvariants(engine, ALL);
    return [];
  } catch (error) {
    expect((error as VatRiskError).code).toBe('INVARIANT_BROKEN');
    return (error as VatRiskError).details;
  }
}

// One way to break each invariant; the first part of the message says which one must notice.
const TAMPERED: readonly (readonly [invariant: string, tamper: string])[] = [
  ['every scored taxpayer has exactly one grade', 'delete from grade_taxpayer where taxpayer_key = 3'],
  ['every scored taxpayer has exactly one grade', 'insert into grade_taxpayer select * from grade_taxpayer where taxpayer_key = 3'],
  ['points of the results add up to the points of the grade', 'update grade_taxpayer set points = points + 0.01, score = least(points + 0.01, 100) where taxpayer_key = 1'],
  ['points of the results add up to the points of the grade', "delete from score_contribution where scope = 'taxpayer' and scope_no = 1"],
  ['no family counts more than its cap', "update score_contribution set points = 99 where scope = 'taxpayer' and scope_no = 1"],
  ['scores lie between 0 and 100 and follow from the points', 'update grade_taxpayer set score = score + 1 where taxpayer_key = 4'],
  ['scores lie between 0 and 100 and follow from the points', 'update grade_taxpayer set score = 101, points = 101 where taxpayer_key = 2'],
  ['each hit has the primary row that the score counted', "update indicator_outcome set is_primary = false where taxpayer_key = 1 and code = 'VR-16'"],
  ['each hit has the primary row that the score counted', "insert into indicator_outcome select * from indicator_outcome where taxpayer_key = 1 and code = 'VR-16'"],
  ['bars of the waterfall add up to the score, for every taxpayer and every claim', "update score_bar set points = points + 0.000001 where scope = 'taxpayer' and bar_no = 1"],
  ['bars of the waterfall add up to the score, for every taxpayer and every claim', "delete from score_bar where scope = 'claim'"],
  ['open claims stand in the queue once, by falling money', 'update grade_claim set queue_rank = null where queue_rank = 2'],
  ['open claims stand in the queue once, by falling money', 'update grade_claim set queue_rank = 11 - queue_rank'],
  ['open claims stand in the queue once, by falling money', 'update grade_claim set queue_rank = queue_rank + 5'],
  ['every application is in the claim grades once', "delete from grade_claim where application_id = 'A5'"],
  ['every published ring has one id, a kind and two members or more', 'delete from ring_identity'],
  ['every published ring has one id, a kind and two members or more', 'insert into ring_identity values (2, \'R0000000001\')'],
  ['every published ring has one id, a kind and two members or more', 'delete from ring_kind'],
  ['every published ring has one id, a kind and two members or more', 'delete from ring_part where party_key <> 1'],
  ['every published ring has one id, a kind and two members or more', 'update ring_score set is_published = false'],
  ['every published ring has one id, a kind and two members or more', 'update ring_score set score = 1.01'],
  ['trade of a ring is between its members', 'delete from ring_part where party_key = 3'],
  ['VR-01: hit, clear, not applicable and not assessed add up to the taxpayers', 'update indicator_matrix set VR_01_state = 9 where taxpayer_key = 8'],
  ['VR-01: hit, clear, not applicable and not assessed add up to the taxpayers', 'update indicator_matrix set VR_01_state = null where taxpayer_key = 8'],
  ['VR-18: hit, clear, not applicable and not assessed add up to the taxpayers', 'delete from indicator_matrix where taxpayer_key = 9'],
  ['VR-16: the matrix and the results name the same hits', 'update indicator_matrix set VR_16_state = 0 where VR_16_state = 1'],
  ['VR-01: the matrix and the results name the same hits', 'update indicator_matrix set VR_01_state = 1 where taxpayer_key = 20'],
];

describe('the invariants of a snapshot', () => {
  it('hold on results nobody touched', async () => {
    expect(await brokenAfter('select 1')).toEqual([]);
  });

  it('hold on results with hits, points and claims in them, so that the checks below mean something', async () => {
    engine = await scoredWorld();
    const [counted] = await engine.rows<{ hits: number; points: number; claims: number }>(
      `select (select count(*) from indicator_outcome where outcome = 'hit') as hits, (select sum(points) from grade_taxpayer) as points, (select count(*) from grade_claim) as claims`,
    );
    expect(counted?.hits).toBe(24);
    expect(counted?.points).toBeGreaterThan(10);
    expect(counted?.claims).toBe(10);
  });

  it.each(TAMPERED)('notice: %s (%s)', async (invariant, tamper) => {
    expect((await brokenAfter(tamper)).filter((line) => line.startsWith(invariant))).not.toEqual([]);
  });

  it('each has a tampering above that it notices', () => {
    const tampered = new Set(TAMPERED.map(([invariant]) => invariant.replace(/^V.-\d\d/u, '')));
    const stated = new Set(ALL.map(({ name }) => name.replace(/^V.-\d\d/u, '')));
    expect(tampered).toEqual(stated);
  });

  it('are all told at once, with the number of rows', async () => {
    const broken = await brokenAfter("delete from grade_claim where application_id = 'A5'; delete from grade_taxpayer where taxpayer_key in (2, 3)");
    expect(broken.filter((line) => !line.startsWith('open claims'))).toEqual([expect.stringContaining('exactly one grade: 2 rows'), expect.stringContaining('claim grades once: 1 rows')]);
  });
});
