import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { burst } from '../casts/burst.ts';
import { claim, representative, staged, type Cast } from '../casts/cast.ts';
import { firms } from '../casts/firm.ts';
import { loop } from '../casts/loop.ts';
import { relay } from '../casts/relay.ts';
import { openRingWorld, words, type RingWorld } from '../ring-world.ts';

/** Shells that feed a party of another name. */
const feeding = (buyer: string): Cast => ({ firms: { S1: {}, S2: {} }, sales: burst().sales.map((sale) => ({ ...sale, pair: sale.pair.replace('>B', `>${buyer}`) })) });
const both = (one: Cast, other: Cast): Cast => ({ firms: { ...one.firms, ...other.firms }, sales: [...one.sales, ...other.sales], more: { ...one.more, ...other.more } });

const CASTS = {
  // A stands in a loop and is fed by two shells: one party in common makes no one ring.
  TWO: both(loop(), feeding('A')),
  // F1 is one of two firms of one business, under one representative, and is fed by two shells.
  SPLIT: both(firms({ more: { persons: representative('F1 F2') } }), feeding('F1')),
  FIRM: firms(),
  // F feeds the ladder from outside the province.
  RELAY: relay(),
  LOW: loop({ firm: { staff: 4 }, outside: 800_000 }),
  CLAIMS: { ...loop(), more: { refund_applications: [claim('B', 30_000)] } },
} satisfies Record<string, Cast>;

let world: RingWorld;
let engine: Engine;
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(staged(CASTS));
});
afterAll(() => world.close());

const of = (name: string, columns = 'm.kind, m.role'): Promise<string[]> => words(engine, `select replace(t.taxpayer_id, '${name}-', '') as id, ${columns}
  from ring_membership as m join taxpayers as t on t.taxpayer_key = m.taxpayer_key where starts_with(t.taxpayer_id, '${name}-') order by id asc nulls last`);
/** Rings of one taxpayer by kind, the highest score first. */
const ringsOf = (id: string): Promise<string[]> => words(engine, `select k.kind from ring_part as p join parties as n on n.party_key = p.party_key join ring_kind as k on k.ring_no = p.ring_no and k.place = 1
  join ring_score as s on s.ring_no = p.ring_no where n.party_id = '${id}' order by s.score desc nulls last, p.ring_no asc nulls last`);

describe('a taxpayer in a ring', () => {
  it('has the ring that scores highest', async () => {
    const kinds = await ringsOf('TWO-A');
    expect([...kinds].sort()).toEqual(['burst_and_vanish', 'closed_loop']);
    expect((await of('TWO', 'm.kind')).filter((row) => row.startsWith('A '))).toEqual([`A ${kinds[0]}`]);
    expect(await words(engine, 'select count(*) = count(distinct taxpayer_key) from ring_membership')).toEqual(['true']);
  });

  it('has a ring of split firms only where it has no other', async () => {
    expect(await ringsOf('SPLIT-F1')).toEqual(['firm_splitting', 'burst_and_vanish']);
    expect((await of('SPLIT')).filter((row) => row.startsWith('F'))).toEqual(['F1 burst_and_vanish beneficiary', 'F2 firm_splitting member']);
    expect(await of('FIRM')).toEqual(['F1 firm_splitting member', 'F2 firm_splitting member']);
  });

  it('is told what the ring is, in words', async () => {
    const rows = await of('CLAIMS', `m.kind_zh, m.kind_en, m.role_zh, m.role_en, m.member_count, cast(m.ring_yuan as integer), cast(m.ring_claimed_yuan as integer), cast(m.own_claimed_yuan as integer),
      cast(m.first_on as varchar), cast(m.last_on as varchar), m.ring_id = (select i.ring_id from ring_identity as i where i.ring_no = m.ring_no)`);
    expect(rows).toContain('B 闭环开票 closed loop 受益方 beneficiary 3 300000 30000 30000 2026-04-01 2026-04-21 true');
  });
});

describe('nobody else has a ring', () => {
  it('such as parties outside the province', async () => {
    expect(await words(engine, `select count(*) from ring_part as p join parties as n on n.party_key = p.party_key where n.party_id = 'RELAY-F'`)).toEqual(['1']);
    expect(await of('RELAY')).toEqual(['E pass_through beneficiary', 'P pass_through conduit', 'Q pass_through conduit']);
  });

  it('and members of rings that are not published', async () => {
    expect(await words(engine, `select distinct s.is_published from ring_score as s join ring_part as p on p.ring_no = s.ring_no join parties as n on n.party_key = p.party_key where starts_with(n.party_id, 'LOW-')`)).toEqual(['false']);
    expect(await of('LOW')).toEqual([]);
  });
});
