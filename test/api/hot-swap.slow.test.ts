import { cpSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { asProblem } from '../../api/problems/problem.ts';
import { currentRunId } from '../../pipeline/snapshot/open-snapshot.ts';
import { name, openAccess, publishNight, readManifest } from '../support/access-world.ts';
import { scratchFolder } from '../support/audit.ts';
import { INSIDE, RING } from '../support/crossing-night.ts';
import { sampleRun } from '../support/sample-run.ts';

let sample: string;
beforeAll(async () => { sample = await sampleRun(); });

/** A night that bears its own number in the name of a taxpayer, in the amount of a ring and in its day. */
const night = (out: string, number: number) => publishNight(sample, out, `night-${number}`, {
  files: {
    taxpayer_grades: `select * replace (case when taxpayer_id = '${INSIDE}' then '第${number}夜有限公司' else taxpayer_name end as taxpayer_name) from t`,
    rings: `select * replace (cast(${number} as decimal(18,2)) as amount) from t`,
  },
  manifest: { as_of: `2026-11-${String(10 + number)}` },
});

async function served(nights: readonly number[], settings: Parameters<typeof openAccess>[0]['settings'] = {}) {
  const out = scratchFolder();
  for (const number of nights) await night(out, number);
  const world = await openAccess({ out, settings });
  return { out, world, token: world.token(['risk_analyst', '*']) };
}

/** Time that passes for the store's patience with a damaged night, and for nothing else. */
function laterBy(milliseconds: number): void {
  const real = performance.now.bind(performance);
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => real() + milliseconds);
  onTestFinished(() => { spy.mockRestore(); });
}

