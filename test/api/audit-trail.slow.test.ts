import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { objectHash } from '../../api/audit/record.ts';
import { openAccess, tableOf, type Asked } from '../support/access-world.ts';
import { INSIDE, OUTSIDE, RING } from '../support/crossing-night.ts';
import { sampleRun } from '../support/sample-run.ts';

let out: string;
let secrets: readonly string[];
let claim: string;
beforeAll(async () => {
  out = await sampleRun();
  const words = await tableOf<{ word: string }>(out, 'taxpayer_grades', 'select unnest([taxpayer_id, taxpayer_name]) as word from t');
  const claims = await tableOf<{ word: string; taxpayer_id: string }>(out, 'claim_grades', 'select application_id as word, taxpayer_id from t order by 1');
  secrets = [...words, ...claims].map(({ word }) => word);
  claim = claims.find(({ taxpayer_id }) => taxpayer_id === INSIDE)!.word;
});

const PURPOSE = '复核工单 2026-1187';
const unmasked = { 'x-purpose': encodeURIComponent(PURPOSE) };
const taxpayer = (id: string, part: string) => `/api/v1/taxpayers/${id}/${part}`;

describe('a record', () => {
  it('is left by every look at a taxpayer, by every search and by every refusal: one each, telling who, what and with which outcome, and naming no taxpayer', async () => {
    const world = await openAccess({ out });
    const token = world.token(['inspector', '5309', '5304']);
    const operator = world.token(['operator', '*']);
    const { runId } = world.store.current!;
    const hashed = (id: string, type = 'taxpayer') => ({ object_type: type, object_id: '', object_hash: objectHash(world.key, id), object_tail: id.slice(-4) });
    const cases: readonly [string, Asked, object][] = [
      [taxpayer(INSIDE, 'risk'), { token }, { action: 'taxpayer.read', outcome: 'done', reason: '', rows: 1, ...hashed(INSIDE) }],
      [taxpayer(INSIDE.toLowerCase(), 'risk'), { token }, { action: 'taxpayer.read', outcome: 'done', ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'risk'), { token, method: 'HEAD' }, { action: 'taxpayer.read', outcome: 'done', ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'risk'), { token, headers: { 'if-none-match': '*' } }, { action: 'taxpayer.read', outcome: 'done', ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'risk?unmask=true'), { token, headers: unmasked }, { action: 'taxpayer.read', outcome: 'done', purpose: PURPOSE, ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'risk?unmask=true'), { token }, { action: 'taxpayer.read', outcome: 'refused', reason: 'purpose-missing', rows: 0, ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'indicators'), { token }, { action: 'taxpayer.indicators', outcome: 'done', rows: 64, ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'indicators/VR-35/evidence'), { token }, { action: 'taxpayer.evidence', outcome: 'done', ...hashed(INSIDE) }],
      [taxpayer(INSIDE, 'rings'), { token }, { action: 'taxpayer.rings', outcome: 'done', rows: 1, ...hashed(INSIDE) }],
      [taxpayer(OUTSIDE[0]!, 'risk'), { token }, { action: 'taxpayer.read', outcome: 'not_found', reason: 'not-found', rows: 0, ...hashed(OUTSIDE[0]!) }],
      [taxpayer(OUTSIDE[0]!, 'indicators/VR-35/evidence'), { token }, { action: 'taxpayer.evidence', outcome: 'not_found', ...hashed(OUTSIDE[0]!) }],
      ['/api/v1/taxpayers/search', { token, body: { ids: [INSIDE, ...OUTSIDE] } }, { action: 'taxpayer.search', outcome: 'done', object_type: 'taxpayers', object_id: '', rows: 2 }],
      [`/api/v1/claims/${claim}`, { token }, { action: 'claim.read', outcome: 'done', ...hashed(claim, 'claim') }],
      ['/api/v1/claims/search', { token, body: { taxpayer: [INSIDE] } }, { action: 'claim.search', outcome: 'done', object_type: 'claims', rows: 5 }],
      ['/api/v1/rings', { token }, { action: 'ring.search', outcome: 'done', object_type: 'rings' }],
      [`/api/v1/rings/${RING}`, { token }, { action: 'ring.read', outcome: 'done', object_type: 'ring', object_id: RING, rows: 2 }],
      ['/api/v1/rings/RD2787CA9D8', { token }, { action: 'ring.read', outcome: 'not_found', object_id: 'RD2787CA9D8' }],
    ];
    for (const [path, asked, expected] of cases) {
      const before = world.records().length;
      const answer = await world.ask(path, { from: '10.20.30.40', ...asked });
      const left = world.records().slice(before);
      expect([path, left.length]).toEqual([path, 1]);
      expect(left[0]).toMatchObject({ actor: expect.stringMatching(/^tok_/u), roles: ['inspector'], regions: ['5309', '5304'], address: '10.20.30.40', snapshot_id: runId, ...expected });
      if (answer.status >= 400) expect(left[0]?.request_id).toBe(answer.json().instance);
    }
    for (const [path, asked, status, reason] of [
      [taxpayer(INSIDE, 'risk'), {}, 401, 'token-missing'], [taxpayer(INSIDE, 'risk'), { token: 'vr_unknown' }, 401, 'token-invalid'], ['/api/v1/me', { token: 'vr_unknown' }, 401, 'token-invalid'],
      [taxpayer(INSIDE, 'risk'), { token: operator }, 403, 'permission-missing'], ['/api/v1/taxpayers/search', { token: operator, body: { ids: [INSIDE] } }, 403, 'permission-missing'],
    ] as const) {
      const before = world.records().length;
      const answer = await world.ask(path, asked);
      expect([answer.status, world.records().slice(before)]).toMatchObject([status, [{ outcome: 'refused', reason, rows: 0, request_id: answer.json().instance, object_id: '', roles: status === 401 ? [] : ['operator'] }]]);
    }
    const log = world.logText();
    expect(secrets.filter((word) => log.includes(word))).toEqual([]);
    expect(new Set(world.records().map(({ request_id }) => request_id)).size).toBe(world.records().length);
  });

  it('is left by an order of an export, by its end, by every fetch and by every refusal of them', async () => {
    const world = await openAccess({ out, settings: { export_queue_maximum: 1 } });
    const token = world.token(['inspector', '5309']);
    const other = world.token(['inspector', '*']);
    const body = { purpose: PURPOSE, format: 'csv', unmask: true };
    const first = (await world.ask('/api/v1/exports', { token, body })).json();
    expect((await world.ask(`/api/v1/exports/${first.id}/files/a.csv`, { token })).status).toBe(409);
    await world.ask('/api/v1/exports', { token, body });
    expect((await world.ask('/api/v1/exports', { token, body })).status).toBe(429);
    await world.until(first.id, token);
    const job = (await world.ask(`/api/v1/exports/${first.id}`, { token })).json();
    const [file] = job.files;
    expect((await world.ask(file!.href, { token })).status).toBe(200);
    expect((await world.ask(file!.href, { token: other })).status).toBe(404);
    expect((await world.ask(`/api/v1/exports/${first.id}`, { token: other })).status).toBe(404);
    const records = world.records().filter(({ object_type, object_id }) => object_type === 'export' && object_id === first.id);
    expect(records.map(({ action, outcome, reason }) => `${action} ${outcome} ${action === 'export.finish' ? '' : reason}`.trim())).toEqual([
      'export.create done unmasked', 'export.download refused export-not-ready', 'export.finish done', 'export.download done', 'export.download not_found not-found', 'export.read not_found not-found',
    ]);
    expect(records[0]).toMatchObject({ purpose: PURPOSE, snapshot_id: world.store.current?.runId });
    expect(records[2]?.rows).toBeGreaterThan(0);
    for (const { sm3 } of job.files) expect(records[2]?.reason).toContain(`sm3:${sm3}`);
    expect(world.records().filter(({ action }) => action === 'export.create').map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(['done unmasked', 'done unmasked', 'refused exports-waiting']);
    expect(secrets.filter((word) => world.logText().includes(word))).toEqual([]);
  });

  it('is on disk before the answer leaves', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => { letGo = resolve; });
    const world = await openAccess({ out, before: (log) => ({ head: () => log.head(), close: () => log.close(), append: async (event) => { await held; await log.append(event); } }) });
    const token = world.token(['inspector', '*']);
    let answered = 0;
    const asked = [taxpayer(INSIDE, 'risk'), `/api/v1/rings/${RING}`, taxpayer('unknown', 'risk')].map((path) => world.ask(path, { token }).finally(() => { answered++; }));
    asked.push(world.ask(taxpayer(INSIDE, 'risk')).finally(() => { answered++; }), world.ask('/api/v1/exports', { token, body: { purpose: PURPOSE } }).finally(() => { answered++; }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([answered, world.records().length, readdirSync(join(world.state, 'exports'))]).toEqual([0, 0, []]);
    letGo();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 404, 401, 202]);
    expect(world.records().length).toBeGreaterThanOrEqual(5);
  });
});

