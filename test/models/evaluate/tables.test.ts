import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationRows } from '../../../models/evaluate/calibration.ts';
import { capacityFigures } from '../../../models/evaluate/capacity.ts';
import { handlingPlace, type LabelledColumns } from '../../../models/evaluate/columns.ts';
import { cumulativeRows, levelRows } from '../../../models/evaluate/levels.ts';
import { liftRows } from '../../../models/evaluate/lift.ts';
import { lookAlikeRows } from '../../../models/evaluate/look-alikes.ts';
import { rateOf } from '../../../models/evaluate/rate.ts';

interface Row { readonly positive: boolean; readonly score: number; readonly level?: string; readonly atRisk?: number; readonly yuan?: number }

function columnsOf(rows: readonly Row[]): LabelledColumns {
  return {
    isPositive: Uint8Array.from(rows, ({ positive }) => (positive ? 1 : 0)),
    score: Float64Array.from(rows, ({ score }) => score),
    handling: Float64Array.from(rows, ({ score }) => score),
    level: rows.map(({ level }) => level ?? 'none'),
    amountAtRiskYuan: Float64Array.from(rows, ({ atRisk }) => atRisk ?? 0),
    amountYuan: Float64Array.from(rows, ({ yuan }) => yuan ?? Number.NaN),
    cluster: Int32Array.from(rows.keys()),
  };
}

describe('the order of handling', () => {
  it('goes by colour, then by a lane without points, then by score', () => {
    const place = (color: string, score: number, hasLane = false) => handlingPlace({ color, score, hasLane });
    const order = [place('red', 20), place('orange', 0), place('yellow', 29.9), place('blue', 29.9, true), place('blue', 29.9), place('none', 0, true), place('none', 9.9)];
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(place('none', 100)).toBeLessThan(place('none', 0, true));
  });
});

describe("Wilson's interval", () => {
  it.each([
    // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published one', (part, whole, low, high) => {
    const rate = rateOf(part, whole);
    expect(rate.low).toBeCloseTo(low, 4);
    expect(rate.high).toBeCloseTo(high, 4);
  });

  it('holds the share, stays between 0 and 1, and knows nothing of nothing', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (whole, drawn) => {
      const { share, low, high } = rateOf(drawn % (whole + 1), whole);
      expect(0 <= low! && low! <= share! && share! <= high! && high! <= 1).toBe(true);
    }));
    expect(rateOf(0, 0)).toEqual({ part: 0, whole: 0, share: null, low: null, high: null });
  });
});

describe('levels', () => {
  const columns = columnsOf([
    { positive: true, score: 90, level: 'high' },
    { positive: true, score: 85, level: 'high' },
    { positive: false, score: 80, level: 'high' },
    { positive: true, score: 50, level: 'medium' },
    { positive: false, score: 50, level: 'medium' },
    { positive: false, score: 0, level: 'none' },
    { positive: true, score: 0, level: 'insufficient_data' },
  ]);

  it('count precision and recall of each, every taxpayer once', () => {
    const rows = levelRows(columns);
    expect(rows.map(({ level, precision, recall }) => [level, precision.part, precision.whole, recall.whole])).toEqual([
      ['high', 2, 3, 4], ['medium', 1, 2, 4], ['low', 0, 0, 4], ['none', 0, 1, 4], ['insufficient_data', 1, 1, 4],
    ]);
    expect(rows.reduce((sum, { precision }) => sum + precision.whole, 0)).toBe(columns.level.length);
  });

  it('add up from the top, too little data never among them', () => {
    expect(cumulativeRows(columns).map(({ level, precision, recall }) => [level, precision.whole, recall.share])).toEqual([
      ['high', 3, 0.5], ['medium', 5, 0.75], ['low', 5, 0.75], ['none', 6, 0.75],
    ]);
  });
});

describe('capacity', () => {
  it('takes the highest scores, then the greater amount at risk, then the order of the ids, and tells the tie', () => {
    const columns = columnsOf([
      { positive: false, score: 50, atRisk: 10 },
      { positive: true, score: 50, atRisk: 30, yuan: 7.1 },
      { positive: true, score: 90, yuan: 1.2 },
      { positive: true, score: 50, atRisk: 10, yuan: 100 },
      { positive: false, score: 10 },
    ]);
    expect(capacityFigures(columns, 3)).toMatchObject({
      capacity: 3, precision: { part: 2, whole: 3 }, recall: { part: 2, whole: 3 }, caught_yuan: 8.3, all_yuan: 108.3, cut_score: 50, tied_at_cut: 3, tied_looked_at: 2,
    });
  });

  it('with room for all finds every positive and all the money', () => {
    const row = fc.record({ positive: fc.boolean(), score: fc.integer({ min: 0, max: 100 }), atRisk: fc.nat(5), yuan: fc.nat(1000) });
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.nat(10), (rows, beyond) => {
      const figures = capacityFigures(columnsOf(rows), rows.length + beyond);
      expect(figures.capacity).toBe(rows.length);
      expect(figures.recall.part).toBe(rows.filter(({ positive }) => positive).length);
      expect(figures.caught_yuan).toBe(figures.all_yuan);
    }));
  });

  it('knows no money when no positive names an amount', () => {
    expect(capacityFigures(columnsOf([{ positive: true, score: 3 }, { positive: false, score: 1, yuan: 5 }]), 1)).toMatchObject({ caught_yuan: null, all_yuan: null, caught_share: null });
  });
});

describe('calibration', () => {
  it('puts every score into one band, both ends by themselves', () => {
    const scores = [0, 0.01, 9.99, 10, 19.99, 20, 89.9, 90, 99.99, 100];
    const rows = calibrationRows(columnsOf(scores.map((score) => ({ positive: score >= 20, score }))));
    expect(rows.filter(({ observed }) => observed.whole > 0).map(({ band, observed }) => [band, observed.part, observed.whole])).toEqual([
      ['0', 0, 1], ['(0, 10)', 0, 2], ['[10, 20)', 0, 2], ['[20, 30)', 1, 1], ['[80, 90)', 1, 1], ['[90, 100)', 2, 2], ['100', 1, 1],
    ]);
    expect(rows).toHaveLength(12);
  });
});

describe('lift', () => {
  it('is precision over the base rate; a taxpayer counts once; groups without hits are shown', () => {
    const isPositive = Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0);
    const hits = [{ group: 'VR-01', row: 0 }, { group: 'VR-01', row: 0 }, { group: 'VR-01', row: 2 }, { group: 'unknown', row: 1 }];
    const [first, second] = liftRows(['VR-01', 'VR-02'], hits, isPositive);
    expect(first).toMatchObject({ group: 'VR-01', precision: { part: 1, whole: 2 }, recall: { part: 1, whole: 2 }, lift: 2 });
    expect(second).toMatchObject({ group: 'VR-02', precision: { whole: 0 }, lift: null });
  });
});

describe('look-alikes', () => {
  it('are counted by kind', () => {
    const rows = lookAlikeRows([
      { kind: 'exporter', level: 'high', isInRing: true },
      { kind: 'exporter', level: 'none', isInRing: false },
      { kind: 'agent', level: 'medium', isInRing: false },
    ]);
    expect(rows).toMatchObject([
      { kind: 'agent', members: 1, high: { part: 0 }, medium: { part: 1 }, in_ring: { part: 0 } },
      { kind: 'exporter', members: 2, high: { part: 1 }, medium: { part: 0 }, in_ring: { part: 1 } },
    ]);
  });
});
