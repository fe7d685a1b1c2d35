import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { burst, shellsApart, wave } from '../casts/burst.ts';
import { device, each, network, numbered, representative, ringsOf, staged, type Cast } from '../casts/cast.ts';
import { graft } from '../casts/graft.ts';
import { mill, millByBuyers } from '../casts/mill.ts';
import { openRingWorld, type RingWorld } from '../ring-world.ts';

const SHELLS = 'S1 S2 S3';
const sharing = (cast: Cast, more: NonNullable<Cast['more']>, others: Cast['firms'] = {}): Cast => ({ ...cast, firms: { ...cast.firms, ...others }, more });
const withAgent = (cast: Cast, ids: string): Cast => ({ ...cast, firms: { ...cast.firms, ...Object.fromEntries(ids.split(' ').map((id) => [id, { ...cast.firms[id], agent_id: 'AGENT' }])) } });
/** A device of three and of clients of an agent: more than half of its holders are the agent's. */
const atDesk = (cast: Cast): Cast => sharing(cast, { events: device(`${SHELLS} ${numbered('C', 4)}`) }, each(numbered('C', 4), { agent_id: 'AGENT' }));
/** One representative for three and for others: `count` holders in all. */
const heldBy = (cast: Cast, count: number): Cast => sharing(cast, { persons: representative(`${SHELLS} ${numbered('N', count - 3)}`) }, each(numbered('N', count - 3)));

const BURSTS = {
  BURST: burst(), BURSTLONG: burst({ last: '06-01' }), BURSTFIVE: burst({ invoices: 5 }), BURSTSMALL: burst({ total: 199_999 }),
  BURSTSILENT: burst({ first: '04-21', last: '06-20' }), BURSTALIVE: burst({ first: '04-22', last: '06-21' }),
  BURSTONE: burst({}, { toBuyer: 49_999 }), BURSTSHARE: burst({ total: 1_000_000 }), BURSTPART: burst({ total: 1_000_001 }),
  BURSTFOREIGN: { ...burst(), firms: each('S1 S2') }, BURSTSMALLSCALE: { ...burst(), firms: { ...burst().firms, S2: { vat_status: 'small' } } },
  WAVE: wave('1100101', { first: '04-06' }), WAVELATE: wave('1100102', { first: '04-07' }), WAVEOTHER: wave('1100103', { goods: '1100104' }), WAVESTAFFED: wave('1100105', {}, { ...each('S1 S2'), S3: { staff: 3 } }),
  KEYEDNET: sharing(shellsApart(), { events: network(SHELLS) }),
  KEYED: sharing(shellsApart(), { persons: representative(SHELLS) }), KEYEDLATE: sharing(shellsApart({ first: '05-31', last: '06-02' }), { persons: representative(SHELLS) }),
  KEYEDLATER: sharing(shellsApart({ first: '06-01', last: '06-02' }), { persons: representative(SHELLS) }),
  KEYEDFIFTY: heldBy(shellsApart(), 50), KEYEDMORE: heldBy(shellsApart(), 51),
  KEYEDDEVICE: sharing(shellsApart(), { events: device(SHELLS) }), KEYEDAGENT: withAgent(sharing(shellsApart(), { events: device(SHELLS) }), SHELLS), KEYEDDESK: atDesk(shellsApart()),
};
const MILLS = {
  MILL: mill(), MILLSMALL: mill({ total: 49_999, bought: 0 }), MILLFED: mill({ bought: 22_500 }), MILLSTAFFED: mill({ staff: 3 }), MILLUNKNOWN: mill({ staff: null }),
  MILLALIKE: mill({ industry: 'C3311', goods: { '1090413': 0.5, '1080101': 0.5 } }), MILLOTHER: mill({ industry: 'C3311', goods: { '1090413': 0.499, '1080101': 0.501 } }),
  MILLLATE: mill({ day: '2025-12-02' }), MILLLATER: mill({ day: '2025-12-01' }), MILLFIFTY: heldBy(mill(), 50), MILLMORE: heldBy(mill(), 51),
  MILLAGENT: withAgent(mill({}, { events: device(SHELLS) }), SHELLS), MILLDESK: atDesk(mill()), MILLALONE: mill({}, {}), MILLNET: mill({}, { events: network(SHELLS, 2) }),
  SERVED: millByBuyers(), SERVEDTWO: millByBuyers({ buyers: 2, own: 3 }), SERVEDFEW: millByBuyers({ own: 1 }), SERVEDFIFTH: millByBuyers({ own: 12 }), SERVEDLESS: millByBuyers({ own: 13 }),
  SERVEDTHIRTY: millByBuyers({ sellers: 30 }), SERVEDMORE: millByBuyers({ sellers: 31 }),
};
/** Who is fed by a trader feeds another in the same way. */
const chained = (): Cast => {
  const [first, second] = [graft(), graft({ certificate: { taxpayer_id: 'B', voucher_no: 'W' }, declaration: { declaration_no: 'E', voucher_no: 'W' } })];
  const sales = second.sales.map((sale) => ({ ...sale, pair: sale.pair.replace('>B', '>C').replace('I', 'B') }));
  const both = (table: string) => [...(first.more?.[table] ?? []), ...(second.more?.[table] ?? [])];
  return { firms: { ...first.firms, B: { industry_code: 'F5164' }, ...each('C') }, sales: [...first.sales.map((sale) => ({ ...sale, goods: '1010101' })), ...sales], more: { other_vouchers: both('other_vouchers'), customs_declarations: both('customs_declarations') } };
};
const GRAFTS = {
  GRAFTCHAIN: chained(),
  GRAFT: graft(), GRAFTLITTLE: graft({ imported: 299_999 }), GRAFTSTAFFED: graft({ firm: { staff: 3 } }), GRAFTMAKER: graft({ firm: { industry_code: 'C1711' } }),
  GRAFTMACHINES: graft({ metals: 0, machines: 1_000_000, imported: 800_000 }), GRAFTBOUGHT: graft({ metalsBought: 400_001 }), GRAFTHALF: graft({ metalsBought: 400_000 }),
  GRAFTSUPPORTED: graft({ metals: 499_999, machines: 500_001, imported: 400_001 }), GRAFTNOTUSED: graft({ certificate: { is_deducted: false } }),
  GRAFTEXPORT: graft({ declaration: { direction: 'export' } }), GRAFTLENT: graft({ declaration: { taxpayer_id: 'B' } }), GRAFTFEW: graft({ toBuyer: 50_000 }), GRAFTFEWER: graft({ toBuyer: 49_999 }),
};

