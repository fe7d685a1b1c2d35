import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { ROLES } from '../../api/identity/roles.ts';
import { Metrics } from '../../api/plugins/metrics.ts';
import { openAccess, rowsOf, tableOf, type AccessWorld, type Answer } from '../support/access-world.ts';
import { routesOf, type Route } from '../support/api-routes.ts';
import { sampleRun } from '../support/sample-run.ts';

// Written down a second time on purpose: who may do what is decided here, and the code is held to it.
const MAY: Readonly<Record<string, readonly string[]>> = {
  'taxpayer:read': ['reviewer', 'risk_analyst', 'inspector'],
  'taxpayer:search': ['reviewer', 'risk_analyst', 'inspector'],
  'claim:read': ['reviewer', 'risk_analyst', 'inspector'],
  'ring:read': ['reviewer', 'risk_analyst', 'inspector'],
  'indicator:read': ['reviewer', 'risk_analyst', 'inspector', 'operator', 'security_admin'],
  'run:read': ['risk_analyst', 'operator', 'system_admin'],
  'export:create': ['risk_analyst', 'inspector'],
};
/** What a route about each kind of thing may ask for: an export behind indicator:read would pass the table above. */
const ASKED_BY: Readonly<Record<string, readonly string[]>> = {
  taxpayers: ['taxpayer:read', 'taxpayer:search', 'ring:read'], claims: ['claim:read'], rings: ['ring:read'], indicators: ['indicator:read'], runs: ['run:read'], exports: ['export:create'],
};
/** Open to everybody, and to everybody with credentials. */
const OPEN = ['/livez', '/readyz', '/metrics', '/openapi.json'];
const FOR_ANY_IDENTITY = ['/api/v1/me'];
const ALL_ROLES = ['reviewer', 'risk_analyst', 'inspector', 'operator', 'system_admin', 'security_admin', 'audit_admin'];

/** A taxpayer of 530906 with claims, in a ring with members of 530113 and 530403. */
const TAXPAYER = '91530906MA0144820P';
const REGIONS: readonly { name: string; prefixes: readonly string[]; isInside: boolean }[] = [
  { name: 'the district itself', prefixes: ['530906'], isInside: true },
  { name: 'another city', prefixes: ['5302'], isInside: false },
  { name: 'a sibling district', prefixes: ['530905'], isInside: false },
  { name: 'a prefix in the middle of a code', prefixes: ['53090'], isInside: true },
  { name: 'the whole province', prefixes: ['53'], isInside: true },
  { name: 'everything', prefixes: ['*'], isInside: true },
];

let world: AccessWorld;
let routes: readonly Route[];
let ids: Readonly<Record<string, string>>;
const tokens = new Map<string, string>();
let known: readonly string[];
let sign: (grants: unknown) => Promise<string>;
let folder: string;
let finish: () => Promise<void> = () => Promise.resolve();
afterAll(async () => {
  await finish();
  rmSync(folder, { recursive: true });
});

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }));
  world = await openAccess({ out: await sampleRun(), settings: { issuer: 'https://id.example', audience: 'vatrisk', jwks_file: jwks }, state: join(folder, 'state'), atEnd: (close) => { finish = close; } });
  sign = (grants) => new SignJWT({ vatrisk_grants: grants }).setProtectedHeader({ alg: 'ES256', kid: 'one' }).setIssuer('https://id.example').setAudience('vatrisk').setSubject('wang.li')
    .setExpirationTime(new Date(world.clock.now().getTime() + 600_000)).sign(privateKey);
  routes = routesOf(world.app);
  const [claim] = await tableOf<{ application_id: string }>(world.out, 'claim_grades', `select application_id from t where taxpayer_id = '${TAXPAYER}' limit 1`);
  const [ring] = await tableOf<{ ring_id: string }>(world.out, 'ring_members', `select ring_id from t where taxpayer_id = '${TAXPAYER}'`);
  ids = { taxpayers: TAXPAYER, claims: claim!.application_id, rings: ring!.ring_id, indicators: 'VR-35', runs: world.store.current!.runId, exports: '00000000-0000-4000-8000-000000000000' };
  for (const role of ALL_ROLES) for (const { name, prefixes } of REGIONS) tokens.set(`${role} ${name}`, world.token([role, ...prefixes]));
  const names = await tableOf<{ word: string }>(world.out, 'taxpayer_grades', 'select unnest([taxpayer_id, taxpayer_name]) as word from t');
  const claims = await tableOf<{ word: string }>(world.out, 'claim_grades', 'select application_id as word from t');
  known = [...names, ...claims].map(({ word }) => word);
});

