import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSmooth, refundFrontier, type JudgedClaim } from '../../../models/evaluate/refund-frontier.ts';

const claim = (parts: Partial<JudgedClaim>): JudgedClaim => ({ lane: 'normal', level: 'none', score: 0, claimedYuan: 100, isPositive: false, fraudYuan: 0, reasons: [], ...parts });

describe('the refund frontier', () => {
  it.each([
    ['fast', 'none', true], ['normal', 'none', true], ['normal', 'low', true], ['normal', 'medium', false], ['normal', 'insufficient_data', false],
    ['suspend', 'none', false], ['condition_not_met', 'none', false], ['amount_correction', 'low', false],
  ])('a claim of lane %s and level %s goes smoothly: %s', (lane, level, expected) => {
    expect(isSmooth({ lane, level })).toBe(expected);
  });

  const figures = refundFrontier([
    claim({ lane: 'fast' }),
    claim({ score: 20, level: 'low' }),
    claim({ score: 55, level: 'medium', claimedYuan: 40.1, reasons: ['VR-01', 'VR-02'] }),
    claim({ lane: 'condition_not_met', claimedYuan: 7.2, reasons: ['VR-01'] }),
    claim({ isPositive: true, fraudYuan: 30, score: 20, level: 'low' }),
    claim({ isPositive: true, fraudYuan: 70, score: 90, lane: 'suspend', level: 'high' }),
  ]);

  it('tells what goes smoothly, honest claims by number and undue money by yuan', () => {
    expect(figures).toMatchObject({
      claims: 6, honest_smooth: { part: 2, whole: 4 }, honest_fast: { part: 1, whole: 4 },
      fraud_yuan: 100, fraud_smooth_yuan: 30, fraud_smooth_share: 0.3, fraud_fast_yuan: 0, fraud_fast_share: 0,
    });
  });

  it('lets claims through by score, never those of a stopping lane', () => {
    expect(figures.curve).toEqual([
      { score: 0, honest_share: 0.25, fraud_yuan_share: 0 },
      { score: 20, honest_share: 0.5, fraud_yuan_share: 0.3 },
      { score: 55, honest_share: 0.75, fraud_yuan_share: 0.3 },
    ]);
  });

  it('lists honest claims held up by lane and by each of their reasons', () => {
    expect(figures.held_up_by_lane).toEqual([{ name: 'condition_not_met', claims: 1, claimed_yuan: 7.2 }, { name: 'normal', claims: 1, claimed_yuan: 40.1 }]);
    expect(figures.held_up_by_reason).toEqual([{ name: 'VR-01', claims: 2, claimed_yuan: 47.3 }, { name: 'VR-02', claims: 1, claimed_yuan: 40.1 }]);
  });

  it('rises with the score and does not hang on the order of the claims', () => {
    const any = fc.record({
      lane: fc.constantFrom('fast', 'normal', 'suspend', 'amount_correction'), level: fc.constantFrom('none', 'low', 'medium'), score: fc.nat(9),
      claimedYuan: fc.nat(1000), isPositive: fc.boolean(), fraudYuan: fc.constant(0), reasons: fc.subarray(['VR-01', 'VR-02', 'VR-03']),
    }).map((one) => ({ ...one, fraudYuan: one.isPositive ? one.claimedYuan : 0 }));
    fc.assert(fc.property(fc.array(any, { maxLength: 30 }), (claims) => {
      const found = refundFrontier(claims);
      expect(refundFrontier(claims.toReversed())).toEqual(found);
      found.curve.forEach((point, at) => {
        const before = found.curve[at - 1];
        expect(point.score).toBeGreaterThan(before?.score ?? -1);
        expect(point.honest_share ?? 0).toBeGreaterThanOrEqual(before?.honest_share ?? 0);
        expect(point.fraud_yuan_share ?? 0).toBeGreaterThanOrEqual(before?.fraud_yuan_share ?? 0);
      });
    }));
  });

  it('of no claims is empty, without a share of anything', () => {
    expect(refundFrontier([])).toMatchObject({ claims: 0, honest_smooth: { share: null }, fraud_smooth_share: null, curve: [], held_up_by_reason: [] });
  });
});