let world: RingWorld;
let engine: Engine;
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(staged({ ...BURSTS, ...MILLS, ...GRAFTS }));
});
afterAll(() => world.close());

const rings = (name: string): Promise<string[]> => ringsOf(engine, name);
const issuers = (kinds: string, count = 3): string[] => [`${kinds}: ${numbered('S', count).split(' ').sort().map((id) => `${id} issuer`).join(', ')}`];

describe('shells that sell in one burst and vanish', () => {
  const FOUND = ['burst_and_vanish: B beneficiary, S1 issuer, S2 issuer'];

  it('are tied by a buyer whom two of them feed', async () => {
    expect(await rings('BURST')).toEqual(FOUND);
  });

  it.each([
    ['BURSTLONG', 'sell for 61 days'], ['BURSTFIVE', 'write five invoices'], ['BURSTSMALL', 'sell for less than 200,000 yuan'], ['BURSTALIVE', 'sold 29 days ago'],
    ['BURSTONE', 'feed the buyer, all but one, with less than 50,000 yuan'], ['BURSTPART', 'feed it with less than a twentieth of what they sell'],
    ['BURSTFOREIGN', 'feed a buyer that is not registered here'], ['BURSTSMALLSCALE', 'are small-scale, one of the two'],
  ])('are none where they (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('are found at the limits: silent for 30 days, a twentieth of what each sells', async () => {
    expect(await rings('BURSTSILENT')).toEqual(FOUND);
    expect(await rings('BURSTSHARE')).toEqual(FOUND);
  });

  it('are tied by keys where they start within 60 days of each other', async () => {
    for (const name of ['KEYED', 'KEYEDLATE', 'KEYEDDEVICE']) expect(await rings(name), name).toEqual(issuers('burst_and_vanish+same_control'));
    expect(await rings('KEYEDLATER')).toEqual([]);
  });

  it('are tied by one wave: the same good, no staff, begun within five days', async () => {
    expect(await rings('WAVE')).toEqual(issuers('burst_and_vanish'));
    for (const name of ['WAVELATE', 'WAVEOTHER', 'WAVESTAFFED']) expect(await rings(name), name).toEqual([]);
  });

  it('are not tied by an address on the net, a key of more than 50 holders, nor by the desk of an accounting agent', async () => {
    expect(await rings('KEYEDFIFTY')).toEqual(issuers('burst_and_vanish+same_control'));
    for (const name of ['KEYEDNET', 'KEYEDMORE', 'KEYEDAGENT', 'KEYEDDESK']) expect(await rings(name), name).toEqual([]);
  });
});

