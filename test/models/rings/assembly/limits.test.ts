import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleRings, loadRingAssembly } from '../../../../models/rings/assemble-rings.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { burst } from '../casts/burst.ts';
import { each, representative, ringsOf, sold, staged, type Cast } from '../casts/cast.ts';
import { firms } from '../casts/firm.ts';
import { graft } from '../casts/graft.ts';
import { loop } from '../casts/loop.ts';
import { mill } from '../casts/mill.ts';
import { relay } from '../casts/relay.ts';
import { split } from '../casts/split.ts';
import { openRingWorld, words, type RingWorld } from '../ring-world.ts';

/** A loop of three, and a way round by a fourth that leaves it: looked at after the shorter one. */
const detour: Cast = { firms: each('A B C D'), sales: [...loop().sales, ...loop({ path: 'C>D>A', amounts: [115_000], days: ['04-12', '04-13'] }).sales] };
/** A loop of three; one of them trades to and fro with H, as three others do. */
const hub: Cast = { firms: each('A B C H'), sales: [...loop().sales, ...'AIJK'.split('').flatMap((id) => loop({ path: `${id}>H>${id}` }).sales)] };
/** Two shells feed B, two others C; one pair of either side meets at D. */
const chain: Cast = (() => {
  const [left, right] = [burst(), burst()];
  const other = right.sales.map((sale) => ({ ...sale, pair: sale.pair.replaceAll('B', 'C').replaceAll('S1', 'S3').replaceAll('S2', 'S4') }));
  const bridge = ['S2', 'S3'].map((id) => sold(`${id}>D`, '05-02', 50_000));
  return { firms: each('B C D S1 S2 S3 S4'), sales: [...left.sales, ...other, ...bridge] };
})();
/** Two of three hollow sellers are shells that feed B: a burst and a mill with two members in common. */
const mixed: Cast = {
  firms: { ...each('S1 S2 S3', { industry_code: 'C1711' }), ...each('B') }, more: { persons: representative('S1 S2 S3') },
  sales: [...burst().sales, sold('S3>X', '01-05', 60_000), sold('S3>X', '06-25', 60_000)],
};
/** A fourth hollow seller makes the mill larger than the burst. */
const milled: Cast = { ...mixed, firms: { ...mixed.firms, S4: { industry_code: 'C1711' } }, sales: [...mixed.sales, sold('S4>X', '06-25', 60_000)], more: { persons: representative('S1 S2 S3 S4') } };
const CASTS = { DETOUR: detour, HUB: hub, LOOP: loop(), CHAIN: chain, MIXED: mixed, MILLED: milled, FIRM: firms(), BURST: burst(), MILL: mill(), GRAFT: graft(), RELAY: relay(), SPLIT: split(), LOW: loop({ firm: { staff: 4 }, outside: 800_000 }), KEEPS: loop({ amounts: [100_000, 90_000, 70_000], days: ['04-01', '04-14', '05-03'] }) };

let world: RingWorld;
let engine: Engine;
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(staged(CASTS));
});
afterAll(() => world.close());

/** Assembles again under another limit, looks, and puts the limit back; the rings stay as they were found. */
async function under<T>(list: string, change: string, look: () => Promise<T>): Promise<T> {
  await engine.exec(`create or replace table kept as select * from ${list}; update ${list} set ${change}`);
  try {
    await assembleRings(engine);
    return await look();
  } finally {
    await engine.exec(`create or replace table ${list} as select * from kept`);
  }
}

const truncated = (): Promise<string[]> => words(engine, `select distinct split_part(n.party_id, '-', 1) as name from ring_score as s join ring_part as p on p.ring_no = s.ring_no
  join parties as n on n.party_key = p.party_key where s.is_truncated order by name asc nulls last`);

const scores = (): Promise<{ score: number; is_published: boolean }[]> => engine.rows('select score, is_published from ring_score order by ring_no asc nulls last');
const rescore = (): Promise<void> => engine.exec(`create or replace table ring_score as ${loadRingAssembly().find(({ table }) => table === 'ring_score')!.sql}`);

