import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { openAccess, tableOf, type AccessWorld, type Answer } from '../support/access-world.ts';
import { INSIDE, OUTSIDE, PERSON, RING, writeCrossingNight } from '../support/crossing-night.ts';

interface Graded { readonly taxpayer_id: string; readonly taxpayer_name: string; readonly district_code: string }

/** Of the ring RF1E8346C90: the buyer in 530107, its own seller and a seller further up, both in 531405, and a person of another province. */
const CHAIN = { ring: 'RF1E8346C90', buyer: '91530107MA2027389J', partner: '91531405MA70958441', further: '91531405MA42961267' };

let folder: string;
let world: AccessWorld;
let graded: readonly Graded[];
let claims: readonly { application_id: string; taxpayer_id: string }[];
let partners: ReadonlyMap<string, ReadonlySet<string>>;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regions-'));
  const out = join(folder, 'out');
  await writeCrossingNight(out);
  world = await openAccess({ out, state: join(folder, 'state'), atEnd: (end) => { close = end; } });
  graded = await tableOf(out, 'taxpayer_grades', 'select taxpayer_id, taxpayer_name, district_code from t order by 1');
  claims = await tableOf(out, 'claim_grades', 'select application_id, taxpayer_id from t order by 1');
  const ids = new Map((await tableOf<{ taxpayer_key: number; taxpayer_id: string }>(out, 'evidence/taxpayers', 'select taxpayer_key, taxpayer_id from t')).map((row) => [row.taxpayer_key, row.taxpayer_id]));
  const pairs = await tableOf<{ one: number; other: number }>(out, 'evidence/feat_pair', 'select buyer_key as one, seller_key as other from t union select seller_key, buyer_key from t');
  const known = new Map<string, Set<string>>();
  for (const { one, other } of pairs) known.set(ids.get(one) ?? '', (known.get(ids.get(one) ?? '') ?? new Set()).add(ids.get(other) ?? ''));
  partners = known;
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const inspector = (...regions: string[]) => world.token(['inspector', ...regions]);
const claimOf = (taxpayer: string) => claims.find(({ taxpayer_id }) => taxpayer_id === taxpayer)!.application_id;
const nameOf = (taxpayer: string) => graded.find(({ taxpayer_id }) => taxpayer_id === taxpayer)!.taxpayer_name;

/** An answer without what differs between any two requests. */
function shape({ status, text, headers }: Answer): object {
  const kept = Object.entries(headers).filter(([name]) => name !== 'date');
  const body = JSON.parse(text) as Record<string, unknown>;
  expect(body['instance']).toMatch(/^[0-9a-f-]{36}$/u);
  return { status, kept, body: { ...body, instance: '' } };
}

