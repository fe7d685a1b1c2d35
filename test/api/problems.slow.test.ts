import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTokens, tokenFile, writeTokens } from '../../api/identity/token-store.ts';
import { listTokens, prepareRevocation, tokenHash } from '../../api/identity/tokens.ts';
import { PROBLEM_NAMES, PROBLEM_TYPES, type ProblemName } from '../../api/problems/problem-types.ts';
import { faultsOf, problemOf, type RouteName } from '../support/api-contract.ts';
import { subjectsOf, type Subjects } from '../support/api-requests.ts';
import { openApiWorld, type Answer, type ApiWorld, type ApiWorldOptions, type Headers } from '../support/api-world.ts';

interface Told {
  readonly route: RouteName;
  readonly answer: Pick<Answer, 'statusCode' | 'headers' | 'body'>;
}

let world: ApiWorld;
let analyst: Headers;
let subjects: Subjects;
let copied: ApiWorld;
const others: ApiWorld[] = [];

beforeAll(async () => {
  world = await openApiWorld();
  analyst = world.as('risk_analyst');
  subjects = await subjectsOf(world);
  copied = await another({ isCopy: true });
});
afterAll(async () => {
  for (const one of [...others, world]) await one.close();
});

async function another(options: ApiWorldOptions): Promise<ApiWorld> {
  const opened = await openApiWorld(options);
  others.push(opened);
  return opened;
}

const RISK = 'GET /api/v1/taxpayers/{id}/risk';
const SEARCH = 'POST /api/v1/taxpayers/search';
const RINGS = 'GET /api/v1/rings';
const EXPORTS = 'POST /api/v1/exports';

const riskOf = async (at: ApiWorld, headers: Headers, query = ''): Promise<Told> => ({ route: RISK, answer: await at.get(`/taxpayers/${subjects.hit}/risk${query}`, headers) });
const search = async (at: ApiWorld, body: unknown, headers: Headers): Promise<Told> => ({ route: SEARCH, answer: await at.post('/taxpayers/search', body, headers) });
const rings = async (at: ApiWorld): Promise<Told> => ({ route: RINGS, answer: await at.get('/rings', at.as('risk_analyst')) });
const worded = async (payload: string, type: string): Promise<Told> => ({
  route: SEARCH, answer: await world.app.inject({ method: 'POST', url: '/api/v1/taxpayers/search', headers: { ...analyst, 'content-type': type }, payload }),
});

/** Rewrites the token store as a hand that holds the key could: with grants that no command would make. */
async function withOddGrants(grants: { roles: string[]; regions: string[] }[]): Promise<Told> {
  const file = tokenFile(world.stateDirectory);
  const token = `vr_${randomBytes(32).toString('base64url')}`;
  const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
  const odd = { id: 'tok_00000001', name: 'odd', hash: tokenHash(token), grants, created_at: instant(world.now()), expires_at: instant(world.now() + 1e8), revoked_at: null };
  writeTokens(file, [...readTokens(file, () => world.key), odd], world.key);
  world.pass(1000);
  return riskOf(world, { authorization: `Bearer ${token}` });
}

/** A world in which a finding of the catalogue shows its rows by a query that names no taxpayer. */
async function withOldCatalogue(): Promise<Told> {
  await copied.publish('old-catalogue', (folder) => {
    const text = readFileSync(join(folder, 'catalogue.json'), 'utf8').replaceAll('$taxpayer_key', '0');
    writeFileSync(join(folder, 'catalogue.json'), text);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { catalogue: object };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, catalogue: { ...manifest.catalogue, sha256: createHash('sha256').update(text).digest('hex') } }));
  });
  return { route: 'GET /api/v1/taxpayers/{id}/indicators/{code}/evidence', answer: await copied.get(`/taxpayers/${subjects.hit}/indicators/${subjects.code}/evidence`, copied.as('risk_analyst')) };
}

/** Sends bytes over a real connection. */
async function overWire(bytes: string): Promise<Told> {
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect((world.app.server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (part: string) => { received += part; }).on('end', () => { resolve(received); }).on('error', reject);
  });
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const headers = Object.fromEntries(head.split('\r\n').slice(1).map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { route: RISK, answer: { statusCode: Number(head.split(' ')[1]), headers, body } };
}

/** Orders exports until one is turned away: one runs, one waits, one is too many. */
async function tooManyExports(): Promise<Told> {
  const at = await another({ settings: { export_queue_maximum: 1 } });
  const caller = at.as('risk_analyst');
  const orders = [];
  for (let number = 1; number <= 3; number++) orders.push(await at.post('/exports', { purpose: '排队导出测试' }, caller));
  expect(orders.map(({ statusCode }) => statusCode)).toEqual([202, 202, 429]);
  return { route: EXPORTS, answer: orders[2]! };
}

async function unfinishedExport(): Promise<Told> {
  const { id } = (await world.post('/exports', { purpose: '未完成的导出' }, analyst)).json<{ id: string }>();
  return { route: 'GET /api/v1/exports/{id}/files/{name}', answer: await world.get(`/exports/${id}/files/${encodeURIComponent('案源.xlsx')}`, analyst) };
}