describe('a ring is truncated', () => {
  it('never, where no limit is met', async () => {
    expect(await truncated()).toEqual([]);
    expect(await ringsOf(engine, 'DETOUR')).toEqual(['closed_loop: A conduit, B conduit, C conduit, D conduit']);
  });

  it('where the search for rounds ran out of steps', async () => {
    const [found, others, cut] = await under('list_ring_rules', 'search_steps = 2', async () => [await ringsOf(engine, 'DETOUR'), await ringsOf(engine, 'LOOP'), await truncated()]);
    expect(found).toEqual(['closed_loop: A conduit, B conduit, C conduit']);
    expect(others).toEqual(['closed_loop: A conduit, B conduit, C conduit']);
    expect(cut).toEqual(['DETOUR', 'HUB']);
  });

  it('where one of its parties trades with somebody who has too many counterparties to be walked through', async () => {
    const [found, cut] = await under('list_ring_rules', 'expanded_counterparties = 3', async () => [await ringsOf(engine, 'HUB'), await truncated()]);
    expect(found).toEqual(['closed_loop: A conduit, B conduit, C conduit']);
    expect(cut).toEqual(['HUB']);
  });

  it('where a finding was too large and was parted', async () => {
    expect(await ringsOf(engine, 'CHAIN')).toEqual(['burst_and_vanish: B beneficiary, C beneficiary, D beneficiary, S1 issuer, S2 issuer, S3 issuer, S4 issuer']);
    const [found, cut] = await under('list_ring_finding_rules', 'largest_members = 6', async () => [await ringsOf(engine, 'CHAIN'), await truncated()]);
    expect(found.length).toBeGreaterThan(1);
    expect(found.flatMap((ring) => ring.slice('burst_and_vanish: '.length).split(', ').map((part) => part.split(' ')[0])).sort()).toEqual('B C D S1 S2 S3 S4'.split(' '));
    expect(cut).toEqual(['CHAIN']);
  });
});

describe('findings of two kinds', () => {
  it('give a ring the name and the roles of the larger first', async () => {
    expect(await ringsOf(engine, 'MILLED')).toEqual(['invoice_mill+burst_and_vanish+same_control: B beneficiary, S1 issuer, S2 issuer, S3 issuer, S4 issuer']);
  });

  it('are one ring, named after the first of equals, where they have enough of their members in common', async () => {
    const [apart] = await under('list_ring_finding_rules', 'merge_overlap = 0.67', async () => [await ringsOf(engine, 'MIXED')]);
    expect(apart).toEqual(['burst_and_vanish+same_control: B beneficiary, S1 issuer, S2 issuer', 'invoice_mill+same_control: S1 issuer, S2 issuer, S3 issuer']);
    const [one] = await under('list_ring_finding_rules', 'merge_overlap = 0.66', async () => [await ringsOf(engine, 'MIXED')]);
    expect(one).toEqual(['burst_and_vanish+invoice_mill+same_control: B beneficiary, S1 issuer, S2 issuer, S3 issuer']);
  });
});

describe('a ring is published', () => {
  beforeAll(() => assembleRings(engine));

  it('from half on, as the list in force says', async () => {
    const rings = await scores();
    expect(new Set(rings.map(({ is_published }) => is_published))).toEqual(new Set([true, false]));
    for (const { score, is_published } of rings) expect(is_published, `${score}`).toBe(score >= 0.5);
  });

  it('from exactly that score on, as it is shown', async () => {
    const shown = [...new Set((await scores()).map(({ score }) => score))];
    expect(shown.length).toBeGreaterThan(5);
    await engine.exec('create or replace table kept as select * from list_ring_finding_rules');
    for (const limit of shown) {
      await engine.exec(`update list_ring_finding_rules set publish_score = ${limit}`);
      await rescore();
      for (const { score, is_published } of await scores()) expect(is_published, `${score} at ${limit}`).toBe(score >= limit);
    }
    await engine.exec('create or replace table list_ring_finding_rules as select * from kept');
    await rescore();
  });

  it('has an id, and only then', async () => {
    const ids = await words(engine, 'select i.ring_id, s.is_published from ring_score as s left join ring_identity as i on i.ring_no = s.ring_no where (i.ring_id is not null) <> s.is_published');
    expect(ids).toEqual([]);
    expect(await words(engine, 'select count(*) > 5 from ring_identity')).toEqual(['true']);
  });
});

describe('the id of a ring', () => {
  it('lasts from night to night', async () => {
    const members = await engine.rows<{ ring_id: string; taxpayer_id: string }>(`select 'OLD' || i.ring_id as ring_id, n.taxpayer_id from ring_identity as i join ring_part as p on p.ring_no = i.ring_no
      join parties as n on n.party_key = p.party_key`);
    const before = await words(engine, 'select ring_id from ring_identity order by ring_no asc nulls last');
    const { published, found } = await assembleRings(engine, { former: members });
    expect(await words(engine, 'select ring_id from ring_identity order by ring_no asc nulls last')).toEqual(before.map((id) => `OLD${id}`));
    expect([published, found]).toEqual([before.length, (await scores()).length]);
  });
});

describe('without lines', () => {
  it('a ring is truncated where the search for loops that stand in ran out of steps', async () => {
    await engine.exec('create or replace table kept as select * from list_ring_rules; update list_ring_rules set search_steps = 2');
    const { taxpayers = [], invoices = [] } = staged({ DETOUR: detour, LOOP: loop() });
    engine = await world.assemble({ taxpayers, invoices });
    await engine.exec('create or replace table list_ring_rules as select * from kept');
    for (const name of ['DETOUR', 'LOOP']) expect(await ringsOf(engine, name), name).toEqual(['closed_loop: A conduit, B conduit, C conduit']);
    expect(await truncated()).toEqual(['DETOUR']);
  });
});
