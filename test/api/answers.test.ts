import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_TYPES } from '../../api/problems/problem-types.ts';
import { operationOf, ROUTES } from '../support/api-contract.ts';
import { subjectsOf, UNMASKED, type Subjects } from '../support/api-requests.ts';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';

let world: ApiWorld;
let analyst: Headers;
let subjects: Subjects;
beforeAll(async () => {
  world = await openApiWorld({ isCopy: true });
  analyst = world.as('risk_analyst');
  subjects = await subjectsOf(world);
});
afterAll(() => world.close());

/** Routes that say that they answer with a tag. */
const TAGGED = ROUTES.filter((route) => Object.keys(operationOf(route).responses).includes('304'));

const SENSITIVE: readonly ((of: Subjects) => string)[] = [
  ({ hit }) => `/taxpayers/${hit}/risk`, ({ hit }) => `/taxpayers/${hit}/indicators`, ({ hit, code }) => `/taxpayers/${hit}/indicators/${code}/evidence`, ({ inRing }) => `/taxpayers/${inRing}/rings`,
  ({ graded }) => `/claims/${graded}`, () => '/rings', ({ ring }) => `/rings/${ring}`,
];
const REFERENCE: readonly ((of: Subjects) => string)[] = [() => '/indicators', ({ code }) => `/indicators/${code}`];
const KEPT = ['etag', 'x-snapshot-id', 'cache-control'] as const;
const asked = (path: string, tag: string, headers: Headers = analyst) => world.get(path, { ...headers, 'if-none-match': tag });
const tagOf = async (path: string, headers: Headers): Promise<string> => String((await world.get(path, headers)).headers.etag);

describe('an answer whose tag the caller knows', () => {
  it.each([...SENSITIVE, ...REFERENCE])('is 304 without a body, with the same headers: %s', async (pathOf) => {
    const path = pathOf(subjects);
    const full = await world.get(path, analyst);
    const tag = String(full.headers.etag);
    expect(tag).toMatch(/^"[\w-]+"$/u);
    for (const wish of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const answer = await asked(path, wish);
      expect([answer.statusCode, answer.body], wish).toEqual([304, '']);
      for (const name of KEPT) expect(answer.headers[name], name).toBe(full.headers[name]);
    }
    for (const wish of ['"other"', tag.slice(1, -1), '']) expect((await asked(path, wish)).body, wish).toBe(full.body);
  });

  it('is described for just the routes that have tags', () => {
    const patterns = TAGGED.map((route) => new RegExp(`^${route.replace('GET /api/v1', '').replaceAll(/\{\w+\}/gu, '[^/]+')}$`, 'u'));
    const paths = [...SENSITIVE, ...REFERENCE].map((pathOf) => pathOf(subjects));
    expect(patterns).toHaveLength(paths.length);
    for (const path of paths) expect(patterns.filter((pattern) => pattern.test(path)), path).toHaveLength(1);
  });

  it('is kept in the audit log like one with a body', async () => {
    const path = `/taxpayers/${subjects.hit}/risk`;
    const tag = await tagOf(path, analyst);
    const before = world.auditRecords();
    expect((await asked(path, tag)).statusCode).toBe(304);
    const [former, latter] = [before.at(-1)!, world.auditRecords().at(-1)!];
    expect([latter.seq, latter.action, latter.outcome, latter.object_hash, latter.rows]).toEqual([former.seq + 1, 'taxpayer.read', 'done', former.object_hash, 1]);
  });

  it('is not given to somebody who may not see it', async () => {
    const path = `/taxpayers/${subjects.hit}/risk`;
    const tag = await tagOf(path, analyst);
    expect((await asked(path, tag, world.as('reviewer', ['11']))).statusCode).toBe(404);
    expect((await asked(path, '*', world.as('operator'))).statusCode).toBe(403);
    expect((await asked(path, '*', {})).statusCode).toBe(401);
  });
});

describe('the tag of an answer', () => {
  const path = () => `/taxpayers/${subjects.hit}/risk`;

  it('is another one with names in full, and in other regions', async () => {
    const tags = [await tagOf(path(), analyst), await tagOf(path() + UNMASKED.query, { ...analyst, ...UNMASKED.headers }), await tagOf(path(), world.as('reviewer', ['53'])), await tagOf(path(), world.as('reviewer', ['5301']))];
    expect(new Set(tags).size).toBe(4);
    expect(await tagOf(path(), world.as('inspector', ['53'])), 'who asks does not matter, what is seen does').toBe(tags[2]);
  });

  it('is another one after the next night', async () => {
    const former = await tagOf(path(), analyst);
    const reference = await tagOf('/indicators', analyst);
    await world.publish('tags-of-the-next-night');
    expect(await tagOf(path(), analyst)).not.toBe(former);
    expect(await tagOf('/indicators', analyst)).not.toBe(reference);
    expect((await asked(path(), former)).statusCode).toBe(200);
  });
});

describe('what may be kept by whom', () => {
  it('is nothing of a taxpayer, and the catalogue and runs only to be asked about again', async () => {
    const kept = async (path: string) => (await world.get(path, analyst)).headers['cache-control'];
    for (const pathOf of SENSITIVE) expect(await kept(pathOf(subjects)), pathOf(subjects)).toBe('private, no-store');
    for (const path of [...REFERENCE.map((pathOf) => pathOf(subjects)), '/runs', `/runs/${world.runId}`]) expect(await kept(path), path).toBe('private, no-cache');
    for (const path of ['/me', '!/readyz', '!/metrics', '/rings/NONE', '/taxpayers/NOBODY/risk']) expect(await kept(path), path).toBe('no-store');
    for (const what of ['taxpayers', 'claims']) expect((await world.post(`/${what}/search`, {}, analyst)).headers['cache-control']).toBe('private, no-store');
  });

  it('comes with headers that let no page load, frame or guess it', async () => {
    for (const path of [`/taxpayers/${subjects.hit}/risk`, '/rings/NONE', '!/livez']) {
      const { headers } = await world.get(path, analyst);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });
});

describe('the language of a problem', () => {
  it.each([
    [undefined, 'zh'], ['', 'zh'], ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'], ['en', 'en'], ['en-GB', 'en'], ['EN-us;q=0.5', 'en'], ['en;q=0.3, zh;q=0.7', 'zh'], ['zh;q=0.3, en;q=0.7', 'en'], ['en;q=0', 'zh'], ['zh;q=0, en;q=0.1', 'en'],
    ['fr, de;q=0.9', 'zh'], ['fr, en;q=0.1', 'en'], ['english', 'zh'], ['*', 'zh'], [';;q=,,', 'zh'], ['en;q=2', 'en'], ['zh,en', 'zh'], ['en,zh', 'en'],
  ] as const)('asked for as %j is %s', async (wish, language) => {
    const answer = await world.get('/taxpayers/NOBODY/risk', { ...analyst, ...(wish === undefined ? {} : { 'accept-language': wish }) });
    expect(answer.headers['content-language']).toBe(language);
    expect(answer.json()).toMatchObject({ title: PROBLEM_TYPES['not-found'].title[language], detail: PROBLEM_TYPES['not-found'].detail[language] });
  });
});
