import { cpSync, mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import type { Indicator } from '../../../indicators/loader/schema.ts';
import { STATES } from '../../../indicators/loader/states.ts';
import { nightly } from '../../../pipeline/commands/run.ts';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { sqlName, sqlText } from '../../../pipeline/engine/sql-text.ts';
import { SAMPLE } from '../../support/cli.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

type Matrix = readonly Readonly<Record<string, number | string | null>>[];

const ABSENT = STATES.find(({ reasonCode }) => reasonCode === 'N_TABLE_ABSENT')?.state;
const WRONG_STATUS = STATES.find(({ reasonCode }) => reasonCode === 'A_STATUS')?.state;
const indicators = loadIndicators().filter(({ status }) => status === 'active');
/** Tables a delivery may lack, in the order of the contract. */
export const OPTIONAL_TABLES: readonly string[] = loadContract().tables.filter(({ required }) => !required).map(({ table }) => table);

/** Tables that say what is tested or against whom, whatever the indicator. */
const BACKGROUND: Readonly<Record<string, (indicator: Indicator) => boolean>> = {
  // the claim under test gives the period and the day of the rules
  refund_applications: ({ grain }) => grain === 'subject',
  // who is under a case or left is nobody's peer
  inspection_cases: ({ peers }) => peers !== undefined,
  taxpayer_changes: ({ peers }) => peers !== undefined,
  // the length of the usual period, and the size of a small-scale taxpayer
  small_scale_returns: () => true,
};

const scratch = mkdtempSync(join(tmpdir(), 'absent-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** The matrix of a run on the sample delivered without one table. */
async function matrixDelivered(without: string): Promise<Matrix> {
  const folder = join(scratch, without);
  mkdirSync(folder);
  for (const file of readdirSync(SAMPLE).filter((name) => name !== `${without}.csv` && name !== 'truth')) symlinkSync(join(SAMPLE, file), join(folder, file));
  const out = join(scratch, `${without}-delivered`);
  return matrixOf(out, (await nightly({ input: [folder], out, only: 'load' }, new AbortController().signal)).request.runId);
}

/** The matrix of a run from which one table is taken away after loading: loading once instead of once a table. */
async function matrixEmptied(loaded: { readonly out: string; readonly runId: string }, without: string): Promise<Matrix> {
  const out = join(scratch, `${without}-emptied`);
  cpSync(loaded.out, out, { recursive: true });
  const work = await openDuckDb({ path: join(out, 'runs', loaded.runId, 'work.duckdb') });
  await work.exec(`delete from ${sqlName(without)}`);
  await work.exec(`update delivered_tables set is_delivered = false, from_ym = null, to_ym = null, row_count = 0 where table_name = ${sqlText(without)}`);
  await work.close();
  return matrixOf(out, loaded.runId);
}

/** Everything after loading, up to the outcomes; the rows name the taxpayer, whose key may differ from run to run. */
async function matrixOf(out: string, runId: string): Promise<Matrix> {
  await nightly({ out, resume: runId, only: 'features,graph,rings,indicators' }, new AbortController().signal);
  const work = await openDuckDb({ path: join(out, 'runs', runId, 'work.duckdb') });
  const codes = indicators.map(({ code }) => code.replace('-', '_'));
  const rows = await work.rows<Matrix[number]>(`select p.party_id as taxpayer_id, ${codes.map((code) => `${code}.value as ${code}_value, ${code}.state as ${code}_state`).join(', ')}
    from feat_taxpayer as t join parties as p on p.party_key = t.taxpayer_key
    ${codes.map((code) => `left join matrix_${code} as ${code} on ${code}.taxpayer_key = t.taxpayer_key`).join(' ')}
    order by p.party_id asc nulls last`);
  await work.close();
  rmSync(out, { recursive: true });
  return rows;
}

/** Value and state of an indicator for every taxpayer; with `statesOnly` the state alone. */
const column = (matrix: Matrix, code: string) => matrix.map((row) => [row['taxpayer_id'], row[`${code.replace('-', '_')}_value`], row[`${code.replace('-', '_')}_state`]]);
const states = (matrix: Matrix, code: string) => matrix.map((row) => row[`${code.replace('-', '_')}_state`]);

/** What a delivery without each of these tables leaves: the whole job once a table. */
export function describeAbsentTables(tables: readonly string[]): void {
  describe('a delivery without one optional table', () => {
    let whole: Matrix;
    const loaded = { out: join(scratch, 'loaded'), runId: '' };
    beforeAll(async () => {
      whole = await matrixDelivered('nothing');
      loaded.runId = (await nightly({ input: [SAMPLE], out: loaded.out, only: 'load' }, new AbortController().signal)).request.runId;
    });

    it.each(['exception_vouchers', 'vat_return_schedule2'])('%s: taken away after loading it leaves what its absence from the delivery leaves', async (table) => {
      expect(await matrixEmptied(loaded, table)).toEqual(await matrixDelivered(table));
    });

    it.each(tables)('%s: exactly the indicators that need it are not assessed, nothing else changes', async (table) => {
      const without = await matrixEmptied(loaded, table);
      expect(without.map((row) => row['taxpayer_id'])).toEqual(whole.map((row) => row['taxpayer_id']));
      for (const indicator of indicators) {
        const found = states(without, indicator.code);
        if (indicator.needs.includes(table)) {
          expect(found.filter((state) => state !== ABSENT && state !== WRONG_STATUS), `${indicator.code} needs ${table}`).toEqual([]);
          expect(found.filter((state) => state === ABSENT).length, `${indicator.code} needs ${table}`).toBeGreaterThan(0);
        } else {
          expect(found.filter((state) => state === ABSENT), `${indicator.code} does not need ${table}`).toEqual([]);
          const mayChange = indicator.sharpens.includes(table) || BACKGROUND[table]?.(indicator) === true;
          if (!mayChange) expect(column(without, indicator.code), `${indicator.code} without ${table}`).toEqual(column(whole, indicator.code));
        }
      }
    });
  });
}
