import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';
import { INTERNAL, largerNight } from '../support/rewrite-tables.ts';
import { claimMeets, meets, readPlainRows, type Filters, type PlainClaim, type PlainTaxpayer } from '../support/search-truth.ts';

interface Page {
  readonly snapshotId: string;
  readonly items: readonly { readonly taxpayer_id: string; readonly application_id: string; readonly ring_id: string }[];
  readonly next: string | null;
  readonly total?: number;
}

let world: ApiWorld;
let analyst: Headers;
let taxpayers: readonly PlainTaxpayer[];
let claims: readonly PlainClaim[];
let owners: ReadonlyMap<string, PlainTaxpayer>;

beforeAll(async () => {
  world = await openApiWorld({ isCopy: true });
  analyst = world.as('risk_analyst');
  await world.publish('larger', largerNight(3));
  ({ taxpayers, claims } = await readPlainRows(world));
  owners = new Map(taxpayers.map((one) => [one.taxpayer_id, one]));
});
afterAll(() => world.close());

const page = async (what: string, body: object): Promise<Page> => {
  const answer = await world.post(`/${what}/search`, body, analyst);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Page>();
};

/** All pages of a search one after another, each of `limit` rows but the last. */
async function turnAll(what: string, body: object, limit: number): Promise<Page['items']> {
  const rows: Page['items'][number][] = [];
  let after: string | null = null;
  do {
    const found: Page = await page(what, { ...body, limit, ...(after === null ? {} : { after }) });
    if (found.next !== null) expect(found.items).toHaveLength(limit);
    rows.push(...found.items);
    after = found.next;
  } while (after !== null);
  return rows;
}

const expectedTaxpayers = (filters: Filters): readonly string[] => taxpayers.filter((one) => meets(one, filters)).map(({ taxpayer_id }) => taxpayer_id);
const expectedClaims = (filters: Filters): readonly string[] => claims.filter((one) => claimMeets(one, owners.get(one.taxpayer_id), filters)).map(({ application_id }) => application_id);

/** A word or a list of several of those that occur, and one that does not. */
const some = (values: readonly (string | null)[], other: string): fc.Arbitrary<string | string[]> => {
  const known = [...new Set(values.filter((value) => value !== null)), other];
  return fc.oneof(fc.constantFrom(...known), fc.uniqueArray(fc.constantFrom(...known), { minLength: 1, maxLength: 4 }));
};
/** One to three of the parts of a search: with more of them hardly anybody is left. */
const few = (parts: { readonly [K in keyof Filters]: fc.Arbitrary<Filters[K]> }): fc.Arbitrary<Filters> => fc.subarray(Object.keys(parts) as (keyof Filters)[], { minLength: 1, maxLength: 3 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, parts[name]])) as Record<string, fc.Arbitrary<unknown>>)) as fc.Arbitrary<Filters>;
const amounts = (values: readonly (string | null)[]) => {
  const one = fc.constantFrom(...[...new Set(values.filter((value) => value !== null))].map(Number).concat(0, 0.01, 1e9)).filter((value) => value >= 0);
  return fc.record({ minimum: one, maximum: one }, { requiredKeys: [] });
};

describe('a search for taxpayers', () => {
  const filters = (): fc.Arbitrary<Filters> => few({
    ids: fc.uniqueArray(fc.constantFrom(...taxpayers.map(({ taxpayer_id }) => taxpayer_id), 'NOBODY'), { minLength: 1, maxLength: 500 }),
    name: fc.constantFrom(...taxpayers.slice(0, 60).map(({ taxpayer_name }) => taxpayer_name.slice(2, 4)), '有限', '%', '__'.repeat(2)).filter((name) => name.length > 1),
    level: some(taxpayers.map(({ level }) => level), 'none').filter((one) => one !== ''), color: some(taxpayers.map(({ color }) => color), 'blue'),
    region: some(taxpayers.flatMap(({ district_code }) => [district_code?.slice(0, 4) ?? null, district_code]), '11'), industry: some(taxpayers.flatMap(({ industry_code }) => [industry_code?.slice(0, 1) ?? null, industry_code]), 'Z'),
    indicator: some(taxpayers.flatMap(({ hit_codes }) => hit_codes), 'ZZ-99'), ring: fc.constantFrom(...taxpayers.flatMap(({ ring_ids }) => ring_ids), 'NONE'), amount: amounts(taxpayers.map(({ amount }) => amount)),
  });

  it('finds those who meet all its parts and nobody else, by falling score and then by identifier, with their number', async () => {
    const found = new Set<number>();
    await fc.assert(fc.asyncProperty(filters(), async (body) => {
      const expected = expectedTaxpayers(body);
      found.add(expected.length);
      const { items, total } = await page('taxpayers', { ...body, limit: 200, count: true });
      expect([items.map(({ taxpayer_id }) => taxpayer_id), total]).toEqual([expected.slice(0, 200), expected.length]);
    }), { numRuns: 60, seed: 20261130 });
    expect(found.size, 'many different numbers of taxpayers').toBeGreaterThan(10);
  });

  it.each<[string, Filters]>([
    ['level', { level: 'high' }], ['color', { color: ['red', 'orange'] }], ['region', { region: '5301' }], ['industry', { industry: 'F' }], ['indicator', { indicator: 'VR-22' }], ['name', { name: '有限' }],
    ['amount', { amount: { minimum: 1000 } }], ['amount from above', { amount: { maximum: 1000 } }],
  ])('by %s alone tells some from others', async (_, body) => {
    const expected = expectedTaxpayers(body);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(taxpayers.length);
    expect((await page('taxpayers', { ...body, count: true })).total).toBe(expected.length);
  });

  it('does not find anybody by a finding about the office itself', async () => {
    expect((await page('taxpayers', { indicator: INTERNAL.code, count: true })).total).toBe(0);
  });

  it('gives each of its rows once, in order, whatever the length of its pages', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 20, max: 200 }), fc.constantFrom<Filters>({}, { region: '5301' }, { level: ['none', 'low'] }), async (limit, body) => {
      expect((await turnAll('taxpayers', body, limit)).map(({ taxpayer_id }) => taxpayer_id)).toEqual(expectedTaxpayers(body));
    }), { numRuns: 4, seed: 20261130 });
    expect((await turnAll('taxpayers', { region: '5302' }, 1)).map(({ taxpayer_id }) => taxpayer_id)).toEqual(expectedTaxpayers({ region: '5302' }));
  });

  it('takes identifiers and codes in small letters', async () => {
    const [one] = taxpayers;
    expect((await page('taxpayers', { ids: [one!.taxpayer_id.toLowerCase()], indicator: one!.hit_codes[0]!.toLowerCase() })).items).toHaveLength(1);
  });

  it('gives no more than 200 rows as JSON, however many are asked for', async () => {
    expect(taxpayers.length).toBeGreaterThan(200);
    const { items, next } = await page('taxpayers', { limit: 10_000 });
    expect([items.length, next === null]).toEqual([200, false]);
  });
});

