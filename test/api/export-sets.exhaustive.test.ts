import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAccess, rowsOf, tableOf } from '../support/access-world.ts';
import { scratchFolder } from '../support/audit.ts';
import { INSIDE } from '../support/crossing-night.ts';
import { sampleRun } from '../support/sample-run.ts';

// What exports.slow.test.ts holds for a workbook, for sets of files; and exports beside look-ups and across a restart.
const PURPOSE = 'case 2026-1187';
let out: string;
beforeAll(async () => { out = await sampleRun(); });

async function opened(state = scratchFolder()) {
  const world = await openAccess({ out, state });
  const token = world.token(['inspector', '*']);
  const order = (body: object = {}, by = token) => world.ask('/api/v1/exports', { token: by, body: { purpose: PURPOSE, ...body } });
  return { world, token, order };
}

describe('an export', () => {
  it.each(['csv', 'parquet'])('as a set of %s files holds what lies inside the regions of its owner, and names nobody else', async (format) => {
    const { world, order } = await opened();
    const token = world.token(['inspector', '5309', '530403']);
    const job = await world.until((await order({ format }, token)).json().id, token);
    const folder = join(world.state, 'exports', job.id);
    const texts = await Promise.all(job.files.map(async ({ name }) => (name.endsWith('.parquet') ? JSON.stringify(await rowsOf(join(folder, name))) : readFileSync(join(folder, name), 'utf8'))));
    const text = texts.join('\n');
    const graded = await tableOf<{ taxpayer_id: string; taxpayer_name: string; district_code: string }>(out, 'taxpayer_grades');
    const isInside = ({ district_code }: { district_code: string }) => /^(?:5309|530403)/u.test(district_code);
    expect(job.status).toBe('done');
    expect(graded.filter(isInside).filter(({ taxpayer_id }) => !text.includes(taxpayer_id))).toEqual([]);
    expect(graded.filter((row) => !isInside(row)).filter(({ taxpayer_id, taxpayer_name }) => text.includes(taxpayer_id) || text.includes(taxpayer_name))).toEqual([]);
  });

  it('leaves look-ups undisturbed while it runs', async () => {
    const { world, token, order } = await opened();
    const { id } = (await order()).json();
    let answered = 0;
    while (['queued', 'running'].includes(String((await world.ask(`/api/v1/exports/${id}`, { token })).json().status))) {
      expect((await world.ask(`/api/v1/taxpayers/${INSIDE}/risk`, { token })).status).toBe(200);
      answered++;
    }
    expect(answered).toBeGreaterThan(5);
  });

  it('outlives a restart, with its files', async () => {
    const state = scratchFolder();
    const { world, token, order } = await opened(state);
    const job = await world.until((await order({ format: 'csv', filters: { ids: [INSIDE] } })).json().id, token);
    await world.close();
    const again = await openAccess({ out, state });
    expect((await again.ask(`/api/v1/exports/${job.id}`, { token })).json()).toEqual(job);
    const file = job.files[0]!;
    expect((await again.ask(file.href, { token })).text).toBe(readFileSync(join(state, 'exports', job.id, file.name), 'utf8'));
  });
});
