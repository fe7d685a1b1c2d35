import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAccess, tableOf, type AccessOptions } from '../support/access-world.ts';
import { scratchFolder } from '../support/audit.ts';
import { INSIDE, OUTSIDE, RING } from '../support/crossing-night.ts';
import { sampleRun } from '../support/sample-run.ts';

let out: string;
let names: ReadonlyMap<string, string>;
let districts: ReadonlyMap<string, string>;
beforeAll(async () => {
  out = await sampleRun();
  const graded = await tableOf<{ taxpayer_id: string; taxpayer_name: string; district_code: string }>(out, 'taxpayer_grades');
  names = new Map(graded.map((row) => [row.taxpayer_id, row.taxpayer_name]));
  districts = new Map(graded.map((row) => [row.taxpayer_id, row.district_code]));
});

const PURPOSE = '复核工单 2026-1187';

async function opened(options: Partial<AccessOptions> = {}, ...regions: string[]) {
  const world = await openAccess({ out, ...options });
  const token = world.token(['inspector', ...(regions.length === 0 ? ['*'] : regions)]);
  const order = (body: object = {}, by = token) => world.ask('/api/v1/exports', { token: by, body: { purpose: PURPOSE, ...body } });
  const fetched = (path: string, by = token) => world.app.inject({ method: 'GET', url: path, headers: { authorization: `Bearer ${by}` } });
  const ordersLeft = () => readdirSync(join(world.state, 'exports'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('order.json'));
  return { world, token, order, fetched, ordersLeft };
}

/** Everything a fetched file says, zipped sheets included. */
function wordsOf(name: string, bytes: Buffer): string {
  return name.endsWith('.xlsx') ? Object.values(unzipSync(bytes)).map((part) => Buffer.from(part).toString('utf8')).join('\n') : bytes.toString('utf8');
}

describe('an export', () => {
  it('as a workbook is ordered, followed and fetched, holds what lies inside the regions of its owner and names nobody else; its order is deleted', async () => {
    const format = 'xlsx';
    const { world, token, order, fetched, ordersLeft } = await opened({}, '5309', '530403');
    const asked = await order({ format });
    expect(asked.status).toBe(202);
    const { id } = asked.json();
    expect(asked.headers['location']).toBe(`/api/v1/exports/${id}`);
    const job = await world.until(id, token);
    expect(job).toMatchObject({ status: 'done', error: null, snapshotId: world.store.current?.runId, asOf: world.store.current?.asOf, format });
    expect(job['progress']).toMatchObject({ rows_done: expect.any(Number) });
    let text = '';
    for (const { name, href, bytes, sm3 } of job.files) {
      const answer = await fetched(href);
      expect([answer.statusCode, answer.rawPayload.length, createHash('sm3').update(answer.rawPayload).digest('hex'), answer.headers['cache-control']]).toEqual([200, bytes, sm3, 'private, no-store']);
      text += wordsOf(name, answer.rawPayload);
    }
    const inside = (id: string) => /^(?:5309|530403)/u.test(districts.get(id) ?? '');
    const ids = [...names.keys()];
    expect(ids.filter(inside).filter((one) => !text.includes(one))).toEqual([]);
    expect(ids.filter((one) => !inside(one)).filter((one) => text.includes(one) || text.includes(names.get(one)!))).toEqual([]);
    expect(text).not.toContain(names.get(INSIDE)); // masked
    expect(text).toContain(PURPOSE);
    expect(ordersLeft()).toEqual([]);
  });

  it('shows names in full only to those who may see them there and state a purpose', async () => {
    const { world, token, order, fetched } = await opened({}, '5309');
    for (const body of [{ purpose: undefined }, { purpose: '  ' }, { purpose: 'x' }]) expect((await order({ unmask: true, ...body })).status).toBe(400);
    const job = await world.until((await order({ unmask: true, format: 'csv', filters: { ids: [INSIDE, ...OUTSIDE], ring: RING } })).json().id, token);
    const texts = (await Promise.all(job.files.map(async ({ name, href }) => wordsOf(name, (await fetched(href)).rawPayload)))).join('\n');
    expect(texts).toContain(names.get(INSIDE));
    expect(OUTSIDE.filter((id) => texts.includes(id) || texts.includes(names.get(id)!))).toEqual([]);
  });

  it('is seen by its owner only, and its files by their exact names only', async () => {
    const { world, token, order, fetched } = await opened();
    const other = world.token(['inspector', '*']);
    const { id } = (await order({ format: 'csv', filters: { ids: [INSIDE] } })).json();
    const early = await fetched(`/api/v1/exports/${id}/files/a.csv`);
    expect([early.statusCode, early.json<{ type: string }>().type]).toEqual([409, 'urn:vatrisk:problem:export-not-ready']);
    const job = await world.until(id, token);
    for (const path of [`/api/v1/exports/${id}`, job.files[0]!.href, `/api/v1/exports/${id}/files/a.csv`]) expect((await fetched(path, other)).statusCode).toBe(404);
    const tricks = ['job.json', 'order.json', '..%2Fjob.json', '%2e%2e%2f%2e%2e%2faudit.key', '..', '.', '%00', '../job.json', '..%5Cjob.json', `${job.files[0]!.name}%00`, `.%2F${encodeURIComponent(job.files[0]!.name)}`];
    for (const trick of tricks) {
      const answer = await fetched(`/api/v1/exports/${id}/files/${trick}`);
      expect([trick, [400, 404].includes(answer.statusCode), answer.headers['content-disposition']]).toEqual([trick, true, undefined]);
    }
  });

  it('of nobody fails and says why', async () => {
    const { world, token, order } = await opened({}, '5309');
    const job = await world.until((await order({ filters: { ids: OUTSIDE } })).json().id, token);
    expect(job).toMatchObject({ status: 'failed', files: [], error: { code: 'EXPORT_EMPTY' } });
  });
});

describe('the queue', () => {
  it('takes so many and no more; a service that is stopped tells the rest as interrupted and keeps no order', async () => {
    const state = scratchFolder();
    const { world, token, order, ordersLeft } = await opened({ state, settings: { export_queue_maximum: 2 } });
    const ids = [];
    for (let at = 0; at < 3; at++) ids.push((await order()).json().id); // one runs, two wait
    const refused = await order();
    expect([refused.status, refused.json().type]).toEqual([429, 'urn:vatrisk:problem:exports-waiting']);
    await world.close();
    expect(ordersLeft()).toEqual([]);
    const again = await openAccess({ out, state });
    for (const id of ids) expect((await again.ask(`/api/v1/exports/${id}`, { token })).json()).toMatchObject({ status: 'failed', files: [], error: { code: 'INTERRUPTED' } });
    expect((await again.ask('/api/v1/exports', { token, body: { purpose: PURPOSE } })).status).toBe(202);
  });
});

describe('a finished export', () => {
  it('is deleted after export_keep_hours, whether or not another is ordered', async () => {
    const { world, token, order, fetched } = await opened({ settings: { export_keep_hours: 2 } });
    const job = await world.until((await order({ format: 'csv', filters: { ids: [INSIDE] } })).json().id, token);
    const folder = join(world.state, 'exports', job.id);
    world.clock.pass(2 * 3_600_000 - 60_000);
    expect((await fetched(job.files[0]!.href)).statusCode).toBe(200);
    world.clock.pass(60_000);
    expect((await fetched(job.files[0]!.href)).statusCode).toBe(404);
    expect(existsSync(folder)).toBe(false);
  });
});