/** The path of a route with the ids of the taxpayer, its claim and its ring in it. Fails for a parameter it does not know. */
function pathOf({ url }: Route): string {
  const kind = kindOf(url);
  return url.replaceAll(/:(\w+)/gu, (_, name: string) => {
    const value = name === 'code' ? 'VR-35' : name === 'name' ? 'x.csv' : ids[kind];
    if (value === undefined) throw new Error(`${url}: say in this test what stands for :${name}`);
    return value;
  });
}

const kindOf = (url: string): string => /^\/api\/v1\/(\w+)/u.exec(url)?.[1] ?? '';
const isGuarded = ({ url }: Route): boolean => !OPEN.includes(url) && !FOR_ANY_IDENTITY.includes(url);
// An order is left without its purpose: who may give one is told what is missing, and no export is started.
const bodyOf = ({ method, url }: Route): object | undefined => (method !== 'POST' ? undefined : url.endsWith('/exports') ? {} : { count: true });

function ask(route: Route, token?: string): Promise<Answer> {
  const body = bodyOf(route);
  return world.ask(pathOf(route), { method: route.method as 'GET', ...(token === undefined ? {} : { token }), ...(body === undefined ? {} : { body }) });
}

/** What somebody who may use a route is answered, by whether the taxpayer lies inside. */
function expectedOf({ url }: Route, isInside: boolean): number {
  if (url === '/api/v1/exports') return 400;
  if (kindOf(url) === 'exports') return 404; // nobody ordered this one
  if (['indicators', 'runs'].includes(kindOf(url)) || !url.includes(':')) return 200;
  return isInside ? 200 : 404;
}

describe('the routes', () => {
  it('are all known to this test by what they are about, and each asks for a permission that fits it', () => {
    expect(routes.length).toBeGreaterThan(30);
    const misplaced = routes.filter(isGuarded).filter(({ url, permission }) => ASKED_BY[kindOf(url)]?.includes(permission ?? '') !== true).map(({ method, url }) => `${method} ${url}`);
    expect(misplaced).toEqual([]);
  });

  it('turn a stranger away, but for those that are open on purpose', async () => {
    const open: string[] = [];
    for (const route of routes) if ((await ask(route)).status !== 401) open.push(route.url);
    expect([...new Set(open)].sort()).toEqual([...OPEN].sort());
  });

  it('that is added and asks for nothing would be found', async () => {
    const app = await buildApp({ services: world.services, jobs: world.jobs, metrics: new Metrics() });
    app.get('/api/v1/taxpayers/:id/forgotten', () => 'everything');
    await app.ready();
    const added = routesOf(app).filter(({ url }) => url.endsWith('forgotten'));
    expect(added.map(({ method, permission }) => [method, permission])).toEqual([['GET', undefined], ['HEAD', undefined]]);
    expect((await app.inject('/api/v1/taxpayers/1/forgotten')).statusCode).toBe(200);
    await app.close();
  });
});