/** Sends searches while the only connection is taken: the first of them waits until its time is over, and no more than 512 may wait. */
async function searchesInLine(count: number): Promise<readonly Told[]> {
  const at = await another({ settings: { connections: 1, request_timeout_seconds: 1 } });
  const caller = at.as('risk_analyst');
  let isOver = false;
  const held = at.services.store.current!.pool.chunks('select * from range(100000000000)', () => {
    if (isOver) throw new Error('let go');
  }).catch(() => undefined);
  const told = await Promise.all(Array.from({ length: count }, () => search(at, { limit: 1 }, caller)));
  isOver = true;
  await held;
  return told;
}

async function goneSnapshot(): Promise<Told> {
  const [at, caller] = [copied, copied.as('risk_analyst')];
  const { next } = (await at.post('/taxpayers/search', { limit: 1 }, caller)).json<{ next: string }>();
  await at.publish('second');
  await at.publish('third');
  return search(at, { limit: 1, after: next }, caller);
}

async function unmountedFile(): Promise<Told> {
  await copied.publish('unmounted');
  rmSync(join(copied.outDirectory, 'snapshots', 'unmounted', 'rings.parquet'));
  return rings(copied);
}

const PROVOKE: Readonly<Record<ProblemName, () => Promise<Told>>> = {
  'request-invalid': () => search(world, { limit: 0 }, analyst),
  'cursor-invalid': () => search(world, { after: 'bm90LWEtY3Vyc29y' }, analyst),
  'purpose-missing': () => riskOf(world, analyst, '?unmask=true'),
  'token-missing': () => riskOf(world, {}),
  'token-invalid': () => riskOf(world, { authorization: `Bearer vr_${'x'.repeat(43)}` }),
  'token-expired': async () => {
    const headers = world.withGrants([{ roles: ['reviewer'], regions: ['*'] }], 1);
    world.pass(86_400_000);
    return riskOf(world, headers);
  },
  'token-revoked': async () => {
    const headers = world.withGrants([{ roles: ['reviewer'], regions: ['*'] }]);
    const place = { stateDirectory: world.stateDirectory, key: () => world.key, clock: () => new Date(world.now()) };
    prepareRevocation(place, listTokens(place).at(-1)!.id).keep();
    world.pass(1000);
    return riskOf(world, headers);
  },
  'grants-invalid': () => withOddGrants([{ roles: ['root'], regions: ['*'] }]),
  'duties-not-separate': () => withOddGrants([{ roles: ['system_admin', 'audit_admin'], regions: ['*'] }]),
  'permission-missing': () => riskOf(world, world.as('operator')),
  'not-found': () => riskOf(world, world.as('reviewer', ['11'])),
  'export-not-ready': unfinishedExport,
  'snapshot-gone': goneSnapshot,
  'body-too-large': () => search(world, { name: 'x'.repeat(70_000) }, analyst),
  'media-type-unsupported': () => worded('{}', 'text/plain'),
  'too-many-requests': async () => {
    const at = await another({ settings: { rate_limit_per_minute: 2 } });
    const caller = at.as('reviewer');
    for (let number = 1; number <= 2; number++) expect((await riskOf(at, caller)).answer.statusCode).toBe(200);
    const told = await riskOf(at, caller);
    expect(Number(told.answer.headers['retry-after'])).toBeGreaterThan(0);
    return told;
  },
  'exports-waiting': tooManyExports,
  'request-header-too-large': () => overWire(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
  internal: unmountedFile,
  'snapshot-missing': async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-snapshot-'));
    mkdirSync(join(folder, 'snapshots'));
    const told = await rings(await another({ outDirectory: folder }));
    rmSync(folder, { recursive: true });
    return told;
  },
  'snapshot-old': withOldCatalogue,
  'audit-unavailable': async () => {
    const at = await another({});
    const caller = at.as('reviewer');
    await at.services.audit.close();
    return riskOf(at, caller);
  },
  'issuer-unreachable': async () => {
    // Port 9 (discard) of this machine: nobody listens.
    const at = await another({ settings: { issuer: 'https://issuer.example', audience: 'vatrisk', jwks_url: 'http://127.0.0.1:9/jwks' } });
    const jwt = [{ alg: 'RS256', kid: 'one' }, { iss: 'https://issuer.example' }, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return riskOf(at, { authorization: `Bearer ${jwt}` });
  },
  busy: async () => {
    const told = await searchesInLine(515);
    const turnedAway = told.filter(({ answer }) => problemOf(answer) === 'busy');
    expect(turnedAway).toHaveLength(3);
    return turnedAway[0]!;
  },
  'query-timeout': async () => (await searchesInLine(1))[0]!,
};

describe('a problem', () => {
  it.each(PROBLEM_NAMES)('%s comes about and is told as documented', async (name) => {
    const { route, answer } = await PROVOKE[name]();
    expect(problemOf(answer), answer.body).toBe(name);
    expect(answer.statusCode).toBe(PROBLEM_TYPES[name].status);
    const told = JSON.parse(answer.body) as { title: string; status: number; instance: string };
    expect([told.title, told.status]).toEqual([PROBLEM_TYPES[name].title.zh, answer.statusCode]);
    expect(told.instance).toMatch(/^[0-9a-f-]{36}$/u);
    expect(answer.headers).toMatchObject({ 'content-language': 'zh', 'cache-control': 'no-store' });
    // Headers that are too long reach no route.
    if (name !== 'request-header-too-large') expect(faultsOf(route, answer)).toEqual([]);
    expect(answer.body).not.toContain(subjects.hit);
  });
});
