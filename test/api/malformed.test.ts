import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, problemOf } from '../support/api-contract.ts';
import { openApiWorld, type Answer, type ApiWorld, type Headers } from '../support/api-world.ts';

let world: ApiWorld;
let analyst: Headers;
beforeAll(async () => {
  world = await openApiWorld();
  analyst = world.as('risk_analyst');
});
afterAll(() => world.close());

const TAXPAYERS = 'POST /api/v1/taxpayers/search';
const raw = (payload: string | Buffer, type = 'application/json'): Promise<Answer> => world.app.inject({ method: 'POST', url: '/api/v1/taxpayers/search', headers: { ...analyst, 'content-type': type }, payload });
const pointers = (answer: Answer): readonly string[] => [...new Set((answer.json<{ errors?: { pointer: string }[] }>().errors ?? []).map(({ pointer }) => pointer))].sort();

describe('a body that is no JSON as we know it', () => {
  it.each([
    ['nothing at all', ''], ['half an object', '{"level":'], ['a comma too many', '{"limit":1,}'], ['a comment', '{"limit":1/*x*/}'], ['single quotes', "{'limit':1}"], ['a byte order mark and rubbish', '\uFEFFxx'],
    ['a list', '[]'], ['a text', '"x"'], ['a number', '1'], ['nothing known', 'null'], ['a prototype', '{"__proto__":{"limit":1}}'], ['a constructor', '{"constructor":{"prototype":{"limit":1}}}'],
    ['a thousand lists in each other', `{"ids":${'['.repeat(1000)}${']'.repeat(1000)}}`], ['thirty thousand lists that never end', '['.repeat(30_000)], ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['a name with NUL in it', '{"name":"a\\u0000b"}'], ['half a character', '{"name":"a\\ud800"}'], ['a number too large for any', '{"limit":1e999}'], ['a limit in words', '{"limit":"5"}'],
  ])('is refused: %s', async (_, payload) => {
    const answer = await raw(payload);
    expect(problemOf(answer)).toBe('request-invalid');
    expect(faultsOf(TAXPAYERS, answer)).toEqual([]);
  });

  it('is refused for its media type before it is read', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/json-patch+json', 'nonsense']) {
      expect(problemOf(await raw('{"limit":1}', type)), type).toBe('media-type-unsupported');
    }
    expect((await raw('{"limit":1}', 'application/json; charset=utf-8')).statusCode).toBe(200);
  });

  it('is refused for its size from one byte beyond the limit', async () => {
    const limit = world.services.settings.body_limit_bytes;
    const sized = (bytes: number) => raw(`{"limit":1${' '.repeat(bytes - 11)}}`);
    expect((await sized(limit)).statusCode).toBe(200);
    expect(problemOf(await sized(limit + 1))).toBe('body-too-large');
  });

  it('counts as its last word says where a name stands twice, as JSON parsers do', async () => {
    expect((await raw('{"limit":7,"limit":2}')).json<{ items: unknown[] }>().items).toHaveLength(2);
    expect(pointers(await raw('{"limit":2,"limit":0}'))).toEqual(['/body/limit']);
  });
});

