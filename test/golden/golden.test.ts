import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { sampleRun } from '../support/sample-run.ts';
import { GOLDEN_FILE, goldenOf } from './golden.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

type Golden = Awaited<ReturnType<typeof goldenOf>>;

let out: string;
let found: Golden;
beforeAll(async () => {
  out = await sampleRun();
  found = await goldenOf(out);
});

// After a wanted change: npx tsx test/golden/write-golden.ts, then review the difference.
describe('the sample', () => {
  const golden = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as Golden;

  it.each(['as_of', 'levels', 'lanes', 'indicators', 'rings', 'exposed', 'top'] as const)('gives the reviewed %s', (part) => {
    expect(found[part]).toEqual(golden[part]);
  });

  it('has hits of several indicators and every taxpayer in each count', () => {
    const counts = Object.values(found.indicators);
    const sums = counts.map((outcomes) => Object.values(outcomes).reduce((sum, n) => sum + n, 0));
    expect(new Set(sums).size).toBe(1);
    expect(counts.filter((outcomes) => (outcomes['hit'] ?? 0) > 0).length).toBeGreaterThanOrEqual(10);
  });

  it('gives every taxpayer in a published ring a hit that says so or a stronger one of its kind, but none for splitting a firm by itself', async () => {
    const snapshot = await openSnapshot(out);
    const members = await snapshot.engine.rows<{ taxpayer_id: string; kind: string; hits: number }>(`
      select m.taxpayer_id, r.kinds[1] as kind, count(distinct i.code) as hits
      from ring_members as m join rings as r using (ring_id)
      left join indicator_results as i on i.taxpayer_id = m.taxpayer_id and i.outcome = 'hit' and i.code in ('VR-35', 'VR-36', 'VR-37', 'SS-07')
      where m.is_taxpayer group by all order by m.taxpayer_id asc nulls last`);
    await snapshot.close();
    expect(members.filter(({ kind }) => kind !== 'firm_splitting').length).toBeGreaterThan(10);
    for (const { taxpayer_id, kind, hits } of members) expect(hits > 0, `${taxpayer_id} ${kind}`).toBe(kind !== 'firm_splitting');
  });
});
