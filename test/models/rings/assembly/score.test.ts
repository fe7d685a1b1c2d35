import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { burst } from '../casts/burst.ts';
import { claim, each, representative, sold, staged, type Cast } from '../casts/cast.ts';
import { firms } from '../casts/firm.ts';
import { graft } from '../casts/graft.ts';
import { loop, STEEL } from '../casts/loop.ts';
import { mill } from '../casts/mill.ts';
import { relay } from '../casts/relay.ts';
import { shop } from '../casts/shop.ts';
import { split } from '../casts/split.ts';
import { openRingWorld, words, type RingWorld } from '../ring-world.ts';

const PROCESSING = '2010000';
const knowing = (cast: Cast, facts: Readonly<Record<string, CaseRow>>, more: Cast['more'] = cast.more): Cast => ({
  ...cast, firms: Object.fromEntries(Object.entries(cast.firms).map(([id, known]) => [id, { ...known, ...facts[id] }])), ...(more && { more }),
});
const invested = (ids: string, change: CaseRow = {}): Cast['more'] => ({ persons: ids.split(' ').map((taxpayer_id) => ({ taxpayer_id, person_key: 'I', role: 'investor', valid_from: '2015-01-01', ...change })) });
/** Staff, and two years behind it but not three. */
const HOUSE = { staff: 4, registered_on: '2024-07-20' };
const house = (ids: string, firm: CaseRow = HOUSE, change: CaseRow = {}): Cast => ({ ...loop({ firm }), more: invested(ids, change)! });
/** A ladder, some of whose hands have more behind them. */
const handed = (ids: string, firm: CaseRow): Cast => knowing({ ...relay(), sales: [...relay().sales, sold('E>X', '05-05', 1000)] }, each(ids, firm));
/** Steel and processing go round together. */
const processed = (yuan: number): Cast => ({ ...loop(), sales: [...loop().sales, ...loop({ amounts: [yuan], goods: [PROCESSING] }).sales] });

const KINDS = {
  LOOP: loop(), BURST: burst(), RELAY: relay(), SPLIT: split(), MILL: mill(), GRAFT: graft(), SHOP: shop('1090501'), FIRM: firms(), SWITCH: relay({ goods: ['1020101', STEEL, STEEL] }),
  LONG: loop({ path: 'A>B>C>D>A', days: ['04-01', '04-11', '04-21', '05-01'], amounts: [100_000, 98_000, 96_000, 94_000], goods: ['1080101', '1080306', '1080101', '1080306'] }),
  CLAIMS: { ...loop(), more: { refund_applications: [claim('B')] } },
} satisfies Record<string, Cast>;
const SIGNS = {
  YOUNG: knowing(burst(), { S1: { registered_on: '2025-04-01' }, S2: { registered_on: '2025-03-31' } }), YOUNGER: knowing(burst({ first: '2022-09-01', last: '2022-10-01' }), { S1: { registered_on: '2022-07-19' }, S2: { registered_on: '2022-07-20' } }),
  GONE: knowing(burst(), { S1: { status: 'absconded', status_from: '2026-06-10' }, S2: { status: 'suspended', status_from: '2026-06-10' } }),
  RESTORED: { ...burst(), more: { taxpayer_changes: [{ taxpayer_id: 'S1', changed_on: '2018-01-01', field: 'status', old_value: 'normal', new_value: 'abnormal' }, { taxpayer_id: 'S1', changed_on: '2019-01-01', field: 'status', old_value: 'abnormal', new_value: 'normal' }] } },
  SILENT: burst({ first: '2025-12-01', last: '2026-01-21' }), LOUDER: burst({ first: '2025-12-01', last: '2026-01-22' }),
  KEYSOUT: { ...burst(), firms: { ...burst().firms, N: {} }, more: { persons: representative('S1 N') } },
  TWICE: { ...loop(), sales: [...loop().sales, ...loop({ goods: ['1050101'], days: ['04-01', '05-01', '05-31'] }).sales] },
  KEYS: { ...burst(), more: { persons: representative('S1 B') } }, FED: { ...burst(), sales: [...burst().sales, sold('Y>S1', '04-01', 90_000)] },
} satisfies Record<string, Cast>;
const DAMPED = {
  HOUSE: house('A B C'), HOUSETWO: house('A B'), HOUSEONE: house('A'), HOUSEEMPTY: house('A B C', { ...HOUSE, staff: 2 }), HOUSEYOUNG: house('A B C', { ...HOUSE, registered_on: '2024-07-21' }),
  HOUSELEFT: house('A B C', HOUSE, { valid_to: '2025-01-01' }), HOUSERELAY: knowing({ ...relay(), sales: [...relay().sales, sold('E>X', '05-05', 1000)] }, each('P Q E', HOUSE), invested('P Q E')), HOUSEFIRM: knowing(firms(), {}, invested('F1 F2')),
  HOUSETWICE: { ...loop({ firm: HOUSE }), more: { persons: [...invested('A')!['persons']!, ...invested('A', { valid_from: '2025-06-01' })!['persons']!] } },
  HOUSEFIVE: { ...loop({ path: 'A>B>C>D>E>A', firm: HOUSE }), more: invested('A B C')! }, HOUSEFOUR: { ...loop({ path: 'A>B>C>D>A', firm: HOUSE }), more: invested('A B')! },
  LABOUR: loop({ goods: [PROCESSING] }), LABOURHALF: processed(100_000), LABOURLESS: processed(99_999), LABOURRELAY: relay({ goods: [PROCESSING, PROCESSING, PROCESSING] }), LABOURSPLIT: split({ codes: [PROCESSING] }),
  OLDLOOP: loop({ firm: { staff: 3, registered_on: '2023-07-21' } }), OLDYOUNG: handed('P Q', { staff: 3, registered_on: '2023-07-22' }), OLDEMPTY: handed('P Q', { staff: 2 }), OLDHALF: handed('P', { staff: 3 }),
  OLDHOUSE: { ...handed('P Q E', { staff: 3 }), more: invested('P Q E')! }, OLDRELAY: handed('P Q', { staff: 3, registered_on: '2023-07-21' }), OLDFIRM: firms(), OLDSPLIT: knowing({ ...split(), sales: [...split().sales, ...['S1', 'S2', 'S3', 'S4'].map((id) => sold(`Y>${id}`, '04-01', 100_000))] }, each('S1 S2 S3 S4', { staff: 4 })), OLDSHOP: knowing(shop('1090502'), each('M K1 K2', { staff: 4 })),
} satisfies Record<string, Cast>;