describe('faults of a request', () => {
  it('are told all at once, each with a pointer', async () => {
    const answer = await world.post('/taxpayers/search?unmask=perhaps&extra=1', { level: 'grave', limit: 1.5, amount: { minimum: -1, below: 3 }, ids: ['ok', 'not ok', 7], 'a/b~c': true, count: 'yes' }, analyst);
    expect(answer.statusCode).toBe(400);
    // The framework checks the body before the query, and the query only when the body holds.
    expect(pointers(answer)).toEqual(['/body/amount/below', '/body/amount/minimum', '/body/a~1b~0c', '/body/count', '/body/ids/1', '/body/ids/2', '/body/level', '/body/limit']);
    expect(pointers(await world.post('/taxpayers/search?unmask=perhaps&extra=1', {}, analyst))).toEqual(['/querystring/extra', '/querystring/unmask']);
  });

  it('never repeat what was sent', async () => {
    const secret = '昆明某某商贸有限公司';
    for (const body of [{ name: secret + '\u0000' }, { level: secret }, { ids: [secret] }, { limit: secret }, { after: secret }, { region: [secret] }, { amount: secret }]) {
      const answer = await world.post('/taxpayers/search', body, analyst);
      expect(answer.statusCode).toBe(400);
      expect(answer.body).not.toContain(secret);
    }
    for (const path of [`/taxpayers/${encodeURIComponent(secret)}/risk`, `/taxpayers/${'9'.repeat(400)}/risk`, '/taxpayers/91530100%ZZ/risk', `/claims/${encodeURIComponent(`${secret}\n`)}`, `/rings?kind=${encodeURIComponent(secret)}`]) {
      const answer = await world.get(path, analyst);
      expect([answer.statusCode, problemOf(answer)], path).toEqual([400, 'request-invalid']);
      expect(answer.body).not.toMatch(/昆明|9999|91530100/u);
    }
  });

  it.each([
    ['/taxpayers/search', { limit: 0 }], ['/taxpayers/search', { limit: -1 }], ['/taxpayers/search', { limit: 10_001 }], ['/taxpayers/search', { limit: 2.5 }], ['/claims/search', { limit: 10_001 }], ['/taxpayers/search', { ids: [] }],
    ['/taxpayers/search', { ids: Array.from({ length: 1001 }, () => 'A') }], ['/taxpayers/search', { name: '一' }], ['/taxpayers/search', { region: '5301001' }], ['/claims/search', { period: '2025-1' }], ['/claims/search', { open: 'true' }],
    ['/exports', {}], ['/exports', { purpose: '短' }], ['/exports', { purpose: '换行的\n用途说明' }], ['/exports', { purpose: 'x'.repeat(201) }], ['/exports', { purpose: '复核工单 1187', format: 'pdf' }],
    ['/exports', { purpose: '复核工单 1187', filters: { limit: 1 } }],
  ])('are found by %s in %j', async (path, body) => {
    const answer = await world.post(path, body, analyst);
    expect(problemOf(answer)).toBe('request-invalid');
    expect(pointers(answer)).not.toEqual([]);
  });

  it.each(['limit=0', 'limit=201', 'limit=-1', 'limit=1.5', 'limit=', 'limit=x', 'limit=1&limit=2', 'kind=A', 'kind=', 'after=*', 'unmask=true'])('are found by the list of rings in %s', async (query) => {
    expect(problemOf(await world.get(`/rings?${query}`, analyst))).toBe('request-invalid');
  });
});

describe('an address', () => {
  it.each([
    '/taxpayers/../risk', '/taxpayers/..%2f..%2fetc%2fpasswd/risk', '/taxpayers/a%2Fb/risk', '/taxpayers/%2e%2e/risk', '/taxpayers//risk', '/runs/..%2f..%2fCURRENT', '/runs/%00', '/runs/.', '/runs/a.b', '/exports/..%2f..%2f',
    `/exports/${'0'.repeat(36)}/files/..%2F..%2Ftokens.json`, `/exports/${'0'.repeat(36)}/files/job.json`, '/indicators/VR-22%00', '/indicators/VR-99', '/taxpayers/__proto__/risk', '/taxpayers/constructor/risk', '/claims/%F0%9F%A7%BE',
  ])('that leads elsewhere is refused or leads nowhere: %s', async (path) => {
    const answer = await world.get(path, analyst);
    expect(['request-invalid', 'not-found']).toContain(problemOf(answer));
  });

  it('is the same to other methods as if it were nobody\'s', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) expect(problemOf(await world.app.inject({ method, url: '/api/v1/taxpayers/search', headers: analyst })), method).toBe('not-found');
    expect(problemOf(await world.get('/taxpayers/search', analyst))).toBe('not-found');
  });
});
