import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { claim, device, each, numbered, representative, ringsOf, staged, type Cast } from '../casts/cast.ts';
import { loop, STEEL } from '../casts/loop.ts';
import { relay } from '../casts/relay.ts';
import { openRingWorld, words, type RingWorld } from '../ring-world.ts';

const TEN = 'A>B>C>D>E>F>G>H>I>J>A';
const knownBy = (way: string, more: NonNullable<Cast['more']>): Cast => ({ ...loop({ path: way }), more });
/** A loop whose parties have one representative, `count` holders in all. */
const heldBy = (count: number): Cast => ({ firms: { ...loop().firms, ...each(numbered('N', count - 3)) }, sales: loop().sales, more: { persons: representative(`A B C ${numbered('N', count - 3)}`) } });
/** Handed on in time order; the good changes within its class, so that none goes round. */
const long = (changed: Parameters<typeof loop>[0] = {}): Cast => loop({ path: 'A>B>C>D>A', days: ['04-01', '04-11', '04-21', '05-01'], goods: ['1080101', '1080306', '1080101', '1080306'], ...changed });
const toAndFro: Cast = { firms: each('A B C'), sales: [...loop({ path: 'A>B>A' }).sales, ...loop({ path: 'B>C>B' }).sales] };
const LOOPS = {
  LOOP: loop(), LOOPSPREAD: loop({ days: ['2025-11-01', '2026-01-01', '2026-03-31'], outside: 100_000 }), LOOPLATE: loop({ days: ['2025-11-01', '2026-01-01', '2026-04-01'], outside: 100_000 }),
  LOOPINSIDE: loop({ days: ['2025-11-01', '2026-01-01', '2026-04-01'], amounts: [60_000], outside: 40_000 }),
  LOOPOUTSIDE: loop({ days: ['2025-11-01', '2026-01-01', '2026-04-01'], amounts: [60_000], outside: 40_001 }),
  LOOPKEEPS: loop({ amounts: [100_000, 50_000, 25_000] }), LOOPLOSES: loop({ amounts: [100_000, 50_000, 24_999] }),
  LOOPBACK: loop({ path: 'A>B>A' }), LOOPFORTH: toAndFro, LOOPBROKEN: loop({ goods: [STEEL, STEEL, '1090413'] }), LOOPFINE: loop({ goods: [STEEL, `${STEEL}01`, `${STEEL}99`] }),
  LOOPSMALL: loop({ amounts: [15_000] }), LOOPSMALLER: loop({ amounts: [14_999] }), LOOPTWELVE: loop({ invoices: 12 }), LOOPOFTEN: loop({ invoices: 13 }),
  LOOPTEN: loop({ path: TEN }), LOOPELEVEN: loop({ path: TEN.replace('J>A', 'J>K>A') }), LOOPREVERSED: loop({ days: ['04-21', '04-11', '04-01'] }),
  LOOPHALF: knownBy('A>B>C>D>A', { persons: representative('A B') }), LOOPPART: knownBy('A>B>C>D>E>A', { persons: representative('A B') }),
  LOOPAGENT: { ...loop({ firm: { agent_id: 'AGENT' } }), more: { events: device('A B C') } }, LOOPHOUSED: heldBy(51), LOOPHELD: heldBy(50),
  LONG: long(), LONGLOSES: long({ amounts: [100_000, 95_000, 92_000, 89_999] }), LONGSHORT: long({ path: 'A>B>C>A' }), LONGBROKEN: long({ goods: ['1080101', '1080306', '1090413', '1080306'] }),
  LONGMIXED: long({ days: ['04-01', '04-21', '04-11', '05-01'] }),
  LOOPABROAD: { ...loop(), firms: { A: {} } }, LOOPVOID: { ...loop(), sales: loop().sales.map((sale) => ({ ...sale, status: 'void' })) }, LOOPCLAIMS: { ...loop(), more: { refund_applications: [claim('B')] } },
} satisfies Record<string, Cast>;
const RELAYS = {
  RELAY: relay(), RELAYBACK: relay({ feeders: ['Q'] }), RELAYNAMELESS: relay({ feeders: [''] }),
  RELAYUNFED: { ...relay(), sales: relay({ times: 7 }).sales.filter(({ pair, day }) => pair !== 'F>P' || day < '2025-12-20') }, RELAYTWICE: relay({ times: 2 }), RELAYEARLY: relay({ daysBefore: 7 }), RELAYLATE: relay({ daysBehind: 7 }),
  RELAYEDGE: relay({ marginBefore: 1.045, marginBehind: 0.985 }), RELAYDEAR: relay({ marginBefore: 1.0455 }), RELAYDEARER: relay({ marginBehind: 1.0455 }),
  RELAYCHEAP: relay({ marginBefore: 0.984 }), RELAYCHEAPER: relay({ marginBehind: 0.984 }),
  RELAYTWO: relay({ times: 4, feeders: ['F', 'G'] }), RELAYMAIN: relay({ times: 5, feeders: ['F', 'F', 'G'] }), RELAYIDLE: relay({ idleTimes: 3, elsewhere: 400_000 }), RELAYSELDOM: relay({ idleTimes: 4, elsewhere: 400_000 }),
  RELAYPART: relay({ elsewhere: 5_690_000 }), RELAYSIDE: relay({ elsewhere: 5_710_000 }), RELAYSMALL: relay({ times: 4, amount: 9_999, marginBefore: 1, marginBehind: 1 }), RELAYTEN: relay({ times: 4, amount: 10_000, marginBefore: 1, marginBehind: 1 }),
  RELAYABROAD: relay({ end: 'X' }), RELAYLITTLE: relay({ amount: 16_000 }), SWITCH: relay({ goods: ['1020101', STEEL, STEEL] }), SWITCHEND: relay({ goods: [STEEL, STEEL, '1020101'] }),
};

