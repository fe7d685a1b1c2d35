import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capacityReport } from '../../../pipeline/capacity/capacity-report.ts';
import { readOfficers, type RegionOfficers } from '../../../pipeline/capacity/read-officers.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../pipeline/engine/sql-text.ts';
import { seededRandom } from '../../../pipeline/shared/seeded-random.ts';

const SHARES = { red: 0.7, orange: 0.4, yellow: 0.15, blue: 0.03, none: 0.005 };
const COLOR_OF = { high: ['red', 'orange'], medium: ['yellow'], low: ['blue'], none: ['none'], insufficient_data: ['none'] } as const;
const scratch = mkdtempSync(join(tmpdir(), 'capacity-'));
let engine: Engine;

beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(async () => {
  await engine.close();
  rmSync(scratch, { recursive: true });
});

interface Grade {
  readonly taxpayer_id: string;
  readonly district_code: string | null;
  readonly level: keyof typeof COLOR_OF;
  readonly color: string;
  readonly score: number;
  readonly amount_at_risk: number;
  readonly isPositive: boolean | null;
}

async function fill(grades: readonly Grade[]): Promise<void> {
  await engine.exec('create or replace table taxpayer_grades (taxpayer_id varchar, district_code varchar, level varchar, color varchar, score double, amount_at_risk decimal(18,2))');
  const rows = grades.map((one) => `(${sqlText(one.taxpayer_id)}, ${one.district_code === null ? 'null' : sqlText(one.district_code)}, '${one.level}', '${one.color}', ${one.score}, ${one.amount_at_risk})`);
  if (rows.length > 0) await engine.exec(`insert into taxpayer_grades values ${rows.join(', ')}`);
}

function drawn(seed: number): { grades: Grade[]; officers: RegionOfficers[] } {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const grades = Array.from({ length: 60 + Math.floor(random() * 120) }, (_, at): Grade => {
    const level = pick(['high', 'medium', 'low', 'none', 'insufficient_data'] as const);
    return {
      taxpayer_id: `T${String(at).padStart(4, '0')}`, district_code: random() < 0.05 ? null : pick(['530101', '530102', '530203', '539901', '110101']),
      level, color: pick(COLOR_OF[level]), score: Math.floor(random() * 6) * 10, amount_at_risk: Math.floor(random() * 4) * 1000, isPositive: random() < 0.3 ? null : random() < 0.4,
    };
  });
  const officers = ['53', '5301', '530102', '5302', '12'].filter(() => random() < 0.8).map((region) => ({ region, officers: Math.floor(random() * 5), cases_per_officer: 1 + Math.floor(random() * 6) }));
  return { grades, officers: officers.length > 0 ? officers : [{ region: '53', officers: 2, cases_per_officer: 3 }] };
}

/** Queue of a region, worked out without SQL. */
function queueOf(grades: readonly Grade[], officers: readonly RegionOfficers[], region: string): Grade[] {
  const regionOf = ({ district_code: code }: Grade) => officers.map((one) => one.region).filter((one) => (code ?? '').startsWith(one)).sort((a, b) => b.length - a.length)[0] ?? 'none';
  return grades.filter((grade) => regionOf(grade) === region && ['high', 'medium', 'low'].includes(grade.level))
    .sort((a, b) => b.score - a.score || b.amount_at_risk - a.amount_at_risk || (a.taxpayer_id < b.taxpayer_id ? -1 : 1));
}

const labelsOf = (grades: readonly Grade[]) => grades.flatMap(({ taxpayer_id, isPositive }) => (isPositive === null ? [] : [{ taxpayer_id, isPositive, ring: null, selection: 'unknown' as const, reviewedOn: null }]));
const known = (cases: readonly Grade[]) => ({ known: cases.filter(({ isPositive }) => isPositive !== null).length, positive: cases.filter(({ isPositive }) => isPositive === true).length });