describe('a log that cannot be written', () => {
  it('lets nothing about taxpayers out and starts no export, while the service says that it lives; afterwards all is well', async () => {
    const world = await openAccess({ out });
    const token = world.token(['risk_analyst', '*']);
    const paths: readonly [string, Asked][] = [
      [taxpayer(INSIDE, 'risk'), { token }], [taxpayer(INSIDE, 'indicators'), { token }], [taxpayer(INSIDE, 'rings'), { token }], [taxpayer(INSIDE, 'indicators/VR-35/evidence'), { token }],
      ['/api/v1/taxpayers/search', { token, body: {} }], [`/api/v1/claims/${claim}`, { token }], ['/api/v1/claims/search', { token, body: {} }], ['/api/v1/rings', { token }], [`/api/v1/rings/${RING}`, { token }],
      ['/api/v1/exports', { token, body: { purpose: PURPOSE } }], [taxpayer('unknown', 'risk'), { token }], [taxpayer(INSIDE, 'risk'), {}],
    ];
    const folder = join(world.state, 'audit', 'api');
    renameSync(folder, `${folder}-gone`);
    for (const [path, asked] of paths) {
      const answer = await world.ask(path, asked);
      expect([path, answer.status, answer.json().type, secrets.filter((word) => answer.text.includes(word))]).toEqual([path, 503, 'urn:vatrisk:problem:audit-unavailable', []]);
    }
    expect(readdirSync(join(world.state, 'exports'))).toEqual([]);
    for (const path of ['/livez', '/readyz', '/openapi.json', '/metrics']) expect([path, (await world.ask(path)).status]).toEqual([path, 200]);
    renameSync(`${folder}-gone`, folder);
    for (const [path, asked] of paths.slice(0, 9)) expect([path, (await world.ask(path, asked)).status]).toEqual([path, 200]);
    expect(world.records()[0]).toMatchObject({ action: 'audit.recovered', rows: paths.length });
    expect((await world.verify()).streams).toMatchObject([{ first_break: null }]);
  });
});

