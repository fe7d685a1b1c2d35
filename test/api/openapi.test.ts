import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiText } from '../../api/openapi-text.ts';
import { OPENAPI, OPENAPI_TEXT, operationOf, ROUTES } from '../support/api-contract.ts';
import { openApiWorld, type ApiWorld } from '../support/api-world.ts';

let world: ApiWorld;
beforeAll(async () => { world = await openApiWorld(); });
afterAll(() => world.close());

const PROMISED = [
  'GET /api/v1/taxpayers/{id}/risk', 'GET /api/v1/taxpayers/{id}/indicators', 'GET /api/v1/taxpayers/{id}/indicators/{code}/evidence', 'GET /api/v1/taxpayers/{id}/rings',
  'POST /api/v1/taxpayers/search', 'GET /api/v1/claims/{applicationId}', 'POST /api/v1/claims/search', 'GET /api/v1/rings', 'GET /api/v1/rings/{id}', 'GET /api/v1/indicators',
  'GET /api/v1/indicators/{code}', 'POST /api/v1/exports', 'GET /api/v1/exports/{id}', 'GET /api/v1/exports/{id}/files/{name}', 'GET /api/v1/runs', 'GET /api/v1/runs/{id}',
  'GET /api/v1/me', 'GET /livez', 'GET /readyz', 'GET /metrics',
];

/** Every value of a key anywhere in a document. */
function valuesOf(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node as Readonly<Record<string, unknown>>).flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(value, key)]);
}

function resolves(reference: unknown): boolean {
  const parts = /^#\/(.+)$/u.exec(String(reference))?.[1]?.split('/').map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts?.reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], OPENAPI) !== undefined;
}

describe('the description of the API', () => {
  it('is committed as it follows from the routes; "node bin/write-openapi.mjs" brings the file up to date', async () => {
    expect(OPENAPI_TEXT).toBe(await openApiText());
  });

  it('is served as it is committed', async () => {
    const answer = await world.get('!/openapi.json');
    expect([answer.statusCode, answer.json()]).toEqual([200, OPENAPI]);
  });

  it('names every promised route and no other', () => {
    expect([...ROUTES].sort()).toEqual([...PROMISED].sort());
  });

  it('has the parts that OpenAPI 3.1 asks for', () => {
    expect(OPENAPI.openapi).toMatch(/^3\.1\.\d+$/u);
    expect([OPENAPI.info['title'], OPENAPI.info['version']]).not.toContain(undefined);
    expect(Object.keys(OPENAPI.paths).filter((path) => !path.startsWith('/'))).toEqual([]);
    expect(valuesOf(OPENAPI.paths, 'nullable'), 'a keyword of OpenAPI 3.0').toEqual([]);
  });

  it('refers only to what it holds', () => {
    const references = valuesOf(OPENAPI, '$ref');
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((one) => !resolves(one))).toEqual([]);
    expect(resolves('#/components/schemas/Nothing')).toBe(false);
  });

  it.each(ROUTES)('tells of %s in both languages, with a known tag, its parameters and its answers', (route) => {
    const { summary = '', tags = [], parameters = [], responses, security } = operationOf(route);
    expect(summary).toMatch(/\p{Script=Han}.* [a-z0-9]/u);
    expect(OPENAPI.tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...tags]));
    expect(tags).toHaveLength(1);
    const inPath = parameters.filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`).sort()).toEqual((route.match(/\{\w+\}/gu) ?? []).sort());
    expect(inPath.every(({ required }) => required === true)).toBe(true);
    expect(Object.entries(responses).filter(([status, { description }]) => !/^[2-5]\d\d$/u.test(status) || typeof description !== 'string').map(([status]) => status)).toEqual([]);
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
    expect(security, 'credentials are asked for below /api').toEqual(route.includes('/api/v1') ? [{ bearer: [] }] : undefined);
  });

  it('tells of the purpose wherever names may be asked for in full, and nowhere else', () => {
    const named = (name: string) => ROUTES.filter((route) => (operationOf(route).parameters ?? []).some((one) => one.name === name));
    expect(named('unmask').length).toBeGreaterThan(4);
    expect(named('X-Purpose')).toEqual(named('unmask'));
  });

  it.each(ROUTES.filter((route) => route.includes('/api/v1')))('gives the problems of %s the one form of all problems', (route) => {
    const problems = Object.entries(operationOf(route).responses).filter(([status]) => Number(status) >= 400);
    expect(problems.length).toBeGreaterThan(2);
    for (const [status, { content }] of problems) expect(content, status).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
  });
});