describe('hollow sellers', () => {
  it('are a mill where they share a key and a trade: an industry, or half of their goods', async () => {
    for (const name of ['MILL', 'MILLALIKE', 'MILLUNKNOWN']) expect(await rings(name), name).toEqual(issuers('invoice_mill+same_control'));
  });

  it.each([
    ['MILLSMALL', 'sells for less than 50,000 yuan'], ['MILLFED', 'buys for 45 % of what it sells'], ['MILLSTAFFED', 'has three insured'], ['MILLOTHER', 'sells mostly other goods in another industry'],
    ['MILLLATER', 'sold 121 days earlier'],
  ])('are none where one of the three (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('are a mill where they sell up to 120 days apart', async () => {
    expect(await rings('MILLLATE')).toEqual(issuers('invoice_mill+same_control'));
  });

  it('are none that share a key of more than 50 holders, the desk of an accounting agent or nothing', async () => {
    expect(await rings('MILLFIFTY')).toEqual(issuers('invoice_mill+same_control'));
    for (const name of ['MILLMORE', 'MILLAGENT', 'MILLDESK', 'MILLALONE', 'MILLNET']) expect(await rings(name), name).toEqual([]);
  });

  it('are a mill without keys where they have three buyers in common, a fifth of what each has, and five or more each', async () => {
    for (const name of ['SERVED', 'SERVEDFIFTH']) expect(await rings(name), name).toEqual(issuers('invoice_mill'));
    for (const name of ['SERVEDTWO', 'SERVEDLESS', 'SERVEDFEW']) expect(await rings(name), name).toEqual([]);
  });

  it('are not tied by buyers that more than 30 of them serve', async () => {
    expect(await rings('SERVEDTHIRTY')).toEqual(issuers('invoice_mill', 30));
    expect(await rings('SERVEDMORE')).toEqual([]);
  });
});

describe('a trader that deducts certificates for goods it does not sell', () => {
  const FOUND = ['customs_graft: B beneficiary, I issuer'];

  it('is tied to those it feeds, whoever is the importer on the declaration', async () => {
    for (const name of ['GRAFT', 'GRAFTLENT', 'GRAFTFEW']) expect(await rings(name), name).toEqual(FOUND);
  });

  it.each([
    ['GRAFTMACHINES', 'sells what was imported'], ['GRAFTBOUGHT', 'bought most of what it sells from others'], ['GRAFTSUPPORTED', 'sells what was imported to more than a half'],
    ['GRAFTLITTLE', 'imported for less than three tenths of its sales'], ['GRAFTNOTUSED', 'did not deduct the certificate'], ['GRAFTEXPORT', 'declared exports'],
    ['GRAFTSTAFFED', 'has three insured'], ['GRAFTMAKER', 'is no trader'], ['GRAFTFEWER', 'feeds the buyer with less than 50,000 yuan'],
  ])('is none where it (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('is a beneficiary where it is fed itself', async () => {
    expect(await rings('GRAFTCHAIN')).toEqual(['customs_graft: B beneficiary, C beneficiary, I issuer']);
  });

  it('may have had half of what it sells, a quarter of margin included', async () => {
    expect(await rings('GRAFTHALF')).toEqual(FOUND);
  });
});
