import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { device, each, numbered, representative, ringsOf, staged, type Cast } from '../casts/cast.ts';
import { firms } from '../casts/firm.ts';
import { shop } from '../casts/shop.ts';
import { split } from '../casts/split.ts';
import { openRingWorld, type RingWorld } from '../ring-world.ts';

const SPLITS = {
  SPLIT: split(), SPLITTHREE: split({ sellers: 3 }), SPLITFULL: split({ quarters: [300_000] }), SPLITABOVE: split({ quarters: [300_000.01] }), SPLITHALF: split({ quarters: [150_000] }), SPLITLITTLE: split({ quarters: [149_999] }),
  SPLITTHIRD: split({ quarters: [200_000, 1000, 1000] }), SPLITFOURTH: split({ quarters: [200_000, 1000, 1000, 1000] }), SPLITFIFTH: split({ toBuyer: 0.2, otherBuyers: 1 }), SPLITPART: split({ toBuyer: 0.199, otherBuyers: 1 }),
  SPLITFOUR: split({ toBuyer: 0.7, otherBuyers: 3 }), SPLITFIVE: split({ toBuyer: 0.7, otherBuyers: 4 }), SPLITSERVICES: split({ codes: ['3040202', '3040101'] }), SPLITGENERAL: split({ firm: { vat_status: 'general' } }),
  SPLITINDIVIDUAL: split({ firm: { vat_status: 'general', entity_kind: 'individual' } }), SPLITEACH: split({ last: [100_000] }), SPLITLESS: split({ last: [99_999] }),
};
const SHOPS = {
  SHOP: shop('1090501'), SHOPDEAR: shop('1090502', { price: 90 }), SHOPABOVE: shop('1090503', { price: 85.01 }), SHOPSMALL: shop('1090504', { amount: 49_999, elsewhere: 0 }), SHOPONE: shop('1090505', { shops: 1, marketLines: 9 }),
  SHOPELSEWHERE: shop('1090506', { elsewhere: 50_001 }), SHOPGENERAL: shop('1090507', { shop: {} }), SHOPSELLER: shop('1090508', { seller: { vat_status: 'small' } }), SHOPTHIN: shop('1090509', { marketLines: 7 }),
};
const withAgent = (cast: Cast): Cast => ({ ...cast, firms: { ...cast.firms, F1: { ...cast.firms['F1'], agent_id: 'AGENT' }, F2: { ...cast.firms['F2'], agent_id: 'AGENT' } } });
const housed = (count: number): Cast => {
  const cast = firms({ shareBasisPoints: 1250, more: { persons: representative(`F1 F2 ${numbered('N', count - 2)}`) } });
  return { ...cast, firms: { ...cast.firms, ...each(numbered('N', count - 2)) } };
};
const FIRMS = {
  FIRM: firms(), FIRMBELOW: firms({ shareBasisPoints: 1699 }), FIRMKEY: firms({ shareBasisPoints: 1250, more: { persons: representative('F1 F2') } }), FIRMKEYBELOW: firms({ shareBasisPoints: 1249, more: { persons: representative('F1 F2') } }),
  FIRMTHREE: firms({ buyers: 3, shareBasisPoints: 2500 }), FIRMSTAFF: firms({ second: { staff: 19 } }), FIRMTRADE: firms({ second: { industry_code: 'C1712' } }), FIRMSMALL: firms({ second: { vat_status: 'small' } }),
  FIRMAGENT: withAgent(firms({ shareBasisPoints: 1500, more: { events: device('F1 F2') } })), FIRMFIFTY: housed(50), FIRMMORE: housed(51),
};

let world: RingWorld;
let engine: Engine;
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(staged({ ...SPLITS, ...SHOPS, ...FIRMS }));
});
afterAll(() => world.close());

const rings = (name: string): Promise<string[]> => ringsOf(engine, name);

describe('small-scale sellers to one buyer', () => {
  const FOUND = ['income_splitting: B controller, S1 member, S2 member, S3 member, S4 member'];

  it('split its income where four of them do the same near the exempt amount of a quarter, individuals of any status included', async () => {
    for (const name of ['SPLIT', 'SPLITINDIVIDUAL']) expect(await rings(name), name).toEqual(FOUND);
  });

  it.each([
    ['SPLITTHREE', 'are three'], ['SPLITABOVE', 'sell more than is exempt'], ['SPLITLITTLE', 'sell less than half of that'], ['SPLITFOURTH', 'are near it in one quarter of four'],
    ['SPLITPART', 'sell it less than a fifth'], ['SPLITFIVE', 'have five buyers'], ['SPLITSERVICES', 'sell two kinds of service'], ['SPLITGENERAL', 'are general taxpayers'], ['SPLITLESS', 'sell, one of the four, less than 100,000 yuan'],
  ])('split nothing where they (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('are found at the limits: all or half of the exempt amount, a third of the quarters, a fifth of their sales, four buyers, 100,000 yuan', async () => {
    for (const name of ['SPLITFULL', 'SPLITHALF', 'SPLITTHIRD', 'SPLITFIFTH', 'SPLITFOUR', 'SPLITEACH']) expect(await rings(name), name).toEqual(FOUND);
  });
});

describe('a general seller and small-scale shops that live of it', () => {
  it('are tied where they pay 85 % of the market and less', async () => {
    expect(await rings('SHOP')).toEqual(['related_transfer: K1 member, K2 member, M beneficiary']);
  });

  it.each([
    ['SHOPDEAR', 'they pay 90 %'], ['SHOPABOVE', 'they pay a little more than 85 %'], ['SHOPSMALL', 'each buys for less than 50,000 yuan'], ['SHOPONE', 'there is one shop'], ['SHOPELSEWHERE', 'they buy most from others'],
    ['SHOPGENERAL', 'they are general taxpayers'], ['SHOPSELLER', 'the seller is small-scale itself'], ['SHOPTHIN', 'the market is nine lines'],
  ])('are not where (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });
});

describe('two firms with the same buyers', () => {
  const FOUND = ['firm_splitting: F1 member, F2 member'];

  it('are one firm where 68 % of what they sell is alike, buyer by buyer, or half and they share a key', async () => {
    expect(await rings('FIRM')).toEqual(FOUND);
    for (const name of ['FIRMKEY', 'FIRMFIFTY']) expect(await rings(name), name).toEqual(['firm_splitting+same_control: F1 member, F2 member']);
  });

  it.each([
    ['FIRMBELOW', 'a little less than 68 % is alike'], ['FIRMKEYBELOW', 'they share a key and a little less than half is alike'], ['FIRMTHREE', 'they have three buyers in common'],
    ['FIRMSTAFF', 'one has 19 insured'], ['FIRMTRADE', 'one is of another industry'], ['FIRMSMALL', 'one is small-scale'],
  ])('are two where (%s) %s', async (name) => {
    expect(await rings(name)).toEqual([]);
  });

  it('are two where the key they share is the desk of an accounting agent or has more than 50 holders', async () => {
    for (const name of ['FIRMAGENT', 'FIRMMORE']) expect(await rings(name), name).toEqual([]);
  });
});
