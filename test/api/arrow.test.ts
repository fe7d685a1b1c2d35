import { tableFromIPC, type Table } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARROW } from '../../api/routes/arrow.ts';
import { claimColumns } from '../../api/schemas/claim.ts';
import { gradeColumns } from '../../api/schemas/taxpayer.ts';
import { openApiWorld, type Answer, type ApiWorld } from '../support/api-world.ts';
import { largerNight } from '../support/rewrite-tables.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld({ isCopy: true });
  await world.publish('larger', largerNight(51));
});
afterAll(() => world.close());

const ask = (what: string, body: object, headers: object = {}): Promise<Answer> => world.post(`/${what}/search`, body, { ...world.as('risk_analyst'), ...headers });

async function stream(what: string, body: object): Promise<{ table: Table; answer: Answer }> {
  const answer = await ask(what, body, { accept: ARROW });
  expect([answer.statusCode, answer.headers['content-type']], answer.body.slice(0, 300)).toEqual([200, ARROW]);
  return { table: tableFromIPC(answer.rawPayload), answer };
}

const yuan = (digits: string): string => `${digits.startsWith('-') ? '-' : ''}${digits.replace('-', '').padStart(3, '0').replace(/(\d\d)$/u, '.$1')}`;

/** A row of a table as JSON would tell it: decimals as text with two digits, lists as lists. */
function plainRows(table: Table): object[] {
  return table.toArray().map((row: { toJSON(): Record<string, unknown> }) => Object.fromEntries(Object.entries(row.toJSON()).map(([name, value]) => {
    const type = String(table.schema.fields.find((field) => field.name === name)?.type);
    if (value === null) return [name, null];
    if (type.startsWith('Decimal')) return [name, yuan(signed(value as Uint32Array).toString())];
    return [name, type.startsWith('List') ? [...(value as Iterable<unknown>)] : value];
  })));
}

function signed(words: Uint32Array): bigint {
  return BigInt.asIntN(128, [...words].reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n));
}

describe('a search as an Arrow stream', () => {
  it.each<[string, object, readonly string[]]>([
    ['taxpayers', { limit: 200 }, Object.keys(gradeColumns)], ['claims', { limit: 200 }, Object.keys(claimColumns)], ['taxpayers', { level: 'high', region: '5301', limit: 3 }, Object.keys(gradeColumns)],
  ])('holds for %s in %j what JSON holds, column for column', async (what, body, columns) => {
    const json = (await ask(what, body)).json<{ items: object[]; asOf: string; snapshotId: string; next: string | null }>();
    const { table, answer } = await stream(what, body);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(columns);
    expect(json.items.length).toBeGreaterThan(2);
    expect(plainRows(table)).toEqual(json.items);
    expect(Object.fromEntries(table.schema.metadata)).toEqual({ asOf: json.asOf, snapshotId: json.snapshotId });
    expect(answer.headers['x-next'] ?? null).toBe(json.next);
  });

  it('knows money from numbers, lists from texts and what is missing from what is nothing', async () => {
    const { table } = await stream('claims', {});
    const typeOf = (name: string) => String(table.schema.fields.find((field) => field.name === name)?.type);
    expect([typeOf('claimed'), typeOf('score'), typeOf('hits'), typeOf('is_open_claim')]).toEqual([expect.stringMatching(/^Decimal\[18e\+?2\]/u), 'Float64', 'List<Utf8>', 'Bool']);
    expect(table.getChild('recomputed')!.nullCount).toBeGreaterThan(0);
    expect(table.getChild('recomputed')!.nullCount).toBeLessThan(table.numRows);
    expect(table.getChild('application_id')!.nullCount).toBe(0);
  });

  it('of nobody is a table without rows', async () => {
    for (const [what, columns] of [['taxpayers', gradeColumns], ['claims', claimColumns]] as const) {
      const { table, answer } = await stream(what, { ids: ['NOBODY'] });
      expect([table.numRows, table.schema.fields.length, answer.headers['x-next']]).toEqual([0, Object.keys(columns).length, undefined]);
    }
  });

  it('takes ten thousand rows at once and goes on from X-Next to the end', async () => {
    const { table, answer } = await stream('taxpayers', { limit: 10_000 });
    expect(table.numRows).toBe(10_000);
    const { table: rest, answer: last } = await stream('taxpayers', { limit: 10_000, after: answer.headers['x-next'] });
    expect([rest.numRows, last.headers['x-next']]).toEqual([200, undefined]);
    const ids = [table, rest].flatMap((part) => [...part.getChild('taxpayer_id')!] as string[]);
    expect(new Set(ids).size).toBe(10_200);
  });

  it('has its names masked like any other answer, and in the log like any other search', async () => {
    const { table } = await stream('taxpayers', { limit: 50 });
    expect([...table.getChild('taxpayer_name')!].every((name) => /^.{1,2}\*\*$/u.test(String(name)))).toBe(true);
    expect(world.auditRecords().at(-1)).toMatchObject({ action: 'taxpayer.search', outcome: 'done', rows: 50 });
  });
});
