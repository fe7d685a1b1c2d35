import type { LevelRow } from '../../models/evaluate/levels.ts';
import type { LiftRow } from '../../models/evaluate/lift.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import { REFUSALS } from '../evaluate/label-file.ts';
import { refusalsByReason } from '../evaluate/read-labels.ts';
import { bothWords, figureText, flagText, percent, rateCells, rateText, reasonText } from '../evaluate/words.ts';
import { LANE_LABELS, LEVEL_LABELS } from '../shared/grade-words.ts';
import { printable } from '../shared/printable.ts';
import { renderTable, yuan } from './terminal.ts';

/** A longer list is in the JSON. */
const MOST_SELECTIONS = 10;

/** The page of one evaluation for a person. */
export function renderEvaluation(evaluation: Evaluation): string {
  return [
    ...labelsText(evaluation),
    '',
    `AUC  ${figureText(evaluation.auc)}    平均精确率 average precision  ${figureText(evaluation.average_precision)}`,
    ...capacityText(evaluation),
    ...handlingText(evaluation),
    '',
    `各等级 per level:\n${levelTable(evaluation.levels)}`,
    '',
    `该等级及以上 this level or higher:\n${levelTable(evaluation.cumulative_levels)}`,
    '',
    `校准 calibration:\n${calibrationTable(evaluation)}`,
    '',
    `指标（有命中的）indicators with hits:\n${liftTable(evaluation.indicators.filter(({ precision }) => precision.whole > 0), (row) => `${row.group} ${row.name}`)}`,
    '',
    `阈值层级与类别 tiers and families:\n${liftTable([...evaluation.tiers, ...evaluation.families], ({ group }) => bothWords(group))}`,
    '',
    `得分以外的提示 flags beside the score:\n${liftTable(evaluation.flags, ({ group }) => flagText(group))}`,
    ...ringsText(evaluation),
    ...refundsText(evaluation),
    ...lookAlikesText(evaluation),
    '',
    '命中是待核实的疑点线索，标签只说明核查结果 a hit is a lead to verify; labels only tell what reviews found',
  ].join('\n');
}

function labelsText({ asOf, snapshotId, labels, coverage, base_rate }: Evaluation): string[] {
  const selections = labels.selections.slice(0, MOST_SELECTIONS).map(({ selection, labelled, positives }) => `${printable(selection)} ${positives}/${labelled}`);
  return [
    `快照 snapshot  ${snapshotId}    数据截至 as of ${asOf}`,
    `标签 labels  ${labels.usable} 行可用 usable / ${labels.records} 行 rows    覆盖 covered  ${percent(coverage.share)}（${coverage.part}/${coverage.whole} 户 taxpayers）    属实率 base rate  ${rateText(base_rate)}`,
    ...(selections.length === 0 ? [] : [`选案方式 selection (positives/labelled)  ${selections.join('；')}`]),
    ...(labels.reviewed_first === null ? [] : [`核查日期 reviewed  ${labels.reviewed_first} – ${labels.reviewed_last ?? ''}`]),
    ...refusalsByReason(labels.refused).map(({ reason, rows, lines }) => `未计入 not counted  ${rows} 行：${REFUSALS[reason]}（行 lines ${lines}）`),
  ];
}

function handlingText({ by_handling }: Evaluation): string[] {
  return [
    `按处理顺序（颜色、条件与更正、得分）by order of handling (colour, conditions and corrections, score):`,
    `  AUC  ${figureText(by_handling.auc)}    平均精确率 average precision  ${figureText(by_handling.average_precision)}    ${by_handling.capacity} 户精确率 precision  ${rateText(by_handling.precision)}`,
  ];
}

function capacityText({ capacity }: Evaluation): string[] {
  const money = capacity.all_yuan === null ? '' : `    涉及金额 money caught  ${yuan(capacity.caught_yuan)} / ${yuan(capacity.all_yuan)} 元（${percent(capacity.caught_share)}）`;
  const tie = capacity.cut_score === null ? '' : `    分界得分 cut  ${capacity.cut_score.toFixed(2)}，同分 tied ${capacity.tied_at_cut} 户，其中列入 taken ${capacity.tied_looked_at}`;
  return [
    `可核查 capacity  ${capacity.capacity} 户    精确率 precision  ${rateText(capacity.precision)}    召回率 recall  ${rateText(capacity.recall)}`,
    `${money}${tie}`.trimStart(),
  ].filter((line) => line !== '');
}

function levelTable(rows: readonly LevelRow[]): string {
  return renderTable(rows, [
    { title: '等级 level', value: ({ level }) => LEVEL_LABELS[level] ?? level },
    { title: '精确率 precision', value: ({ precision }) => rateCells(precision)[0], right: true },
    { title: '户 n', value: ({ precision }) => rateCells(precision)[1], right: true },
    { title: '95%', value: ({ precision }) => rateCells(precision)[2], right: true },
    { title: '召回率 recall', value: ({ recall }) => rateCells(recall)[0], right: true },
    { title: '95%', value: ({ recall }) => rateCells(recall)[2], right: true },
  ]);
}