describe('what lies outside the regions', () => {
  it.each([
    ['a taxpayer', `/taxpayers/${OUTSIDE[0]}/risk`, '/taxpayers/91530999MA0000000X/risk'],
    ['its indicators', `/taxpayers/${OUTSIDE[0]}/indicators`, '/taxpayers/91530999MA0000000X/indicators'],
    ['its evidence', `/taxpayers/${OUTSIDE[0]}/indicators/VR-35/evidence`, '/taxpayers/91530999MA0000000X/indicators/VR-35/evidence'],
    ['its rings', `/taxpayers/${OUTSIDE[0]}/rings`, '/taxpayers/91530999MA0000000X/rings'],
    ['a ring', '/rings/RD2787CA9D8', '/rings/R0000000000'],
  ])('%s answers as if it did not exist, to the letter', async (_, outside, unknown) => {
    const token = inspector('530906');
    const [one, other] = [await world.ask(`/api/v1${outside}`, { token }), await world.ask(`/api/v1${unknown}`, { token })];
    expect(one.status).toBe(404);
    expect(shape(one)).toEqual(shape(other));
    expect((await world.ask(`/api/v1${outside}`, { token: inspector('*') })).status).toBe(200);
  });

  it('a claim and an export of somebody else, too', async () => {
    const token = inspector('530906');
    const claim = claimOf(OUTSIDE[2]!);
    expect(shape(await world.ask(`/api/v1/claims/${claim}`, { token }))).toEqual(shape(await world.ask('/api/v1/claims/LD0000000000000000', { token })));
    const everybody = inspector('*');
    expect((await world.ask(`/api/v1/claims/${claim}`, { token: everybody })).status).toBe(200);
    const { id } = (await world.ask('/api/v1/exports', { token: everybody, body: { purpose: 'case 2026-1187', filters: { ids: [INSIDE] } } })).json();
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const tail of ['', '/files/a.csv']) expect(shape(await world.ask(`/api/v1/exports/${id}${tail}`, { token }))).toEqual(shape(await world.ask(`/api/v1/exports/${unknown}${tail}`, { token })));
  });

  it('is not found by any search, nor counted', async () => {
    const token = inspector('530906');
    const searches = [{ ids: OUTSIDE }, { name: nameOf(OUTSIDE[0]!).slice(0, 4) }, { region: '530113' }, { ring: 'RD2787CA9D8' }, { level: 'high', region: '5301' }];
    for (const body of searches) {
      const found = (await world.ask('/api/v1/taxpayers/search', { token, body: { ...body, count: true } })).json();
      expect([body, found.items, found.total, found.next]).toEqual([body, [], 0, null]);
      const all = (await world.ask('/api/v1/taxpayers/search', { token: inspector('*'), body: { ...body, count: true } })).json();
      expect(all.total).toBeGreaterThan(0);
    }
    const ring = (await world.ask('/api/v1/taxpayers/search', { token, body: { ring: RING, count: true } })).json();
    expect([ring.items.map(({ taxpayer_id }) => taxpayer_id), ring.total]).toEqual([[INSIDE], 1]);
    const outside = (await world.ask('/api/v1/claims/search', { token, body: { taxpayer: OUTSIDE, count: true } })).json();
    expect([outside.items, outside.total]).toEqual([[], 0]);
    const byNumber = (await world.ask('/api/v1/claims/search', { token, body: { ids: [claimOf(OUTSIDE[2]!)], count: true } })).json();
    expect([byNumber.items, byNumber.total]).toEqual([[], 0]);
    const arrow = await world.app.inject({ method: 'POST', url: '/api/v1/taxpayers/search', headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.apache.arrow.stream' }, payload: {} });
    expect(arrow.rawPayload.includes(INSIDE)).toBe(true);
    expect(graded.filter(({ taxpayer_id, district_code }) => district_code !== '530906' && arrow.rawPayload.includes(taxpayer_id))).toEqual([]);
  });
});

describe('a ring that reaches beyond the regions', () => {
  it('shows its members inside and counts the others, who are named nowhere', async () => {
    const token = inspector('530906');
    for (const query of ['', '?unmask=true']) {
      const answer = await world.ask(`/api/v1/rings/${RING}${query}`, { token, headers: { 'x-purpose': 'case 2026-1187' } });
      const ring = answer.json();
      expect(ring.members.map(({ taxpayer_id }) => taxpayer_id)).toEqual([INSIDE]);
      expect(ring).toMatchObject({ outside: { members: 3, edges: 5, ties: 4 }, edges: [], ties: [], ring: { members_in_scope: 1, members_outside: 3 }, layout: { positions: [{ taxpayer_id: INSIDE }] } });
      for (const id of OUTSIDE) expect([answer.text.includes(id), answer.text.includes(nameOf(id))]).toEqual([false, false]);
    }
    const whole = (await world.ask(`/api/v1/rings/${RING}`, { token: inspector('53') })).json();
    expect(whole).toMatchObject({ outside: { members: 0, edges: 0, ties: 0 } });
    expect(whole.members).toHaveLength(4);
  });

  it('names a party of another province to everybody who sees the ring, a person masked unless a purpose is stated', async () => {
    const token = inspector('530107');
    const masked = await world.ask(`/api/v1/rings/${CHAIN.ring}`, { token });
    expect(masked.json().members).toMatchObject([{ is_taxpayer: false, taxpayer_id: '530102********4219', taxpayer_name: '张**' }, { taxpayer_id: CHAIN.buyer }]);
    for (const word of [PERSON.id, PERSON.name, CHAIN.partner, CHAIN.further]) expect(masked.text).not.toContain(word);
    const open = await world.ask(`/api/v1/rings/${CHAIN.ring}?unmask=true`, { token, headers: { 'x-purpose': 'case 2026-1187' } });
    expect(open.json().members).toMatchObject([{ taxpayer_id: PERSON.id, taxpayer_name: PERSON.name }, { taxpayer_id: CHAIN.buyer }]);
    expect(open.json().outside).toMatchObject({ members: 2 });
  });
});

describe('evidence', () => {
  it('names whom a taxpayer traded with wherever they are, and not those further along its ring', async () => {
    const path = `/api/v1/taxpayers/${CHAIN.buyer}/indicators/VR-36/evidence`;
    const answer = await world.ask(path, { token: inspector('530107') });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(CHAIN.partner);
    for (const word of [CHAIN.further, nameOf(CHAIN.further), PERSON.id, PERSON.name]) expect(answer.text).not.toContain(word);
    expect(answer.json().outside).toBe(1);
    const whole = await world.ask(path, { token: inspector('53') });
    expect(whole.text).toContain(CHAIN.further);
    expect(whole.text).toContain('530102********4219'); // external, a person
    expect(whole.json().outside).toBe(0);
  });
});

describe('whatever the regions', () => {
  it('an answer names taxpayers inside them, and in evidence those the taxpayer traded with', async () => {
    const districts = [...new Set(graded.map(({ district_code }) => district_code))];
    const regions = fc.uniqueArray(fc.oneof(fc.constantFrom(...districts), fc.constantFrom('5301', '5309', '5304', '5314', '53090')), { minLength: 1, maxLength: 4 });
    const interesting = [INSIDE, ...OUTSIDE, CHAIN.buyer, CHAIN.partner, CHAIN.further, '92530105MA33789779', '91530606MA04344466'];
    await fc.assert(fc.asyncProperty(regions, fc.constantFrom(...interesting), fc.constantFrom('VR-35', 'VR-36', 'VR-37', 'VR-38', 'VR-31', 'VR-16'), async (prefixes, taxpayer, code) => {
      const scope = RegionScope.of(prefixes);
      const token = inspector(...prefixes);
      const foreign = graded.filter(({ district_code }) => !scope.covers(district_code));
      const partnersOf = partners.get(taxpayer) ?? new Set();
      const strangers = (text: string, mayName: ReadonlySet<string>) => foreign.filter(({ taxpayer_id, taxpayer_name }) => !mayName.has(taxpayer_id) && (text.includes(taxpayer_id) || text.includes(taxpayer_name))).map(({ taxpayer_id }) => taxpayer_id);
      const nobody = new Set<string>();
      const headers = { 'x-purpose': 'case 2026-1187' };
      const rings = await world.ask('/api/v1/rings', { token });
      const plain = await Promise.all([
        Promise.resolve(rings), ...rings.json().items.map(({ ring_id }) => world.ask(`/api/v1/rings/${ring_id}?unmask=true`, { token, headers })),
        world.ask('/api/v1/taxpayers/search?unmask=true', { token, headers, body: { limit: 200, count: true } }), world.ask('/api/v1/claims/search?unmask=true', { token, headers, body: { limit: 200 } }),
        ...(scope.covers(graded.find(({ taxpayer_id }) => taxpayer_id === taxpayer)!.district_code) ? ['risk?unmask=true', 'indicators', 'rings'].map((part) => world.ask(`/api/v1/taxpayers/${taxpayer}/${part}`, { token, headers })) : []),
      ]);
      const evidence = await world.ask(`/api/v1/taxpayers/${taxpayer}/indicators/${code}/evidence?unmask=true`, { token, headers });
      expect(plain.filter(({ status }) => status !== 200)).toEqual([]);
      expect(plain.flatMap(({ text }) => strangers(text, nobody))).toEqual([]);
      expect(strangers(evidence.text, partnersOf)).toEqual([]);
    }), { numRuns: 20 });
  });
});
