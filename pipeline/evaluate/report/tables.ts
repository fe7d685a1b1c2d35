import type { LevelRow } from '../../../models/evaluate/levels.ts';
import type { LiftRow } from '../../../models/evaluate/lift.ts';
import type { Rate } from '../../../models/evaluate/rate.ts';
import { LANE_LABELS, LEVEL_LABELS } from '../../shared/grade-words.ts';
import type { Evaluation } from '../evaluate.ts';
import { percent, rateCells, reasonText } from '../words.ts';
import { htmlTable, type HtmlColumn } from './html.ts';

/** Three columns of a rate: share, counts, 95 % interval. */
function rateColumns<Row>(title: string, rateOf: (row: Row) => Rate): HtmlColumn<Row>[] {
  return [title, '户数 counts', '95%'].map((name, at) => ({ title: name, value: (row: Row) => rateCells(rateOf(row))[at] ?? '', isNumber: true }));
}

/** Precision and recall of levels. */
export function levelTable(caption: string, rows: readonly LevelRow[]): string {
  return htmlTable(caption, rows, [
    { title: '等级 level', value: ({ level }) => LEVEL_LABELS[level] ?? level },
    ...rateColumns<LevelRow>('精确率 precision', ({ precision }) => precision),
    ...rateColumns<LevelRow>('召回率 recall', ({ recall }) => recall),
  ]);
}

/** Observed rates by score. */
export function calibrationTable({ calibration }: Evaluation): string {
  return htmlTable('各得分段 score bands', calibration, [{ title: '得分 score', value: ({ band }) => band }, ...rateColumns<Evaluation['calibration'][number]>('属实比例 observed rate', ({ observed }) => observed)]);
}

/** Precision, recall and lift of findings. */
export function liftTable<Row extends LiftRow>(caption: string, rows: readonly Row[], nameOf: (row: Row) => string): string {
  return htmlTable(caption, rows, [
    { title: '项目 item', value: nameOf },
    ...rateColumns<Row>('精确率 precision', ({ precision }) => precision),
    { title: '召回率 recall', value: ({ recall }) => rateCells(recall)[0], isNumber: true },
    { title: '提升度 lift', value: ({ lift }) => (lift === null ? '—' : lift.toFixed(2)), isNumber: true },
  ]);
}

/** Honest claims held up: one table by lane, one by reason. */
export function heldUpTables({ refunds }: Evaluation): readonly string[] {
  if (refunds === null || refunds.held_up_by_lane.length === 0) return [];
  const table = (caption: string, title: string, rows: NonNullable<Evaluation['refunds']>['held_up_by_lane'], nameOf: (name: string) => string) =>
    htmlTable(caption, rows, [
      { title, value: ({ name }) => nameOf(name) },
      { title: '笔 claims', value: ({ claims }) => String(claims), isNumber: true },
      { title: '申请额 yuan', value: ({ claimed_yuan }) => yuanText(claimed_yuan), isNumber: true },
    ]);
  return [
    table('未顺利通过的合规申请，按通道 honest claims held up, by lane', '通道 lane', refunds.held_up_by_lane, (name) => LANE_LABELS[name] ?? name),
    table('按原因，一笔可有多个 by reason, a claim may have several', '原因 reason', refunds.held_up_by_reason, reasonText),
  ];
}

/** How legal look-alikes are graded. */
export function lookAlikeTable({ look_alikes }: Evaluation): string {
  if (look_alikes === null) return '';
  return htmlTable('合法的相似户 legal look-alikes', look_alikes.kinds, [
    { title: '类型 kind', value: ({ kind }) => kind },
    { title: '户 members', value: ({ members }) => String(members), isNumber: true },
    { title: '高 high', value: ({ high }) => percent(high.share), isNumber: true },
    { title: '中 medium', value: ({ medium }) => percent(medium.share), isNumber: true },
    { title: '在团伙线索中 in a ring', value: ({ in_ring }) => percent(in_ring.share), isNumber: true },
  ]);
}

/** Yuan with thousands separators and two decimals. */
export function yuanText(amountYuan: number): string {
  return amountYuan.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