describe('a stranger', () => {
  it('cannot fill the log: beyond the limit nothing is written, whatever the route, and others are served', async () => {
    const world = await openAccess({ out, settings: { rate_limit_per_minute: 20 } });
    const token = world.token(['inspector', '*']);
    const tries = [];
    for (let at = 0; at < 80; at++) tries.push(await world.ask(at % 3 === 0 ? '/api/v1/me' : taxpayer(INSIDE, 'risk'), { from: '10.0.0.9', token: `vr_guess${at}`, headers: { 'x-forwarded-for': `10.9.9.${at}` } }));
    const [refused, limited] = [tries.filter(({ status }) => status === 401), tries.filter(({ status }) => status === 429)];
    expect([refused.length, limited.length, world.records().length]).toEqual([20, 60, 20]);
    expect(limited.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
    expect((await world.ask(taxpayer(INSIDE, 'risk'), { from: '10.0.0.9', token })).status).toBe(200);
    expect((await world.ask(taxpayer(INSIDE, 'risk'), { from: '10.0.0.8' })).status).toBe(401);
  });
});

describe('somebody who is known', () => {
  it('is held to the limit over all routes together, and every refusal is kept', async () => {
    const world = await openAccess({ out, settings: { rate_limit_per_minute: 5 } });
    const token = world.token(['inspector', '*']);
    for (const path of [taxpayer(INSIDE, 'risk'), '/api/v1/rings', '/api/v1/me', '/api/v1/indicators', taxpayer(INSIDE, 'rings')]) expect((await world.ask(path, { token })).status).toBe(200);
    const answer = await world.ask(taxpayer(INSIDE, 'risk'), { token });
    expect([answer.status, answer.json().type, Number(answer.headers['retry-after']) > 0]).toEqual([429, 'urn:vatrisk:problem:too-many-requests', true]);
    expect(world.records().at(-1)).toMatchObject({ actor: expect.stringMatching(/^tok_/u), action: 'taxpayer.read', outcome: 'refused', reason: 'too-many-requests', request_id: answer.json().instance });
    expect((await world.ask(taxpayer(INSIDE, 'risk'), { token: world.token(['inspector', '*']) })).status).toBe(200);
  });
});

describe('many at once', () => {
  it('leave a record each in one chain that holds', async () => {
    const world = await openAccess({ out });
    const token = world.token(['inspector', '53']);
    const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => world.ask([taxpayer(INSIDE, 'risk'), taxpayer('nobody', 'risk'), `/api/v1/rings/${RING}`, '/api/v1/me'][at % 4]!, at % 4 === 3 ? {} : { token })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 300 }, (_, at) => [200, 404, 200, 401][at % 4]));
    const report = (await world.verify()).streams;
    expect(report).toMatchObject([{ stream: 'api', records: 300, first_break: null }]);
    expect(new Set(world.records().map(({ request_id }) => request_id)).size).toBe(300);
    expect(existsSync(join(world.state, 'audit', 'api', 'writer.lock'))).toBe(true);
  });
});