let world: RingWorld;
let engine: Engine;
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(staged({ ...KINDS, ...SIGNS, ...DAMPED }));
});
afterAll(() => world.close());

const ofCase = (name: string): string => `(select p.ring_no from ring_part as p join parties as n on n.party_key = p.party_key where starts_with(n.party_id, '${name}-'))`;
const signs = (name: string): Promise<string[]> => words(engine, `select sign, round(share, 4) as share from ring_sign_share where ring_no in ${ofCase(name)} order by sign asc nulls last`);
const dampers = (name: string): Promise<string[]> => words(engine, `select damper, round(share, 4) as share from ring_damper where ring_no in ${ofCase(name)} order by damper asc nulls last`);
const score = async (name: string): Promise<number> => Number((await words(engine, `select score from ring_score where ring_no in ${ofCase(name)}`)).join());

describe('the score of a ring', () => {
  it('is 1 - (1 - base) x product of (1 - weight x sign), times its dampers, for every ring', async () => {
    const rings = await engine.rows<{ ring_no: number; score: number; base_score: number; is_published: boolean }>(`select s.ring_no, s.score, k.base_score, s.is_published
      from ring_score as s join ring_sign as g on g.ring_no = s.ring_no join list_ring_kinds as k on k.kind_no = g.main_kind_no order by s.ring_no asc nulls last`);
    const shares = await engine.rows<{ ring_no: number; share: number; weight: number }>('select ring_no, share, weight from ring_sign_share');
    const factors = await engine.rows<{ ring_no: number; factor: number }>('select ring_no, factor from ring_damper');
    expect(rings.length).toBeGreaterThan(35);
    for (const { ring_no, score: given, base_score } of rings) {
      const left = shares.filter((row) => row.ring_no === ring_no).reduce((rest, { weight, share }) => rest * (1 - weight * share), 1 - base_score);
      const damped = factors.filter((row) => row.ring_no === ring_no).reduce((rest, { factor }) => rest * factor, 1 - left);
      expect(Math.abs(given - damped), `ring ${ring_no}: ${given}, ${damped}`).toBeLessThanOrEqual(0.00005 + 1e-8);
    }
  });

  it('of the loop, worked out by hand', async () => {
    expect(await signs('LOOP')).toEqual(['close_in_time 0.8667', 'goods_stay_inside 1', 'value_kept 1', 'without_staff 1']);
    expect(await score('LOOP')).toBeCloseTo(1 - 0.9 * (1 - 0.1 * (1 - 20 / 150)) * (1 - 0.85) * (1 - 0.2) * (1 - 0.15), 4);
  });

  it('of a group that trades in circles, worked out by hand', async () => {
    expect(await score('HOUSE')).toBeCloseTo((1 - 0.9 * (1 - 0.1 * (1 - 20 / 150)) * (1 - 0.85) * (1 - 0.2)) * 0.4, 4);
  });

  it('starts from the base of its main kind', async () => {
    expect(await signs('FIRM')).toEqual([]);
    expect(await score('FIRM')).toBe(0.55);
  });
});