let world: RingWorld;
let engine: Engine;
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(staged({ ...LOOPS, ...RELAYS }));
});
afterAll(() => world.close());

const rings = (name: string): Promise<string[]> => ringsOf(engine, name);
const conduits = (ids: string, kinds = 'closed_loop'): string[] => [`${kinds}: ${ids.split(' ').map((id) => `${id} conduit`).join(', ')}`];

describe('a good that goes round', () => {
  it('ties those through whose hands it goes, registered here or not, whatever the order of the days', async () => {
    for (const name of ['LOOP', 'LOOPREVERSED', 'LOOPFINE', 'LOOPABROAD']) expect(await rings(name), name).toEqual(conduits('A B C'));
  });

  it('may be sold outside as well, or take long, but not both', async () => {
    for (const name of ['LOOPSPREAD', 'LOOPINSIDE']) expect(await rings(name), name).toEqual(conduits('A B C'));
    for (const name of ['LOOPLATE', 'LOOPOUTSIDE']) expect(await rings(name), name).toEqual([]);
  });

  it('is followed where its hops are 15,000 yuan and more, a quarter of the largest and more, on twelve days at most', async () => {
    for (const name of ['LOOPSMALL', 'LOOPKEEPS', 'LOOPTWELVE']) expect(await rings(name), name).toEqual(conduits('A B C'));
    for (const name of ['LOOPSMALLER', 'LOOPLOSES', 'LOOPOFTEN']) expect(await rings(name), name).toEqual([]);
  });

  it('passes three hands at least and ten at most', async () => {
    expect(await rings('LOOPTEN')).toEqual(conduits('A B C D E F G H I J'));
    for (const name of ['LOOPBACK', 'LOOPFORTH', 'LOOPELEVEN']) expect(await rings(name), name).toEqual([]);
  });

  it('need not be one good where four hands and more keep nine tenths in time order, and the goods are of a class', async () => {
    expect(await rings('LONG')).toEqual(conduits('A B C D'));
    for (const name of ['LONGLOSES', 'LONGSHORT', 'LONGBROKEN', 'LONGMIXED']) expect(await rings(name), name).toEqual([]);
  });

  it.each([['LOOPBROKEN', 'another good comes back'], ['LOOPVOID', 'its invoices are void']])('is none where (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('is for the benefit of those who claim refunds', async () => {
    expect(await rings('LOOPCLAIMS')).toEqual(['closed_loop: A conduit, B beneficiary, C conduit']);
  });

  it('is under one control where half of its parties share a key with others of it, agents and keys of many holders left out', async () => {
    expect(await rings('LOOPHALF')).toEqual(conduits('A B C D', 'closed_loop+same_control'));
    expect(await rings('LOOPPART')).toEqual(conduits('A B C D E'));
    expect(await rings('LOOPHELD')).toEqual(conduits('A B C', 'closed_loop+same_control'));
    for (const name of ['LOOPAGENT', 'LOOPHOUSED']) expect(await rings(name), name).toEqual(conduits('A B C'));
  });

  it('has hops that are numbered in its order', async () => {
    expect(await words(engine, `select right(s.party_id, 1) || right(b.party_id, 1) as pair from ring_trade as t join parties as s on s.party_key = t.seller_key
      join parties as b on b.party_key = t.buyer_key where starts_with(s.party_id, 'LOOPTEN-') order by t.hop_no asc nulls last`)).toEqual('AB BC CD DE EF FG GH HI IJ JA'.split(' '));
  });
});

