import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { createListTables, loadLists } from '../../../pipeline/features/lists.ts';

function folder(text: string): string {
  const path = mkdtempSync(join(tmpdir(), 'lists-'));
  writeFileSync(join(path, 'rules.yaml'), text);
  return path;
}

const head = 'list: rules\nmeaning: rules\ncolumns:\n  share: { type: double, unit: fraction of 1, meaning: a share }\n  base_ym: { type: month, unit: month index, nullable: true, meaning: a month }\n';

describe('reference lists', () => {
  it('become tables with the days and months they hold', async () => {
    const engine = await openDuckDb();
    const lists = loadLists(folder(`${head}entries:\n  - { share: 0.5, base_ym: 2019-03, from: 2022-01-01, to: 2022-12-31, source: law }\n  - { share: 1, from: 2023-01-01, source: law }\n`));
    await createListTables(engine, lists);
    expect(await engine.rows('select * from list_rules order by from_on asc nulls last')).toEqual([
      { share: 0.5, base_ym: 24230, from_on: '2022-01-01', to_on: '2022-12-31', from_ym: 24264, to_ym: 24275, source: 'law' },
      { share: 1, base_ym: null, from_on: '2023-01-01', to_on: '2099-12-31', from_ym: 24276, to_ym: 25199, source: 'law' },
    ]);
    await engine.close();
  });

  it('are refused with every fault: unknown key, missing value, wrong type, end before start', () => {
    const bad = folder(`${head}entries:\n  - { shaer: 0.5, from: 2022-01-01, source: law }\n  - { share: x, base_ym: March, from: 2022-01-01, to: 2021-01-01, source: law }\n`);
    expect(() => loadLists(bad)).toThrow(expect.objectContaining({
      details: [
        'rules.yaml: entry 1: share is missing',
        'rules.yaml: entry 1: unknown key shaer; did you mean share?',
        'rules.yaml: entry 2: share is not of type double',
        'rules.yaml: entry 2: base_ym is not of type month',
        'rules.yaml: entry 2: to lies before from',
      ],
    }));
  });

  it('hold exactly one entry per day where a rule must be unique', async () => {
    const engine = await openDuckDb();
    await createListTables(engine, loadLists());
    const keys = { lane_rules: 'lane', small_exempt_limits: "''", small_scale_rates: "''", levy_rates: "''", shell_rules: "''", feature_rules: "''", six_tax_rules: 'tax_item', schedule1_rates: 'row_no', size_bands: 'size_band', numerator_vouchers: 'voucher' };
    for (const [list, key] of Object.entries(keys)) {
      const overlaps = await engine.rows(`select a.source from list_${list} as a join list_${list} as b on a.rowid < b.rowid and ${key === "''" ? 'true' : `a.${key} = b.${key}`} and a.from_on <= b.to_on and b.from_on <= a.to_on`);
      expect(overlaps, list).toEqual([]);
    }
    await engine.close();
  });
});
