import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, operationOf, ROUTES, type RouteName } from '../support/api-contract.ts';
import { finishedExport, goodRequests, send, subjectsOf, type GoodRequest } from '../support/api-requests.ts';
import { openApiWorld, type Answer, type ApiWorld, type Headers } from '../support/api-world.ts';

let world: ApiWorld;
let analyst: Headers;
const answers: { readonly request: GoodRequest; readonly answer: Answer }[] = [];

beforeAll(async () => {
  world = await openApiWorld();
  analyst = world.as('risk_analyst');
  const order = { route: 'POST /api/v1/exports', path: '/exports', body: { filters: { level: 'high' }, format: 'csv', purpose: '复核工单 1187' } } as const;
  const { id, files } = await finishedExport(world, analyst, order.body);
  const followed: readonly GoodRequest[] = [
    order, { route: 'GET /api/v1/exports/{id}', path: `/exports/${id}` },
    ...files.map(({ href }) => ({ route: 'GET /api/v1/exports/{id}/files/{name}', path: `!${href}` }) as const),
  ];
  for (const request of [...goodRequests(await subjectsOf(world), world.runId), ...followed]) answers.push({ request, answer: await send(world, request, analyst) });
});
afterAll(() => world.close());

const of = (route: RouteName) => answers.filter(({ request }) => request.route === route);
const BAD = { query: 'no_such_parameter=1', field: 'no_such_field' };

describe('a good request', () => {
  it.each(ROUTES)('of %s is answered as documented', (route) => {
    expect(of(route).length).toBeGreaterThan(0);
    const success = Object.keys(operationOf(route).responses).filter((status) => status.startsWith('2'));
    for (const { request, answer } of of(route)) {
      expect(success, request.path).toContain(String(answer.statusCode));
      expect(faultsOf(route, answer), request.path).toEqual([]);
    }
  });

  it('is answered as its route promises and not as another one does', () => {
    const [risk, ring] = [of('GET /api/v1/taxpayers/{id}/risk')[0]!.answer, of('GET /api/v1/rings/{id}')[0]!.answer];
    expect(faultsOf('GET /api/v1/rings/{id}', risk)).not.toEqual([]);
    expect(faultsOf('GET /api/v1/taxpayers/{id}/risk', ring)).not.toEqual([]);
    expect(faultsOf('GET /api/v1/me', { ...risk, statusCode: 202 })).toEqual(['status 202 is not documented']);
  });

  it.each(ROUTES.filter((route) => /taxpayers|claims|rings/u.test(route)))('of %s tells the day it is of and the snapshot', (route) => {
    for (const { answer } of of(route)) {
      expect(answer.json()).toMatchObject({ asOf: world.services.store.current?.asOf, snapshotId: world.runId });
      expect(answer.headers['x-snapshot-id']).toBe(world.runId);
    }
  });

  it('finds something where there is something to find, so that these answers are no empty shells', () => {
    const filled = (route: RouteName, list: string) => of(route).some(({ answer }) => answer.json<Record<string, unknown[]>>()[list]!.length > 0);
    expect(filled('GET /api/v1/taxpayers/{id}/risk', 'reasons')).toBe(true);
    expect(filled('GET /api/v1/taxpayers/{id}/indicators/{code}/evidence', 'rows')).toBe(true);
    expect(filled('GET /api/v1/taxpayers/{id}/rings', 'rings')).toBe(true);
    expect(filled('GET /api/v1/claims/{applicationId}', 'bars')).toBe(true);
    for (const list of ['members', 'edges', 'ties']) expect(filled('GET /api/v1/rings/{id}', list), list).toBe(true);
    for (const list of ['quality', 'steps', 'inputs']) expect(filled('GET /api/v1/runs/{id}', list), list).toBe(true);
    expect(of('GET /api/v1/exports/{id}/files/{name}').every(({ answer }) => answer.rawPayload.length > 0)).toBe(true);
  });
});

describe('a request without credentials', () => {
  it.each(ROUTES.filter((route) => route.includes('/api/v1')))('of %s is refused', async (route) => {
    const answer = await send(world, of(route)[0]!.request, {});
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="vatrisk"']);
    expect(faultsOf(route, answer)).toEqual([]);
  });
});

describe('a request with more than its route takes', () => {
  it.each(ROUTES.filter((route) => route.includes('/api/v1') && !route.endsWith('/me')))('of %s is refused, with a pointer to what is too much', async (route) => {
    const { request } = of(route)[0]!;
    const answer = await send(world, { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${BAD.query}` }, analyst);
    expect(answer.json()).toMatchObject({ type: 'urn:vatrisk:problem:request-invalid', errors: [{ pointer: '/querystring/no_such_parameter', detail: 'unknown field' }] });
    expect(faultsOf(route, answer)).toEqual([]);
    if (request.body === undefined) return;
    const other = await send(world, { ...request, body: { ...request.body, [BAD.field]: 1 } }, analyst);
    expect(other.json()).toMatchObject({ type: 'urn:vatrisk:problem:request-invalid', errors: [{ pointer: '/body/no_such_field', detail: 'unknown field' }] });
  });
});