describe('roles', () => {
  it('are those this test knows', () => {
    expect(Object.keys(ROLES).sort()).toEqual([...ALL_ROLES].sort());
  });

  it.each(ALL_ROLES.flatMap((role) => REGIONS.map(({ name, isInside }) => [role, name, isInside] as const)))('%s in %s may do on each route what its duties ask for, and nothing else', async (role, name, isInside) => {
    const guarded = routes.filter(isGuarded);
    const answers = await Promise.all(guarded.map((route) => ask(route, tokens.get(`${role} ${name}`))));
    const expected = guarded.map((route) => `${route.method} ${route.url} ${MAY[route.permission ?? '']?.includes(role) === true ? expectedOf(route, isInside) : 403}`);
    expect(guarded.map(({ method, url }, at) => `${method} ${url} ${answers[at]?.status ?? 0}`)).toEqual(expected);
  });

  it.each(REGIONS)('in $name: lists hold the taxpayer only when it lies inside', async ({ name, isInside }) => {
    const token = tokens.get(`inspector ${name}`)!;
    for (const path of ['/api/v1/taxpayers/search', '/api/v1/claims/search']) {
      const filter = path.includes('claims') ? { taxpayer: [TAXPAYER] } : { ids: [TAXPAYER] };
      const { items, total } = (await world.ask(path, { token, body: { ...filter, count: true } })).json();
      expect([items.length > 0, total > 0]).toEqual([isInside, isInside]);
    }
    const { items } = (await world.ask('/api/v1/rings', { token })).json();
    expect(items.some(({ ring_id }) => ring_id === ids['rings'])).toBe(isInside);
  });

  it('without a region are refused on every route', async () => {
    for (const role of ALL_ROLES) {
      const jwt = await sign([{ roles: [role], regions: [] }]);
      await Promise.all(routes.filter(({ url }) => !OPEN.includes(url)).map(async (route) => {
        const answer = await ask(route, jwt);
        expect([route.url, answer.status, route.method === 'HEAD' || answer.text.includes('grants-invalid')]).toEqual([route.url, 403, true]);
      }));
    }
  });

  it('granted in different regions count in their own regions only', async () => {
    const token = world.token(['reviewer', '5309'], ['risk_analyst', '5304']);
    const districts = async (path: string, of: object) => [...new Set((await world.ask(path, { token, body: { ...of, limit: 200 } })).json().items.map(({ district_code }) => district_code.slice(0, 4)))].sort();
    expect(await districts('/api/v1/taxpayers/search', {})).toEqual(['5304', '5309']);
    const order = await world.ask('/api/v1/exports', { token, body: { purpose: 'case 2026-1187', format: 'parquet' } });
    expect(order.status).toBe(202);
    const job = await world.until(order.json().id, token);
    expect(job).toMatchObject({ status: 'done' });
    expect(await exportedDistricts(job.id)).toEqual(['5304']);
    const { permissions } = (await world.ask('/api/v1/me', { token })).json();
    expect(permissions).toMatchObject({ 'taxpayer:read': ['5304', '5309'], 'export:create': ['5304'], 'run:read': ['5304'] });
  });
});

describe('the three administrators', () => {
  const administrators = ['system_admin', 'security_admin', 'audit_admin'];

  it('are told no taxpayer, name or claim on any route', async () => {
    for (const role of administrators) {
      await Promise.all(routes.map(async (route) => {
        const { text } = await ask(route, tokens.get(`${role} everything`));
        expect([role, route.method, route.url, known.filter((word) => text.includes(word))]).toEqual([role, route.method, route.url, []]);
      }));
    }
    const { text } = await ask(routes.find(({ url }) => url === '/api/v1/taxpayers/search')!, tokens.get('inspector everything'));
    expect(known.filter((word) => text.includes(word)).length).toBeGreaterThan(10); // the words would be seen
  });

  const pairs = administrators.flatMap((one) => ALL_ROLES.filter((other) => other !== one).map((other) => [one, other] as const));
  it.each(pairs)('%s is nobody who is %s, in one grant or in two, by token or by JWT', async (one, other) => {
    expect(() => world.token([[one, other], '*'])).toThrow();
    expect(() => world.token([one, '53'], [other, '33'])).toThrow();
    for (const grants of [[{ roles: [one, other], regions: ['*'] }], [{ roles: [one], regions: ['53'] }, { roles: [other], regions: ['33'] }]]) {
      const jwt = await sign(grants);
      for (const url of ['/api/v1/runs', '/api/v1/indicators', '/api/v1/me', `/api/v1/taxpayers/${TAXPAYER}/risk`]) {
        const answer = await world.ask(url, { token: jwt });
        expect([answer.status, answer.json().type]).toEqual([403, 'urn:vatrisk:problem:duties-not-separate']);
      }
    }
  });

  it('alone are let in by JWT, too', async () => {
    const answers = await Promise.all(administrators.map(async (role) => (await world.ask('/api/v1/me', { token: await sign([{ roles: [role], regions: ['*'] }]) })).status));
    expect(answers).toEqual([200, 200, 200]);
  });
});

async function exportedDistricts(id: string): Promise<string[]> {
  const exported = join(world.state, 'exports', id);
  const file = readdirSync(exported).find((name) => /^案源-[^.]*\.parquet$/u.test(name) && !/指标|团伙|口径|元数据/u.test(name))!;
  const rows = await rowsOf<{ district: string }>(join(exported, file), 'select distinct left(district_code, 4) as district from t order by 1');
  return rows.map(({ district }) => district);
}
