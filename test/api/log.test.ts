import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLogger } from '../../api/logger.ts';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { goodRequests, send, subjectsOf, UNMASKED } from '../support/api-requests.ts';
import { openApiWorld, type ApiWorld } from '../support/api-world.ts';

let world: ApiWorld;
let lines = '';
/** Words that must stand in no line: identifiers and names of taxpayers, tokens, what was asked. */
let secrets: readonly string[];
const CELL = { id: '91530102MA6N0000X7', name: '昆明滇池秘密贸易有限公司', amount: '1234567.89' };

beforeAll(async () => {
  const logger = openLogger('debug', { write: (line: string) => { lines += line; } });
  world = await openApiWorld({ isCopy: true, logger });
  world.app.log.level = 'debug';
  const analyst = world.as('risk_analyst');
  const subjects = await subjectsOf(world);
  const snapshot = await openSnapshot(world.outDirectory);
  const known = await snapshot.engine.rows<{ one: string }>('select taxpayer_id as one from taxpayer_grades union select taxpayer_name from taxpayer_grades union select application_id from claim_grades union select party_name from parties where len(party_name) > 3');
  await snapshot.close();
  secrets = [...known.map(({ one }) => one), analyst['authorization']!.slice('Bearer '.length), 'Bearer', 'SECRETQUERY', '秘密', 'secretbody', decodeURIComponent(UNMASKED.headers['x-purpose']), CELL.id, CELL.name, CELL.amount];

  for (const request of goodRequests(subjects, world.runId)) await send(world, request, analyst);
  for (const path of ['/taxpayers/91530100%ZZ/risk', `/taxpayers/${CELL.id}/risk`, `/taxpayers/${subjects.hit}/risk?filter=SECRETQUERY`, '/runs/SECRETQUERY', '!/SECRETQUERY']) {
    for (const headers of [analyst, {}, { authorization: 'Bearer vr_SECRETQUERY' }, world.as('operator')]) await world.get(path, headers);
  }
  for (const body of [{ name: '秘密' }, { secretbody: 1 }, { ids: [CELL.id] }, { after: 'SECRETQUERY' }]) await world.post('/taxpayers/search', body, analyst);
  await world.app.inject({ method: 'POST', url: '/api/v1/taxpayers/search', headers: { ...analyst, 'content-type': 'application/json' }, payload: '{"secretbody": 秘密' });
  // Something that breaks behind the routes: a file that is gone, and an error of a library that quotes cells.
  rmSync(join(world.outDirectory, 'snapshots', world.runId, 'rings.parquet'));
  expect((await world.get('/rings', analyst)).statusCode).toBe(500);
  await throwing(world, `Conversion Error: Could not convert string '${CELL.name}' of "${CELL.id}" to DECIMAL: row ${CELL.id}, ${CELL.name}`);
});
afterAll(() => world.close());

/** Lets the next look-up of a grade fail with a message, as the engine would let it fail. */
async function throwing(at: ApiWorld, message: string): Promise<void> {
  const { grades } = at.services.store.current!;
  Object.defineProperty(grades, 'find', { configurable: true, value: () => { throw new Error(message, { cause: new Error(message) }); } });
  const answer = await at.get(`/taxpayers/${CELL.id}/risk`, at.as('risk_analyst'));
  Reflect.deleteProperty(grades, 'find');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain(CELL.name);
}

const found = (text: string) => secrets.filter((secret) => text.includes(secret));
const parsed = () => lines.trim().split('\n').map((line) => JSON.parse(line) as { level: number; msg: string; reqId?: string; route?: string; err?: { message: string; stack: string } });

describe('the log of the service', () => {
  it('holds no identifier, no name, no token, nothing of bodies and queries', () => {
    expect(secrets.length).toBeGreaterThan(700);
    expect(found(lines)).toEqual([]);
    expect(lines).not.toMatch(/vr_|authorization|x-purpose/iu);
  });

  it('tells of what broke: where, by the number of the request, with the way to it but without the cells', () => {
    const broken = parsed().filter(({ level }) => level >= 50);
    expect(broken.map(({ route, msg }) => [route, msg])).toEqual([['/api/v1/rings', 'internal'], ['/api/v1/taxpayers/:id/risk', 'internal']]);
    expect(broken.every(({ reqId }) => /^[0-9a-f-]{36}$/u.test(reqId ?? ''))).toBe(true);
    expect(broken[1]!.err!.message).toBe('Conversion Error: Could not convert string … of … to …: row …, …');
    expect(broken[1]!.err!.stack).toMatch(/^\s+at .*taxpayers\.ts/mu);
  });

  it('is searched by a check that would find what slipped in', () => {
    const slipped = openLogger('debug', { write: (line: string) => { expect(found(line)).toEqual([CELL.id]); } });
    slipped.info({ about: `request for ${CELL.id}` }, 'a careless line');
    expect(found(`{"msg":"${CELL.name}"}`)).toEqual(['秘密', CELL.name]);
    expect.assertions(2);
  });

  it('loses the fields that carry such things also when somebody logs them', () => {
    let written = '';
    const logger = openLogger('debug', { write: (line: string) => { written += line; } });
    logger.warn({ headers: { authorization: 'Bearer x' }, req: { id: 'r-1', method: 'GET', url: `/taxpayers/${CELL.id}`, headers: { a: CELL.name }, routeOptions: { url: '/taxpayers/:id' } }, body: CELL, taxpayer_id: CELL.id, row: { taxpayer_name: CELL.name } }, 'careless');
    expect(found(written)).toEqual([]);
    expect(JSON.parse(written)).toMatchObject({ msg: 'careless', req: { id: 'r-1', method: 'GET', route: '/taxpayers/:id' } });
  });
});
