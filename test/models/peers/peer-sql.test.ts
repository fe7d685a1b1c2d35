import { mad, median, quantile } from 'simple-statistics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';

interface PeerRow {
  readonly subject_no: number;
  readonly peer_m_p5: number;
  readonly peer_m_p25: number;
  readonly peer_m_p90: number;
  readonly peer_m_p95: number;
  readonly peer_m_median: number;
  readonly peer_m_mad: number;
  readonly peer_m_z: number | null;
  readonly peer_m_count: number;
  readonly peer_m_group: string;
  readonly peer_m_percentile: number;
}

interface Subject {
  readonly value: number | null;
  readonly groups: readonly (string | null)[];
  readonly isEligible?: boolean;
}

// Motor Trend 1974, column mpg of R's data set mtcars. quantile() of R 4 (type 7): 5 % 11.995, 25 % 15.425, 50 % 19.2, 90 % 30.09,
// 95 % 31.3; mad(constant = 1): 3.65. None of them moves when values beyond P1 and P99 are pulled in.
const MPG: readonly number[] = Object.freeze([
  21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3,
  26, 30.4, 15.8, 19.7, 15, 21.4,
]);
const SAME = ['a', 'a', 'a', 'a', 'a'];
const sql = compilePeerSql({ measureTable: 'measured', measure: 'm', column: 'x', percentiles: [95, 5, 25, 90] });

describe('peer statistics', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openDuckDb({ fenced: true });
  });
  afterAll(() => engine.close());

  async function peers(subjects: readonly Subject[], select: string = sql): Promise<PeerRow[]> {
    const text = (value: string | null | undefined): string => (value === null || value === undefined ? 'null' : `'${value}'`);
    const rows = subjects.map((subject, index) => `(${index + 1}, ${subject.value ?? 'null'}, ${subject.isEligible ?? true}, ${subject.groups.map(text).join(', ')})`);
    await engine.exec(`create or replace table given as select * from (values ${rows.join(', ')}) as v(subject_no, x, is_eligible, g1, g2, g3, g4, g5);
      create or replace table measured as select subject_no, cast(x as double) as x from given;
      create or replace table feat_peer as select subject_no, is_eligible, cast(g1 as varchar) as g1, cast(g2 as varchar) as g2, cast(g3 as varchar) as g3, cast(g4 as varchar) as g4, cast(g5 as varchar) as g5 from given`);
    return engine.rows<PeerRow>(`select * from (${select}) as p order by subject_no asc nulls last`);
  }

  it('agree with R on a published sample', async () => {
    const [first] = await peers(MPG.map((value) => ({ value, groups: SAME })));
    expect(first).toMatchObject({ subject_no: 1, peer_m_count: 32, peer_m_group: '1:a' });
    expect(first?.peer_m_p5).toBeCloseTo(11.995, 10);
    expect(first?.peer_m_p25).toBeCloseTo(15.425, 10);
    expect(first?.peer_m_median).toBeCloseTo(19.2, 10);
    expect(first?.peer_m_p90).toBeCloseTo(30.09, 10);
    expect(first?.peer_m_p95).toBeCloseTo(31.3, 10);
    expect(first?.peer_m_mad).toBeCloseTo(3.65, 10);
    expect(first?.peer_m_z).toBeCloseTo((21 - 19.2) / (1.4826 * 3.65), 10);
  });

  it('agree with simple-statistics on winsorised values: quantile type 7, median, unscaled MAD', async () => {
    const values = Array.from({ length: 137 }, (_, index) => ((index * 7919) % 1009) / 13 + (index === 5 ? 1e6 : 0));
    const low = quantile(values, 0.01);
    const high = quantile(values, 0.99);
    const winsorised = values.map((value) => Math.min(high, Math.max(low, value)));
    const [first] = await peers(values.map((value) => ({ value, groups: SAME })));
    expect(first?.peer_m_p5).toBeCloseTo(quantile(winsorised, 0.05), 9);
    expect(first?.peer_m_p95).toBeCloseTo(quantile(winsorised, 0.95), 9);
    expect(first?.peer_m_median).toBeCloseTo(median(winsorised), 9);
    expect(first?.peer_m_mad).toBeCloseTo(mad(winsorised), 9);
  });

  it('widen to the first level with 30 values and name the level in the group', async () => {
    const narrow = Array.from({ length: 29 }, (_, index) => ({ value: index, groups: ['n', 'w', 'w', 'w', 'w'] }));
    const wide = { value: 100, groups: ['other', 'w', 'w', 'w', 'w'] };
    const alone = { value: 5, groups: [null, null, null, null, 'lonely'] };
    const rows = await peers([...narrow, wide, alone]);
    expect(rows.map((row) => row.subject_no)).toHaveLength(30);
    expect(new Set(rows.map((row) => row.peer_m_group))).toEqual(new Set(['2:w']));
    const rowsAtThirty = await peers([...narrow, { value: 29, groups: ['n', 'w', 'w', 'w', 'w'] }, wide]);
    expect(rowsAtThirty[0]).toMatchObject({ peer_m_group: '1:n', peer_m_count: 30 });
    expect(rowsAtThirty[30]).toMatchObject({ subject_no: 31, peer_m_group: '2:w', peer_m_count: 31 });
  });

  it('compare an ineligible subject without letting it shape the distribution', async () => {
    const members = Array.from({ length: 30 }, (_, index) => ({ value: index + 1, groups: SAME }));
    const rows = await peers([...members, { value: 1e9, groups: SAME, isEligible: false }, { value: 15, groups: SAME, isEligible: false }]);
    expect(rows).toHaveLength(32);
    expect(rows[30]).toMatchObject({ peer_m_count: 30, peer_m_percentile: 1, peer_m_median: 15.5 });
    expect(rows[31]).toMatchObject({ peer_m_percentile: 0.5 });
  });

  it('leave out values that are NULL and give no group when 29 remain', async () => {
    const members = Array.from({ length: 30 }, (_, index) => ({ value: index === 0 ? null : index, groups: SAME }));
    expect(await peers(members)).toEqual([]);
  });

  it('have no z when every peer has the same value', async () => {
    const rows = await peers(Array.from({ length: 30 }, () => ({ value: 3, groups: SAME })));
    expect(rows[0]).toMatchObject({ peer_m_mad: 0, peer_m_z: null, peer_m_percentile: 1 });
  });

  it('are the same for rows in another order', async () => {
    const subjects = Array.from({ length: 200 }, (_, index) => ({ value: ((index * 31) % 97) / 7, groups: [`g${index % 3}`, 'w', 'w', 'w', 'w'] }));
    const rows = await peers(subjects);
    await engine.exec('create or replace table measured as select * from measured order by subject_no desc nulls last');
    expect(await engine.rows<PeerRow>(`select * from (${sql}) as p order by subject_no asc nulls last`)).toEqual(rows);
  });
});
