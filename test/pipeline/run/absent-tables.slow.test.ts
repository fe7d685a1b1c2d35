import { mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import type { Indicator } from '../../../indicators/loader/schema.ts';
import { STATES } from '../../../indicators/loader/states.ts';
import { nightly } from '../../../pipeline/commands/run.ts';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { SAMPLE } from '../../support/cli.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

type Matrix = readonly Readonly<Record<string, number | string | null>>[];

const ABSENT = STATES.find(({ reasonCode }) => reasonCode === 'N_TABLE_ABSENT')?.state;
const WRONG_STATUS = STATES.find(({ reasonCode }) => reasonCode === 'A_STATUS')?.state;
const indicators = loadIndicators().filter(({ status }) => status === 'active');
const optional = loadContract().tables.filter(({ required }) => !required).map(({ table }) => table);

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

/** The matrix of a run on the sample without one table. */
async function matrixWithout(table: string): Promise<Matrix> {
  const folder = join(scratch, table);
  const out = join(scratch, `${table}-out`);
  mkdirSync(folder);
  for (const file of readdirSync(SAMPLE).filter((name) => name !== `${table}.csv` && name !== 'truth')) symlinkSync(join(SAMPLE, file), join(folder, file));
  await nightly({ input: [folder], out }, new AbortController().signal);
  const snapshot = await openSnapshot(out);
  const rows = await snapshot.engine.rows<Matrix[number]>('select * from indicator_matrix order by taxpayer_id asc nulls last');
  await snapshot.close();
  rmSync(out, { recursive: true });
  return rows;
}

/** Value and state of an indicator for every taxpayer; with `statesOnly` the state alone. */
const column = (matrix: Matrix, code: string) => matrix.map((row) => [row['taxpayer_id'], row[`${code.replace('-', '_')}_value`], row[`${code.replace('-', '_')}_state`]]);
const states = (matrix: Matrix, code: string) => matrix.map((row) => row[`${code.replace('-', '_')}_state`]);

describe('a delivery without one optional table', () => {
  let whole: Matrix;
  beforeAll(async () => {
    whole = await matrixWithout('nothing');
  });

  it.each(optional)('%s: exactly the indicators that need it are not assessed, nothing else changes', async (table) => {
    const without = await matrixWithout(table);
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
