import { describe, expect, it } from 'vitest';
import { columnsOfRows, toFrame } from '../../../models/evaluate/frames.ts';

describe('a data frame', () => {
  it('keeps yuan to the cent, and a missing number is not a text', async () => {
    const frame = await toFrame({ yuan: [123456789.12, null, 0.1], level: ['high', null, 'low'] });
    expect(frame.shape).toEqual([3, 2]);
    expect(frame.values).toEqual([[123456789.12, 'high'], [Number.NaN, null], [0.1, 'low']]);
  });

  it('of no rows has its columns', async () => {
    const frame = await toFrame(columnsOfRows([], ['ring_id', 'score']));
    expect(frame.shape).toEqual([0, 2]);
    expect(frame.columns).toEqual(['ring_id', 'score']);
  });
});

describe('rows as columns', () => {
  it('spread what is inside and join lists', () => {
    expect(columnsOfRows([{ code: 'VR-01', rate: { share: 0.5, low: null }, rings: ['a', 'b'] }, { code: 'VR-02', rate: { share: 1 } }])).toEqual({
      code: ['VR-01', 'VR-02'], rate_share: [0.5, 1], rate_low: [null, null], rings: ['a b', null],
    });
  });
});