function calibrationTable({ calibration }: Evaluation): string {
  return renderTable(calibration, [
    { title: '得分 score', value: ({ band }) => band },
    { title: '属实 positives', value: ({ observed }) => rateCells(observed)[1], right: true },
    { title: '比例 rate', value: ({ observed }) => rateCells(observed)[0], right: true },
    { title: '95%', value: ({ observed }) => rateCells(observed)[2], right: true },
  ]);
}

function liftTable<Row extends LiftRow>(rows: readonly Row[], nameOf: (row: Row) => string): string {
  return renderTable(rows, [
    { title: '项目 item', value: nameOf },
    { title: '属实/命中 hits', value: ({ precision }) => rateCells(precision)[1], right: true },
    { title: '精确率 precision', value: ({ precision }) => rateCells(precision)[0], right: true },
    { title: '召回率 recall', value: ({ recall }) => rateCells(recall)[0], right: true },
    { title: '提升度 lift', value: ({ lift }) => (lift === null ? '—' : lift.toFixed(2)), right: true },
  ]);
}

function ringsText({ rings }: Evaluation): string[] {
  if (rings === null) return [];
  const left = [
    rings.labels_too_small > 0 ? `标签中不足两户 labels with fewer than two members ${rings.labels_too_small}` : '',
    rings.published_unlabelled > 0 ? `无标签的团伙线索 published without labels ${rings.published_unlabelled}` : '',
  ].filter((text) => text !== '');
  return [
    '',
    `团伙线索 rings    召回率 recall  ${rateText(rings.recall)}    精确率 precision  ${rateText(rings.precision)}${left.length === 0 ? '' : `    未计入 left out  ${left.join('；')}`}`,
  ];
}

function refundsText({ refunds }: Evaluation): string[] {
  if (refunds === null) return [];
  const basis = refunds.fraud_basis === 'excess' ? '多申请额 claimed above what was due' : '属实户全部申请额 all that confirmed taxpayers claimed';
  const reasons = refunds.held_up_by_reason.slice(0, 10).map(({ name, claims }) => `${reasonText(name)} ${claims}`);
  const unlabelled = refunds.unlabelled_claims === 0 ? '' : `；另有无标签 unlabelled ${refunds.unlabelled_claims}`;
  return [
    '',
    `退税申请 refund claims under test  ${refunds.claims} 笔${unlabelled}`,
    `合规申请顺利通过 honest claims that go smoothly  ${rateText(refunds.honest_smooth)}    其中快速退税 fast lane  ${rateText(refunds.honest_fast)}`,
    `不应退金额（${basis}）  ${yuan(refunds.fraud_yuan)} 元    顺利通过 smoothly  ${yuan(refunds.fraud_smooth_yuan)} 元（${percent(refunds.fraud_smooth_share)}）    快速 fast  ${yuan(refunds.fraud_fast_yuan)} 元（${percent(refunds.fraud_fast_share)}）`,
    ...(refunds.claims_without_due === 0 ? [] : [`没有应退税额、按 0 计 without an amount due, counted as 0  ${refunds.claims_without_due} 笔`]),
    ...(refunds.unreadable_rows === 0 ? [] : [`应退税额文件中无法读取 rows of the claims file that cannot be read  ${refunds.unreadable_rows} 行`]),
    ...(refunds.held_up_by_lane.length === 0 ? [] : [
      `未顺利通过的合规申请 honest claims held up  ${refunds.held_up_by_lane.map(({ name, claims }) => `${LANE_LABELS[name] ?? name} ${claims}`).join('；')}`,
      `原因 reasons  ${reasons.join('；')}`,
    ]),
  ];
}

function lookAlikesText({ look_alikes }: Evaluation): string[] {
  if (look_alikes === null) return [];
  const table = renderTable(look_alikes.kinds, [
    { title: '类型 kind', value: ({ kind }) => printable(kind) },
    { title: '户 members', value: ({ members }) => String(members), right: true },
    { title: '高 high', value: ({ high }) => rateCells(high)[0], right: true },
    { title: '中 medium', value: ({ medium }) => rateCells(medium)[0], right: true },
    { title: '在团伙线索中 in a ring', value: ({ in_ring }) => rateCells(in_ring)[0], right: true },
  ]);
  return ['', `合法的相似户 legal look-alikes（已除去属实户 ${look_alikes.positives_left_out}；不在快照 not in the snapshot ${look_alikes.not_in_snapshot}；无法读取 unreadable ${look_alikes.unreadable_rows}）:\n${table}`];
}
