import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCursor } from '../../api/routes/cursor.ts';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { problemOf } from '../support/api-contract.ts';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';
import { attack, expectCalm, forgedCursor, PLACES, type Place } from '../support/attack.ts';
import { NASTY } from '../support/hostile.ts';

let world: ApiWorld;
let analyst: Headers;
let secrets: readonly string[];

beforeAll(async () => {
  // An export that is in order is queued behind none: it is turned away before a process is started.
  world = await openApiWorld({ settings: { export_queue_maximum: 0 } });
  analyst = world.as('risk_analyst');
  const snapshot = await openSnapshot(world.outDirectory, world.runId);
  const rows = await snapshot.engine.rows<{ taxpayer_id: string; taxpayer_name: string }>('select taxpayer_id, taxpayer_name from taxpayer_grades order by 1');
  secrets = rows.flatMap(({ taxpayer_id, taxpayer_name }) => [taxpayer_id, taxpayer_name]);
  await snapshot.close();
});
afterAll(() => world.close());

const of = (kinds: readonly Place['kind'][]) => PLACES.filter(({ kind }) => kinds.includes(kind)).map((at) => [`${at.route} ${at.kind} ${at.name}`, at] as const);

describe('hostile words', () => {
  it.each(of(['path', 'query', 'body', 'whole body']))('in %s meet a calm refusal or a documented answer', async (_, at) => {
    await attack(world, analyst, at, secrets, 6);
  });

  it.each(of(['header']))('in %s meet a calm refusal or a documented answer', async (_, at) => {
    await attack(world, analyst, at, secrets, 2);
  });

  it('that are known to be nasty are looked for as plain text in names and identifiers', async () => {
    for (const text of NASTY) {
      const answer = await world.post('/taxpayers/search', { name: `${text}--${text}`.slice(0, 90), limit: 1, count: true }, analyst);
      expectCalm('POST /api/v1/taxpayers/search', answer, secrets);
      if (answer.statusCode === 200) expect(answer.json(), text).toMatchObject({ items: [], total: 0 });
    }
  });
});

describe('a cursor', () => {
  const search = (after: string, more: object = {}) => world.post('/taxpayers/search', { limit: 1, after, ...more }, analyst);
  const first = async (body: object) => (await world.post('/taxpayers/search', { limit: 1, ...body }, analyst)).json<{ next: string }>().next;

  it('of another question, one that was changed and one that is cut short are refused', async () => {
    const next = await first({ level: 'none' });
    expect((await search(next, { level: 'none' })).statusCode).toBe(200);
    expect(problemOf(await search(next))).toBe('cursor-invalid');
    expect(problemOf(await search(next, { level: 'high' }))).toBe('cursor-invalid');
    expect(problemOf(await search(next.slice(0, -4), { level: 'none' }))).toBe('cursor-invalid');
    for (let at = 0; at < next.length; at += 7) {
      const changed = `${next.slice(0, at)}${next[at] === 'A' ? 'B' : 'A'}${next.slice(at + 1)}`;
      expectCalm('POST /api/v1/taxpayers/search', await search(changed, { level: 'none' }), secrets);
    }
  });

  it('of another search is refused, and one of a snapshot that is no more is told so', async () => {
    const ofRings = (await world.get('/rings?limit=1', analyst)).json<{ next: string }>().next;
    expect(problemOf(await world.post('/claims/search', { after: ofRings, level: 'none' }, analyst))).toBe('cursor-invalid');
    expect(problemOf(await search(writeCursor('20200101-000000-abcdef', {}, [1, 'x'])))).toBe('snapshot-gone');
  });

  it.each(['taxpayers', 'claims'])('that is forged in a search for %s never breaks it', async (what) => {
    await fc.assert(fc.asyncProperty(forgedCursor(world.runId, {}), async (after) => {
      expectCalm(what === 'claims' ? 'POST /api/v1/claims/search' : 'POST /api/v1/taxpayers/search', await world.post(`/${what}/search`, { after }, analyst), secrets);
    }), { numRuns: 60, seed: 20261130 });
  });

  it('that is forged in the list of rings never breaks it', async () => {
    await fc.assert(fc.asyncProperty(forgedCursor(world.runId, {}), async (after) => {
      expectCalm('GET /api/v1/rings', await world.get(`/rings?after=${after}`, analyst), secrets);
    }), { numRuns: 40, seed: 20261130 });
  });
});