describe('signs', () => {
  it('weigh what the list in force says', async () => {
    expect(await words(engine, 'select distinct s.sign from ring_sign_share as s join list_ring_signs as w on w.sign = s.sign where s.weight <> w.weight')).toEqual([]);
    expect(await words(engine, 'select w.sign from list_ring_signs as w where not exists (select 1 from ring_sign_share as s where s.sign = w.sign) order by w.sign asc nulls last')).toEqual([]);
  });

  it.each([
    ['BURST', 'shells that buy nothing and employ nobody', ['without_input 1', 'without_staff 1']],
    ['FED', 'one of two shells bought for 45 % of what it sold', ['without_input 0.5', 'without_staff 1']],
    ['YOUNG', 'one of two sold within a year of its registration', ['without_input 1', 'without_staff 1', 'young 0.5']],
    ['YOUNGER', 'one of two was registered within four years', ['gone 1', 'without_input 1', 'without_staff 1', 'young 0.5']],
    ['GONE', 'one of two absconded, the other is merely suspended', ['gone 0.5', 'without_input 1', 'without_staff 1']],
    ['SILENT', 'both have been silent for 180 days', ['gone 1', 'without_input 1', 'without_staff 1']],
    ['LOUDER', 'both have been silent for 179 days', ['without_input 1', 'without_staff 1']],
    ['RESTORED', 'one was abnormal years before it sold anything', ['without_input 1', 'without_staff 1']],
    ['KEYS', 'two of three share a representative, a buyer included', ['shared_keys 0.6667', 'without_input 1', 'without_staff 1']],
    ['KEYSOUT', 'one shares a representative with somebody outside', ['without_input 1', 'without_staff 1']],
    ['TWICE', 'two goods go round, one of them in less time', ['close_in_time 0.8667', 'goods_stay_inside 1', 'value_kept 1', 'without_staff 1']],
    ['CLAIMS', 'a member claims a refund', ['claims_inside 1', 'close_in_time 0.8667', 'goods_stay_inside 1', 'value_kept 1', 'without_staff 1']],
    ['LONG', 'goods of a class are handed on in time order', ['kept_in_order 0.94', 'value_kept 0.94', 'without_staff 1']],
    ['SWITCH', 'goods change on the way, half a year ago', ['gone 1', 'goods_switch 1', 'without_staff 1']],
  ])('%s: %s', async (name, _what, found) => {
    expect(await signs(name)).toEqual(found);
  });
});

describe('dampers', () => {
  it.each([
    ['HOUSE', 'one investor, staff and two years', ['legal_group 1']], ['HOUSETWO', 'two of three members', ['legal_group 0.6667']], ['HOUSEFIVE', 'three of five', ['legal_group 0.6']], ['HOUSEFOUR', 'two of four', []], ['HOUSEONE', 'one of three', []], ['HOUSETWICE', 'one of three, written down twice', []],
    ['HOUSEEMPTY', 'no more than two insured', []], ['HOUSEYOUNG', 'less than two years', []], ['HOUSELEFT', 'an investor who left', []], ['HOUSERELAY', 'a ladder of one investor', ['legal_group 1']], ['HOUSEFIRM', 'one firm that became two', []],
    ['LABOUR', 'processing goes round', ['processing 1']], ['LABOURHALF', 'half of it is processing', ['processing 0.5']], ['LABOURLESS', 'less than half', []], ['LABOURRELAY', 'a ladder of processing', ['processing 1']], ['LABOURSPLIT', 'split processing', []],
    ['OLDLOOP', 'a good that goes round', []], ['OLDHALF', 'one of two hands', []], ['OLDYOUNG', 'less than three years', []], ['OLDEMPTY', 'no more than two insured', []],
    ['OLDRELAY', 'hands of a ladder: staff, purchases and three years', ['established_trade 1']], ['OLDFIRM', 'two firms with the same buyers', []], ['OLDSPLIT', 'small sellers to one buyer', []], ['OLDSHOP', 'a seller and its shops', []],
    ['OLDHOUSE', 'a group with a long life', ['established_trade 1', 'legal_group 1']],
  ])('%s: %s', async (name, _what, found) => {
    expect(await words(engine, `select count(distinct ring_no) from ring_score where ring_no in ${ofCase(name)}`)).toEqual(['1']);
    expect(await dampers(name)).toEqual(found);
  });
});