describe('invoices that are handed on', () => {
  const FOUND = ['pass_through: E beneficiary, F issuer, P conduit, Q conduit'];

  it('tie who issued them, the hands they pass and who ends up with them', async () => {
    for (const name of ['RELAY', 'RELAYEDGE', 'RELAYPART']) expect(await rings(name), name).toEqual(FOUND);
  });

  it.each([
    ['RELAYTWICE', 'two times only'], ['RELAYEARLY', 'seven days after they came in'], ['RELAYLATE', 'seven days before they go out'], ['RELAYDEAR', 'at more than 4.5 % above what came in'],
    ['RELAYDEARER', 'to come out at more than 4.5 % above'], ['RELAYCHEAP', 'at more than 1.5 % below what came in'], ['RELAYCHEAPER', 'to come out at more than 1.5 % below'],
    ['RELAYUNFED', 'on less than half of the days after anything came in'], ['RELAYBACK', 'to whom they came from'], ['RELAYTWO', 'from two parties by turns'], ['RELAYSELDOM', 'on less than half of the days'], ['RELAYSIDE', 'between parties that live of other trade'], ['RELAYSMALL', 'for less than 10,000 yuan a day'],
  ])('tie nobody where they are handed on (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('have no issuer where nobody is named as one', async () => {
    expect(await rings('RELAYNAMELESS')).toEqual(['pass_through: E beneficiary, P conduit, Q conduit']);
  });

  it('are those of the party that feeds the first hand most, on half of the days at least', async () => {
    expect(await rings('RELAYMAIN')).toEqual(FOUND);
    expect(await rings('RELAYIDLE')).toEqual(FOUND);
  });

  it('have no beneficiary where the last buyer is not registered here or took less than 50,000 yuan', async () => {
    for (const name of ['RELAYABROAD', 'RELAYLITTLE', 'RELAYTEN']) expect(await rings(name), name).toEqual(['pass_through: F issuer, P conduit, Q conduit']);
  });

  it('are a switch of goods where they go on as something else', async () => {
    for (const name of ['SWITCH', 'SWITCHEND']) expect(await rings(name), name).toEqual(['goods_switch: E beneficiary, F issuer, P conduit, Q conduit']);
  });
});

describe('without lines', () => {
  it('loops in the order of their days stand in for rounds of a good', async () => {
    const { taxpayers = [], invoices = [] } = staged({ LOOP: loop(), REVERSED: loop({ days: ['04-21', '04-11', '04-01'] }), LOSES: loop({ amounts: [100_000, 90_000, 79_999] }), BACK: loop({ path: 'A>B>A' }), FORTH: toAndFro });
    const bare = await world.assemble({ taxpayers, invoices });
    expect(await ringsOf(bare, 'LOOP')).toEqual(conduits('A B C'));
    for (const name of ['REVERSED', 'LOSES', 'BACK', 'FORTH']) expect(await ringsOf(bare, name), name).toEqual([]);
  });
});