describe('desks of regions', () => {
  it('are filled like by hand: every region, cuts, ties, money, precision, on random queues', async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const { grades, officers } = drawn(seed);
      await fill(grades);
      const report = await capacityReport(engine, officers, SHARES, labelsOf(grades));
      expect(report.regions.map(({ region }) => region)).toEqual(officers.map(({ region }) => region).sort());
      for (const cut of report.regions) {
        const { officers: count, cases_per_officer: cases } = officers.find(({ region }) => region === cut.region)!;
        const queue = queueOf(grades, officers, cut.region);
        const [taken, left] = [queue.slice(0, count * cases), queue.slice(count * cases)];
        const isCut = left.length > 0 && taken.length > 0;
        const last = taken.at(-1)?.score;
        const band = Math.ceil(taken.length / 10);
        const levels = (some: readonly Grade[]) => ({ high: some.filter(({ level }) => level === 'high').length, medium: some.filter(({ level }) => level === 'medium').length, low: some.filter(({ level }) => level === 'low').length });
        const yuan = (some: readonly Grade[]) => some.reduce((sum, { amount_at_risk: amount }) => sum + amount, 0);
        expect(cut, `seed ${seed} region ${cut.region}`).toMatchObject({
          desks: count * cases, queued: queue.length, taken: taken.length, unused_desks: count * cases - taken.length, cut_score: isCut ? last : null,
          tied_taken: isCut ? taken.filter(({ score }) => score === last).length : 0, tied_left: isCut ? left.filter(({ score }) => score === last).length : 0,
          taken_by_level: levels(taken), left_by_level: levels(left), taken_yuan: yuan(taken), left_yuan: yuan(left),
          inside: known(taken), last_tenth: known(taken.slice(taken.length - band)), next_tenth: known(left.slice(0, band)),
        });
      }
      const everywhere = [...officers.map(({ region }) => region), 'none'].reduce((sum, region) => sum + queueOf(grades, officers, region).length, 0);
      expect(report.regions.reduce((sum, { queued }) => sum + queued, report.none.queued)).toBe(everywhere);
      expect(report.by_officers.find(({ percent_of_officers: percent }) => percent === 100)!.taken).toBe(report.regions.reduce((sum, { taken }) => sum + taken, 0));
      const takes = report.by_officers.map(({ taken }) => taken);
      expect(takes).toEqual([...takes].sort((a, b) => a - b));
    }
  });

  it('are worth at least as much when officers are placed best, in money without labels and in positives with them', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { grades, officers } = drawn(seed);
      await fill(grades);
      const { placement } = await capacityReport(engine, officers, SHARES, null);
      const taken = officers.flatMap(({ region, officers: count, cases_per_officer: cases }) => queueOf(grades, officers, region).slice(0, count * cases));
      expect(placement.measured_in).toBe('expected_yuan');
      expect(placement.given_worth).toBeCloseTo(taken.reduce((sum, { amount_at_risk: amount, color }) => sum + amount * SHARES[color as keyof typeof SHARES], 0), 4);
      expect(placement.gain).toBeGreaterThanOrEqual(-1e-6);
      expect(placement.regions.reduce((sum, { best_officers: best }) => sum + best, placement.unplaced)).toBe(placement.officers);
      const labelled = (await capacityReport(engine, officers, SHARES, labelsOf(grades))).placement;
      expect(labelled.measured_in).toBe('expected_positives');
      expect(labelled.given_worth).toBeLessThanOrEqual(taken.length);
      expect(labelled.gain).toBeGreaterThanOrEqual(-1e-6);
    }
  });

  it('of an empty province stay unused', async () => {
    await fill([]);
    const report = await capacityReport(engine, [{ region: '53', officers: 2, cases_per_officer: 5 }], SHARES, null);
    expect(report.regions).toMatchObject([{ desks: 10, queued: 0, taken: 0, unused_desks: 10, cut_score: null, inside: { precision: null } }]);
    expect(report.placement).toMatchObject({ given_worth: 0, best_worth: 0, unplaced: 2 });
    expect(report.none.taxpayers).toBe(0);
  });
});

describe('the file of officers', () => {
  const write = (text: string): string => {
    const file = join(scratch, 'officers.csv');
    writeFileSync(file, text);
    return file;
  };

  it('is refused with every faulty line', async () => {
    await expect(readOfficers(engine, write('region,officers,cases_per_officer\n53A,2,3\n5301,-1,3\n5302,1,0\n5303,1,1\n5303,2,2\n'))).rejects.toMatchObject({
      code: 'OFFICERS_INVALID', details: [expect.stringContaining('line 2'), expect.stringContaining('line 3'), expect.stringContaining('line 4'), 'line 6: region 5303 was given before'],
    });
    await expect(readOfficers(engine, write('region,officers\n53,2\n'))).rejects.toMatchObject({ code: 'OFFICERS_INVALID' });
    await expect(readOfficers(engine, write('region,officers,cases_per_officer\n'))).rejects.toMatchObject({ details: ['no region at all'] });
    await expect(readOfficers(engine, join(scratch, 'absent.csv'))).rejects.toMatchObject({ code: 'OFFICERS_INVALID' });
  });

  it('gives regions in order', async () => {
    expect(await readOfficers(engine, write('region,officers,cases_per_officer\n5302,1,4\n53, 2 ,3\n'))).toEqual([{ region: '53', officers: 2, cases_per_officer: 3 }, { region: '5302', officers: 1, cases_per_officer: 4 }]);
  });
});
