import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../support/api-contract.ts';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';
import { rewriteTables } from '../support/rewrite-tables.ts';

interface Page {
  readonly snapshotId: string;
  readonly items: readonly object[];
  readonly next: string;
}

let world: ApiWorld;
let analyst: Headers;
beforeAll(async () => {
  world = await openApiWorld({ isCopy: true });
  analyst = world.as('risk_analyst');
});
afterAll(() => world.close());

/** The first or a further page of each of the three lists. */
const LISTS: Readonly<Record<string, (after?: string) => Promise<{ statusCode: number; headers: object; body: string }>>> = {
  taxpayers: (after) => world.post('/taxpayers/search', { limit: 2, ...(after === undefined ? {} : { after }) }, analyst),
  claims: (after) => world.post('/claims/search', { limit: 2, ...(after === undefined ? {} : { after }) }, analyst),
  rings: (after) => world.get(`/rings?limit=2${after === undefined ? '' : `&after=${after}`}`, analyst),
};

describe('pages of a night', () => {
  it('are turned to their end on that night while the next one is there already, and no longer when yet another is', async () => {
    const read = async (name: string, after?: string) => JSON.parse((await LISTS[name]!(after)).body) as Page;
    const names = Object.keys(LISTS);
    const former = new Map<string, { first: Page; second: Page }>();
    for (const name of names) {
      const first = await read(name);
      former.set(name, { first, second: await read(name, first.next) });
    }
    // The next night turns the order round: what is read of it cannot be taken for the night before.
    await world.publish('next-night', (folder) => rewriteTables(folder, {
      taxpayer_grades: 'select * replace (100 - score as score) from taxpayer_grades', rings: 'select * replace (1 - score as score) from rings',
      claim_grades: 'select * replace (cast(row_number() over (order by application_id desc) as integer) as queue_rank) from claim_grades',
    }));
    for (const [name, { first, second }] of former) {
      const answer = await LISTS[name]!(first.next);
      expect(JSON.parse(answer.body), name).toEqual(second);
      expect(answer.headers).toMatchObject({ 'x-snapshot-id': world.runId });
      const fresh = await read(name);
      expect(fresh.snapshotId).toBe('next-night');
      expect(fresh.items, name).not.toEqual(first.items);
    }
    await world.publish('the-night-after');
    for (const [name, { first }] of former) {
      const answer = await LISTS[name]!(first.next);
      expect([answer.statusCode, problemOf(answer as never)], name).toEqual([410, 'snapshot-gone']);
    }
  });
});
