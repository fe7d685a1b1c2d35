import type { Evaluation } from '../evaluate.ts';
import { curve, guide, mark, stair, unitChart, type Point } from './chart.ts';

/** ROC: of the positives and of the negatives, the shares that score at least so much. Empty when one of the classes is. */
export function rocChart({ thresholds }: Evaluation): string {
  const { positives, negatives } = totals(thresholds);
  if (positives === 0 || negatives === 0) return '';
  const points = [{ x: 0, y: 0 }, ...thresholds.map((one): Point => ({ x: one.negatives / negatives, y: one.positives / positives }))];
  const words = { title: 'ROC 曲线 ROC curve', x: '不属实户中列入的比例 share of negatives', y: '属实户中列入的比例 share of positives' };
  return unitChart(words, [guide({ x: 0, y: 0 }, { x: 1, y: 1 }), curve(points)]);
}

/** Precision over recall, a stair as average precision counts it. Empty without positives. */
export function precisionRecallChart({ thresholds, base_rate }: Evaluation): string {
  const { positives } = totals(thresholds);
  if (positives === 0) return '';
  const points = thresholds.filter((one, at) => one.positives > (thresholds[at - 1]?.positives ?? 0)).map((one): Point => ({ x: one.positives / positives, y: one.positives / (one.positives + one.negatives) }));
  const [first] = points;
  const start = first === undefined ? [] : [{ x: 0, y: first.y }];
  const base = base_rate.share ?? 0;
  const words = { title: '精确率与召回率 precision and recall', x: '召回率 recall', y: '精确率 precision' };
  return unitChart(words, [guide({ x: 0, y: base }, { x: 1, y: base }), curve(stair([...start, ...points], 'rise-first'))]);
}

/** Of the claims let through up to each score: the share of honest ones over the share of the money that was not due. Empty when either is nothing. */
export function frontierChart({ refunds }: Evaluation): string {
  if (refunds === null || refunds.honest_smooth.share === null || refunds.fraud_smooth_share === null || refunds.fraud_fast_share === null) return '';
  const points = refunds.curve.map((one): Point => ({ x: one.fraud_yuan_share ?? 0, y: one.honest_share ?? 0 }));
  const words = { title: '退税放行曲线 refund frontier', x: '不应退金额中放行的比例 share of yuan not due', y: '合规申请中放行的比例 share of honest claims' };
  return unitChart(words, [
    curve(stair([{ x: 0, y: 0 }, ...points], 'level-first')),
    mark({ x: refunds.fraud_smooth_share, y: refunds.honest_smooth.share }, '顺利 smooth'),
    mark({ x: refunds.fraud_fast_share, y: refunds.honest_fast.share ?? 0 }, '快速 fast'),
  ]);
}

function totals(thresholds: Evaluation['thresholds']): { readonly positives: number; readonly negatives: number } {
  return thresholds.at(-1) ?? { positives: 0, negatives: 0 };
}
