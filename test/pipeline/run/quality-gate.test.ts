import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { checkQuality } from '../../../pipeline/run/quality-gate.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await openDuckDb();
  await engine.exec('create table ingest_quality (file_no integer, table_name varchar, measure varchar, code varchar, subject varchar, "count" bigint)');
});
afterEach(() => engine.close());

/** Two files of a table, and figures per taxpayer that must not be counted again. */
async function deliver(table: string, delivered: number, quarantined: number): Promise<void> {
  const half = Math.floor(quarantined / 2);
  await engine.exec(`insert into ingest_quality values
    (1, '${table}', 'delivered', '', '', ${delivered - 10}), (2, '${table}', 'delivered', '', '', 10),
    (1, '${table}', 'quarantined', 'E_DATE', '', ${half}), (2, '${table}', 'quarantined', 'E_NUMBER', '', ${quarantined - half}),
    (1, '${table}', 'warning', 'W_REPEATED_ROW', 'someone', ${delivered * 9}), (1, '${table}', 'quarantined', 'E_DATE', 'someone', ${delivered})`);
}
const settings = { max_quarantined_share: 0.5, min_rows: 1000 };

describe('the quality gate', () => {
  it('lets a delivery pass that lost no more than the allowed share, also exactly that share', async () => {
    await deliver('invoices', 2000, 1000);
    await expect(checkQuality(engine, settings)).resolves.toBeUndefined();
  });

  it('stops with exit code 4 and names every table that lost more, summed over its files', async () => {
    await deliver('invoices', 2000, 1001);
    await deliver('vat_returns', 1000, 900);
    await deliver('taxpayers', 1000, 10);
    await expect(checkQuality(engine, settings)).rejects.toMatchObject({
      code: 'QUALITY_GATE', exitCode: 4, details: ['invoices: 1001 of 2000 rows quarantined, allowed 50 %', 'vat_returns: 900 of 1000 rows quarantined, allowed 50 %'],
    });
  });

  it('does not look at tables smaller than the smallest size that counts', async () => {
    await deliver('violations', 999, 999);
    await expect(checkQuality(engine, settings)).resolves.toBeUndefined();
    await expect(checkQuality(engine, { ...settings, min_rows: 999 })).rejects.toMatchObject({ code: 'QUALITY_GATE' });
  });

  it('passes an empty delivery, for which other checks speak', async () => {
    await expect(checkQuality(engine, { max_quarantined_share: 0, min_rows: 0 })).resolves.toBeUndefined();
  });
});