describe('a search for claims', () => {
  const filters = (): fc.Arbitrary<Filters> => few({
    ids: fc.uniqueArray(fc.constantFrom(...claims.map(({ application_id }) => application_id), 'NONE'), { minLength: 1, maxLength: 40 }), taxpayer: fc.uniqueArray(fc.constantFrom(...claims.map(({ taxpayer_id }) => taxpayer_id)), { minLength: 1, maxLength: 20 }),
    lane: some(claims.map(({ lane }) => lane), 'fast'), level: some(claims.map(({ level }) => level), 'low'), color: some(claims.map(({ color }) => color), 'red'), region: some(taxpayers.map(({ district_code }) => district_code?.slice(0, 4) ?? null), '11'),
    industry: some(taxpayers.map(({ industry_code }) => industry_code?.slice(0, 1) ?? null), 'Z'), indicator: some(claims.flatMap(({ hits }) => hits), 'ZZ-99'), period: fc.constantFrom(...claims.map(({ period }) => period ?? '2025-01')),
    open: fc.boolean(), amount: amounts(claims.map(({ amount }) => amount)),
  });

  it('finds those that meet all its parts and no other, the queue first and then by number', async () => {
    const found = new Set<number>();
    await fc.assert(fc.asyncProperty(filters(), async (body) => {
      const expected = expectedClaims(body);
      found.add(expected.length);
      const { items, total } = await page('claims', { ...body, limit: 200, count: true });
      expect([items.map(({ application_id }) => application_id), total]).toEqual([expected, expected.length]);
    }), { numRuns: 60, seed: 20261130 });
    expect(found.size).toBeGreaterThan(4);
  });

  it('gives each of its rows once, in order, whatever the length of its pages', async () => {
    expect(claims.filter(({ queue_rank }) => queue_rank !== null).length, 'some stand in the queue').toBeGreaterThan(5);
    for (const limit of [1, 7, 17, 49, 50, 51]) expect((await turnAll('claims', {}, limit)).map(({ application_id }) => application_id), String(limit)).toEqual(expectedClaims({}));
  });

  it('compares amounts exactly, however many digits are given', async () => {
    for (const minimum of [0.1 + 0.2, 1e-7, 190_113.96, 123_456.123_456_789, 1e15]) {
      const { total } = await page('claims', { amount: { minimum }, count: true });
      expect(total, String(minimum)).toBe(claims.filter(({ amount }) => amount !== null && Number(amount) >= minimum).length);
    }
  });
});

describe('the list of rings', () => {
  const list = async (query: string) => (await world.get(`/rings?${query}`, analyst)).json<Omit<Page, 'items'> & { readonly items: readonly (Page['items'][number] & { readonly score: number; readonly kinds: readonly string[] })[] }>();

  it('gives each ring once, by falling score and then by identifier, whatever the length of its pages', async () => {
    const { items: all } = await list('limit=200');
    expect(all).toHaveLength(20);
    expect([...all].sort((a, b) => b.score - a.score || (a.ring_id < b.ring_id ? -1 : 1))).toEqual(all);
    for (const limit of [1, 3, 4, 19, 20, 21]) {
      const rows: unknown[] = [];
      for (let next: string | null = ''; next !== null;) {
        const found: Awaited<ReturnType<typeof list>> = await list(`limit=${limit}${next === '' ? '' : `&after=${next}`}`);
        rows.push(...found.items);
        next = found.next;
      }
      expect(rows, String(limit)).toEqual(all);
    }
    const looped = all.filter(({ kinds }) => kinds.includes('closed_loop'));
    expect(looped.length).toBeGreaterThan(0);
    expect((await list('kind=closed_loop&limit=200')).items).toEqual(looped);
  });
});
