import fc from 'fast-check';
import { expect } from 'vitest';
import { writeCursor } from '../../api/routes/cursor.ts';
import { faultsOf, operationOf, problemOf, ROUTES, type RouteName } from './api-contract.ts';
import type { Answer, ApiWorld, Headers } from './api-world.ts';
import { encoded, hostileJson, hostileText } from './hostile.ts';

/** One place of a request that a stranger may fill: a part of the path, of the query, a member of the body, a header. */
export interface Place {
  readonly route: RouteName;
  readonly kind: 'path' | 'query' | 'body' | 'header' | 'whole body';
  readonly name: string;
}

const HEADERS = ['accept', 'accept-language', 'authorization', 'if-none-match', 'x-purpose', 'x-forwarded-for', 'content-type'];
const SAFE: Readonly<Record<string, string>> = { id: '91530113MA80129932', applicationId: 'LD5320251200000022', code: 'VR-22', name: 'a.csv' };

/** Every place of every route below /api/v1. */
export const PLACES: readonly Place[] = ROUTES.filter((route) => route.includes('/api/v1')).flatMap((route) => {
  const { parameters = [], requestBody } = operationOf(route);
  const fields = Object.keys(requestBody?.content['application/json']?.schema.properties ?? {});
  return [
    ...parameters.filter((one) => one.in !== 'header').map((one) => ({ route, kind: one.in as 'path' | 'query', name: one.name })),
    ...fields.map((name) => ({ route, kind: 'body', name }) as const),
    ...(requestBody === undefined ? [] : [{ route, kind: 'whole body', name: '' } as const]),
    ...HEADERS.map((name) => ({ route, kind: 'header', name }) as const),
  ];
});

function urlOf(route: RouteName, at: Place, text: string): string {
  const path = route.split(' ')[1]!.replace(/\{(\w+)\}/gu, (_, name: string) => (at.kind === 'path' && at.name === name ? encoded(text) : SAFE[name]!));
  return at.kind === 'query' ? `${path}?${at.name}=${encoded(text)}` : path;
}

function strike(world: ApiWorld, caller: Headers, at: Place, value: unknown): Promise<Answer> {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isPost = at.route.startsWith('POST');
  const base = at.route.endsWith('/exports') ? { purpose: '复核工单 1187', filters: { name: '无此名称' } } : { limit: 1 };
  const body = at.kind === 'whole body' ? value : at.kind === 'body' ? Object.assign(Object.create(null) as object, base, { [at.name]: value }) : base;
  // What cannot stand in a header never gets that far over a real connection either.
  const header = at.kind === 'header' ? { [at.name]: text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '') } : {};
  return world.app.inject({
    method: isPost ? 'POST' : 'GET', url: urlOf(at.route, at, text), headers: { ...caller, ...(isPost ? { 'content-type': 'application/json' } : {}), ...header }, ...(isPost ? { payload: JSON.stringify(body) } : {}),
  });
}

/** Whether an answer is as documented, no fault of ours, and tells nothing of a taxpayer when it tells of a problem. */
export function expectCalm(route: RouteName, answer: Answer, secrets: readonly string[]): void {
  expect(answer.statusCode, answer.body).not.toBe(500);
  // Parameters may lead past the route, such as ".." or an empty one; then it is nobody's.
  if (problemOf(answer) !== 'not-found') expect(faultsOf(route, answer)).toEqual([]);
  if (answer.statusCode >= 400) {
    expect(problemOf(answer)).not.toBe('');
    expect(secrets.filter((secret) => answer.body.includes(secret))).toEqual([]);
  }
}

/** Strikes one place many times. */
export async function attack(world: ApiWorld, caller: Headers, at: Place, secrets: readonly string[], numRuns: number): Promise<void> {
  const arbitrary: fc.Arbitrary<unknown> = at.kind === 'body' || at.kind === 'whole body' ? fc.oneof(hostileJson, hostileText) : hostileText;
  await fc.assert(fc.asyncProperty(arbitrary, async (value) => {
    const answer = await strike(world, caller, at, value);
    expectCalm(at.route, answer, secrets);
  }), { numRuns, seed: 20261130 });
}

/** Cursors that a stranger makes up: random, or of the right form with hostile contents. */
export const forgedCursor = (runId: string, question: object): fc.Arbitrary<string> => fc.oneof(
  fc.base64String({ maxLength: 200 }).map((text) => text.replaceAll(/[+/=]/gu, '')),
  hostileJson.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  fc.tuple(fc.constantFrom(runId, 'gone', '../x', ''), fc.oneof(fc.double({ noNaN: true }), hostileJson), fc.oneof(hostileText, hostileJson))
    .map(([run, ...place]) => writeCursor(run, question, place as (string | number)[])),
);
