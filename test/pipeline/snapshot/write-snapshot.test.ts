import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { publishSnapshot } from '../../../pipeline/snapshot/publish.ts';
import { writeManifest, writeSnapshotFiles, type SnapshotFile } from '../../../pipeline/snapshot/write-snapshot.ts';
import { CODES, scoredWorld } from './scored-world.ts';

const scratch = mkdtempSync(join(tmpdir(), 'snapshot-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

// The columns fixed from outside (interfaces, section 2), in their order, with their types.
const FIXED: Readonly<Record<string, string>> = {
  taxpayer_grades: `taxpayer_id VARCHAR, district_code VARCHAR, industry_code VARCHAR, size_band VARCHAR, level VARCHAR, color VARCHAR, score DOUBLE, points DOUBLE,
    hits -, assessed -, applicable -, coverage DOUBLE, coverage_weighted DOUBLE, limited_data BOOLEAN, ineligible BOOLEAN, recompute BOOLEAN, suspend BOOLEAN,
    cautious BOOLEAN, service BOOLEAN, amount_at_risk DECIMAL(18_2), ring_ids VARCHAR[], top_reasons VARCHAR[], peer_group VARCHAR`,
  claim_grades: `application_id VARCHAR, taxpayer_id VARCHAR, period VARCHAR, level VARCHAR, color VARCHAR, lane VARCHAR, claimed DECIMAL(18_2), recomputed DECIMAL(18_2),
    amount_at_risk DECIMAL(18_2), unmet_conditions VARCHAR[], hits VARCHAR[]`,
  indicator_matrix: 'taxpayer_id VARCHAR, VR_01_value DOUBLE, VR_01_state UTINYINT, VR_16_value DOUBLE, VR_16_state UTINYINT, VR_18_value DOUBLE, VR_18_state UTINYINT',
  indicator_results: `taxpayer_id VARCHAR, code VARCHAR, subject VARCHAR, is_primary BOOLEAN, outcome VARCHAR, value DOUBLE, threshold DOUBLE, branch VARCHAR, intensity DOUBLE,
    raw_points DOUBLE, points DOUBLE, peer_group VARCHAR, peer_count -, peer_percentile DOUBLE, reason VARCHAR, amount DECIMAL(18_2), parameter_version VARCHAR`,
  rings: `ring_id VARCHAR, kinds VARCHAR[], score DOUBLE, members INTEGER, amount DECIMAL(18_2), first_date DATE, last_date DATE, retained_share DOUBLE,
    claims_amount DECIMAL(18_2), truncated BOOLEAN`,
  ring_members: 'ring_id VARCHAR, taxpayer_id VARCHAR, role VARCHAR, share DOUBLE',
  ring_edges: 'ring_id VARCHAR, seller_id VARCHAR, buyer_id VARCHAR, first_date DATE, last_date DATE, invoices INTEGER, amount DECIMAL(18_2), hop INTEGER',
  quality: 'file VARCHAR, table_name VARCHAR, measure VARCHAR, code VARCHAR, subject VARCHAR, count -',
};

async function write(engine: Engine, folder: string, threads: number, delivered: readonly string[] = ['refund_applications']): Promise<readonly SnapshotFile[]> {
  return writeSnapshotFiles(engine, { folder, codes: CODES, evidenceTables: new Map([['feat_taxpayer', ['taxpayer_key']], ['indicator_outcome', ['subject_no', 'code']]]), deliveredTables: new Set(delivered), threads });
}

describe('the files of a snapshot', () => {
  let engine: Engine;
  let files: readonly SnapshotFile[];
  const folder = join(scratch, 'one');
  beforeAll(async () => {
    engine = await scoredWorld();
    files = await write(engine, folder, 1);
  });
  afterAll(() => engine.close());

  it('are listed with their real size, SHA-256 and number of rows', async () => {
    expect(files.map(({ file }) => file)).toEqual([...files.map(({ file }) => file)].sort());
    for (const { file, bytes, sha256, rows } of files) {
      const path = join(folder, file);
      expect(statSync(path).size).toBe(bytes);
      expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
      expect(await engine.rows(`select count(*) as n from '${path}'`)).toEqual([{ n: rows }]);
    }
    expect(files.find(({ file }) => file === 'taxpayer_grades.parquet')?.rows).toBe(40);
  });

  it.each(Object.entries(FIXED))('%s begins with the fixed columns', async (name, columns) => {
    const expected = columns.split(',').map((column) => column.trim().replace('_2)', ',2)').split(' '));
    const found = (await engine.describe(`select * from '${join(folder, `${name}.parquet`)}'`)).slice(0, expected.length);
    expect(found.map((column) => column.name)).toEqual(expected.map(([column]) => column));
    for (const [at, [column = '', type = '-']] of expected.entries()) {
      if (type === '-') expect(found[at]?.type, column).toMatch(/INT/u);
      else expect(found[at]?.type, column).toBe(type);
    }
  });

  it('count every hit of a taxpayer exactly once in the points', async () => {
    const rows = await engine.rows(`select g.taxpayer_id from '${join(folder, 'taxpayer_grades.parquet')}' g
      left join (select taxpayer_id, sum(points) as points from '${join(folder, 'indicator_results.parquet')}' group by all) r using (taxpayer_id)
      where abs(g.points - coalesce(r.points, 0)) > 1e-9`);
    expect(rows).toEqual([]);
  });

  it('leave the claim grades out when no applications were delivered', async () => {
    const without = await write(engine, join(scratch, 'without'), 1, []);
    expect(without.map(({ file }) => file)).not.toContain('claim_grades.parquet');
    expect(files.map(({ file }) => file)).toContain('claim_grades.parquet');
  });

  it('are the same bytes on 1 and 2 threads and after the rows of every table changed places', async () => {
    const other = await scoredWorld(2);
    const tables = await other.rows<{ table_name: string }>("select table_name from duckdb_tables() order by table_name asc nulls last");
    for (const { table_name } of tables) {
      await other.exec(`create or replace table ${table_name} as select * from ${table_name} order by hash(cast(row(columns(*)) as varchar)) desc nulls last`).catch(() => other.exec(
        `create or replace table ${table_name} as select * from ${table_name} as t order by hash(cast(t as varchar)) desc nulls last`));
    }
    const again = await write(other, join(scratch, 'two'), 2);
    expect(await other.rows("select current_setting('threads') as threads")).toEqual([{ threads: 2 }]);
    await other.close();
    expect(again).toEqual(files);
  });
});

describe('openSnapshot', () => {
  const out = join(scratch, 'out');
  beforeAll(async () => {
    const engine = await scoredWorld();
    const prepared = join(scratch, 'prepared');
    const outputs = await write(engine, prepared, 1);
    await engine.close();
    writeManifest(prepared, { run_id: 'r1', as_of: '2026-07-20', outputs, states: {} });
    publishSnapshot(out, 'r1', prepared);
  });

  it('says what to do when nothing was published, or the named snapshot is gone', async () => {
    mkdirSync(join(scratch, 'empty'));
    await expect(openSnapshot(join(scratch, 'empty'))).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING', exitCode: 3 });
    await expect(openSnapshot(out, 'r0')).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING', exitCode: 3 });
  });

  it('gives one view per listed file, evidence included, of the snapshot CURRENT names', async () => {
    const snapshot = await openSnapshot(out);
    expect(snapshot.runId).toBe('r1');
    expect(snapshot.manifest.as_of).toBe('2026-07-20');
    expect(await snapshot.engine.rows('select count(*) as n from taxpayer_grades')).toEqual([{ n: 40 }]);
    expect(await snapshot.engine.rows('select count(*) as n from feat_taxpayer')).toEqual([{ n: 40 }]);
    await snapshot.close();
  });

  it('does not read a file the manifest does not list', async () => {
    writeFileSync(join(out, 'snapshots', 'r1', 'stray.parquet'), 'not listed');
    const snapshot = await openSnapshot(out);
    expect(await snapshot.engine.rows("select view_name from duckdb_views() where view_name = 'stray'")).toEqual([]);
    await snapshot.close();
  });
});