describe('a new night', () => {
  it('takes over while requests run: none fails, and each answer is of one night from end to end', async () => {
    const { out, world, token } = await served([1]);
    const seen = new Set<string>();
    let isOver = false;
    const purpose = { 'x-purpose': 'case 2026-1187' };
    const asking = Array.from({ length: 6 }, async (_, worker) => {
      while (!isOver) {
        const answer = worker % 3 === 0 ? await world.ask(`/api/v1/taxpayers/${INSIDE}/risk?unmask=true`, { token, headers: purpose })
          : worker % 3 === 1 ? await world.ask(`/api/v1/rings/${RING}`, { token })
          : await world.ask('/api/v1/taxpayers/search?unmask=true', { token, headers: purpose, body: { ids: [INSIDE] } });
        expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
        const { snapshotId, asOf } = answer.json();
        const number = snapshotId.slice('night-'.length);
        expect([answer.status, asOf, answer.headers['x-snapshot-id']]).toEqual([200, `2026-11-${String(10 + Number(number))}`, snapshotId]);
        expect(answer.text).toContain(worker % 3 === 1 ? `"amount":"${number}.00"` : `第${number}夜有限公司`);
        seen.add(snapshotId);
      }
    });
    for (const number of [2, 3]) {
      await night(out, number);
      await world.store.refresh();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    isOver = true;
    await Promise.all(asking);
    expect([...seen].sort()).toEqual(['night-1', 'night-2', 'night-3']);
    expect(world.faults).toEqual([]);
  });

  it('closes the files of the one two nights back when its last reader has ended, and that folder may go', async () => {
    const { out, world } = await served([1]);
    let end: () => void = () => undefined;
    const first = world.store.current!;
    const rowsThen = world.store.use(async (snapshot) => {
      await new Promise<void>((resolve) => { end = resolve; });
      return (await snapshot.pool.rows<{ n: number }>('select count(*) as n from ring_members'))[0]!.n;
    });
    for (const number of [2, 3]) {
      await night(out, number);
      await world.store.refresh();
    }
    expect(world.store.named('night-1')).toBeNull();
    expect(world.store.named('night-2')).not.toBeNull();
    await expect(first.pool.rows('select 1 as one')).resolves.toEqual([{ one: 1 }]); // a reader is still there
    end();
    expect(await rowsThen).toBeGreaterThan(0);
    await expect(first.pool.rows('select 1 as one')).rejects.toThrow();
    rmSync(join(out, 'snapshots', 'night-1'), { recursive: true });
    expect(await world.store.use(async ({ pool }) => (await pool.rows<{ n: number }>('select count(*) as n from ring_members'))[0]!.n)).toBeGreaterThan(0);
  });

  it('does not shift the pages of a search begun before; two nights later they are gone', async () => {
    const { out, world, token } = await served([1]);
    const first = (await world.ask('/api/v1/taxpayers/search', { token, body: { limit: 150 } })).json();
    await night(out, 2);
    await world.store.refresh();
    const second = (await world.ask('/api/v1/taxpayers/search', { token, body: { limit: 150, after: first.next } })).json();
    expect([second.snapshotId, second.asOf, first.items.length + second.items.length]).toEqual(['night-1', '2026-11-11', 200]);
    expect(new Set([...first.items, ...second.items].map(({ taxpayer_id }) => taxpayer_id)).size).toBe(200);
    await night(out, 3);
    await world.store.refresh();
    const gone = await world.ask('/api/v1/taxpayers/search', { token, body: { limit: 150, after: first.next } });
    expect([gone.status, gone.json().type]).toEqual([410, 'urn:vatrisk:problem:snapshot-gone']);
  });
});

describe('a night that is damaged', () => {
  const damages: readonly [string, (folder: string) => () => void][] = [
    ['a file is missing', (folder) => {
      renameSync(join(folder, 'rings.parquet'), join(folder, 'aside'));
      return () => { renameSync(join(folder, 'aside'), join(folder, 'rings.parquet')); };
    }],
    ['a file is cut', (folder) => {
      cpSync(join(folder, 'rings.parquet'), join(folder, 'aside'));
      truncateSync(join(folder, 'rings.parquet'), 100);
      return () => { renameSync(join(folder, 'aside'), join(folder, 'rings.parquet')); };
    }],
    ['its catalogue is missing', (folder) => {
      renameSync(join(folder, 'catalogue.json'), join(folder, 'aside'));
      return () => { renameSync(join(folder, 'aside'), join(folder, 'catalogue.json')); };
    }],
    ['its manifest is no JSON', (folder) => {
      cpSync(join(folder, 'manifest.json'), join(folder, 'aside'));
      writeFileSync(join(folder, 'manifest.json'), '{');
      return () => { renameSync(join(folder, 'aside'), join(folder, 'manifest.json')); };
    }],
  ];

  it.each(damages)('%s: the one before goes on answering, readiness and figures tell it, and once mended it takes over', async (_, damage) => {
    const { out, world, token } = await served([1]);
    const mend = damage(await night(out, 2));
    await world.store.refresh();
    await world.store.refresh();
    expect((await world.ask(`/api/v1/taxpayers/${INSIDE}/risk`, { token })).json().snapshotId).toBe('night-1');
    const ready = await world.ask('/readyz');
    expect([ready.status, ready.json()]).toMatchObject([200, { status: 'ready', snapshotId: 'night-1', reasons: ['snapshot_not_openable'] }]);
    expect((await world.ask('/metrics')).text).toContain('vatrisk_snapshot_opens_total{outcome="failed"} 1');
    mend();
    await world.store.refresh();
    expect(world.store.current?.runId).toBe('night-1'); // it is not tried again at once
    laterBy(31_000);
    await world.store.refresh();
    expect((await world.ask('/readyz')).json()).toMatchObject({ status: 'ready', snapshotId: 'night-2', reasons: [] });
    expect((await world.ask(`/api/v1/taxpayers/${INSIDE}/risk`, { token })).json().snapshotId).toBe('night-2');
  });

  it('is forgotten when CURRENT is put back to the one that answers', async () => {
    const { out, world } = await served([1]);
    rmSync(join(await night(out, 2), 'rings.parquet'));
    await world.store.refresh();
    expect((await world.ask('/readyz')).json().reasons).toEqual(['snapshot_not_openable']);
    name(out, 'night-1');
    await world.store.refresh();
    expect((await world.ask('/readyz')).json().reasons).toEqual([]);
  });
});

describe('no night at all', () => {
  it('answers 503 and says so, and is served once one is published', async () => {
    const { out, world, token } = await served([]);
    expect((await world.ask('/livez')).status).toBe(200);
    const ready = await world.ask('/readyz');
    expect([ready.status, ready.json().reasons]).toEqual([503, ['snapshot_missing']]);
    for (const [path, body] of [[`/api/v1/taxpayers/${INSIDE}/risk`, undefined], ['/api/v1/taxpayers/search', {}], ['/api/v1/indicators', undefined], ['/api/v1/exports', { purpose: 'case 2026-1187' }]] as const) {
      const answer = await world.ask(path, { token, ...(body === undefined ? {} : { body }) });
      expect([path, answer.status, answer.json().type]).toEqual([path, 503, 'urn:vatrisk:problem:snapshot-missing']);
    }
    await expect(world.store.use(() => 1)).rejects.toSatisfy((error) => asProblem(error).problem === 'snapshot-missing');
    await night(out, 1);
    await world.store.refresh();
    expect((await world.ask('/readyz')).status).toBe(200);
    expect((await world.ask(`/api/v1/taxpayers/${INSIDE}/risk`, { token })).json().snapshotId).toBe('night-1');
  });
});

describe('an old night', () => {
  it('takes the service out of the rotation after maximum_age_hours, to the hour, and still answers', async () => {
    const world = await openAccess({ out: sample, settings: { maximum_age_hours: 36 } });
    const began = Date.parse(readManifest(sample, currentRunId(sample)).started_at!);
    const token = world.token(['reviewer', '*']);
    world.clock.set(new Date(began + 36 * 3_600_000).toISOString());
    expect((await world.ask('/readyz')).status).toBe(200);
    world.clock.pass(60_000);
    const ready = await world.ask('/readyz');
    expect([ready.status, ready.json().reasons]).toEqual([503, ['snapshot_too_old']]);
    expect((await world.ask(`/api/v1/taxpayers/${INSIDE}/risk`, { token })).status).toBe(200);
  });
});
