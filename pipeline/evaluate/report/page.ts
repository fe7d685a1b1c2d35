import { xmlText } from '../../shared/svg-text.ts';
import { printable } from '../../shared/printable.ts';
import type { Evaluation } from '../evaluate.ts';
import { REFUSALS } from '../label-file.ts';
import { refusalsByReason } from '../read-labels.ts';
import { bothWords, figureText, flagText, percent, rateText } from '../words.ts';
import { calibrationChart, liftChart } from './bars.ts';
import { frontierChart, precisionRecallChart, rocChart } from './curves.ts';
import { htmlTable, paragraph, section, tag } from './html.ts';
import { calibrationTable, heldUpTables, levelTable, liftTable, lookAlikeTable, yuanText } from './tables.ts';

const STYLE = `
body { font: 15px/1.6 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif; color: #1b1f24; max-width: 960px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 24px; } h2 { font-size: 18px; border-bottom: 1px solid #d0d7de; padding-bottom: 4px; margin-top: 36px; }
table { border-collapse: collapse; margin: 12px 0; font-size: 13px; } caption { text-align: left; font-weight: bold; padding: 4px 0; }
th, td { border-bottom: 1px solid #d0d7de; padding: 3px 10px; text-align: left; vertical-align: top; } .n { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } .note { color: #57606a; font-size: 13px; } .pair { display: flex; flex-wrap: wrap; gap: 16px; }
@media print { section { break-inside: avoid-page; } }
`;

const MOST_SELECTIONS = 10;

/** One evaluation as a self-contained HTML page without scripts or references; the same evaluation always gives the same bytes. No taxpayer id is in it. */
export function evaluationPage(evaluation: Evaluation): string {
  const head = [
    '<meta charset="utf-8"/>',
    `<meta http-equiv="Content-Security-Policy" content="default-src ${xmlText("'none'")}; style-src ${xmlText("'unsafe-inline'")}"/>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    tag('title', xmlText(`等级衡量 ${evaluation.snapshotId}`)),
    tag('style', STYLE),
  ];
  const parts = [
    tag('h1', '等级与核查结果的对照 Grades against labels'),
    paragraph('命中是待核实的疑点线索；标签只说明核查结果。A hit is a lead to verify; labels only tell what reviews found. All rates are over labelled taxpayers.', 'note'),
    keyFigures(evaluation),
    labelsSection(evaluation),
    section('区分能力 Discrimination', tag('div', rocChart(evaluation) + precisionRecallChart(evaluation), { class: 'pair' })),
    section('各等级 Levels', levelTable('各等级 per level', evaluation.levels), levelTable('该等级及以上 this level or higher', evaluation.cumulative_levels)),
    section('得分与属实比例 Calibration', calibrationChart(evaluation), calibrationTable(evaluation)),
    refundsSection(evaluation),
    findingsSection(evaluation),
    ringsSection(evaluation),
    evaluation.look_alikes === null ? '' : section('合法的相似户 Legal look-alikes', lookAlikeTable(evaluation), paragraph(`已除去属实户 confirmed, left out: ${evaluation.look_alikes.positives_left_out}`, 'note')),
  ];
  return `<!DOCTYPE html>\n${tag('html', `\n${tag('head', `\n${head.join('\n')}\n`)}\n${tag('body', `\n${parts.filter((part) => part !== '').join('\n')}\n`)}\n`, { lang: 'zh-CN' })}\n`;
}

function keyFigures({ asOf, snapshotId, coverage, base_rate, auc, average_precision, bootstrap, capacity, by_handling }: Evaluation): string {
  const rows: readonly (readonly [string, string])[] = [
    ['快照 snapshot', printable(snapshotId)],
    ['数据截至 as of', asOf],
    ['有标签的纳税人 labelled taxpayers', rateText(coverage)],
    ['属实率 base rate', rateText(base_rate)],
    ['AUC', figureText(auc)],
    ['平均精确率 average precision', figureText(average_precision)],
    ['按处理顺序的AUC by order of handling', figureText(by_handling.auc)],
    [`按处理顺序核查 ${by_handling.capacity} 户的精确率 precision in that order`, rateText(by_handling.precision)],
    ['置信区间 intervals', `按团伙整体重抽 ${bootstrap.usable} 次，种子 ${bootstrap.seed}；rings drawn whole`],
    [`核查 ${capacity.capacity} 户的精确率 precision at capacity`, rateText(capacity.precision)],
    ['召回率 recall at capacity', rateText(capacity.recall)],
    ...(capacity.caught_yuan === null || capacity.all_yuan === null ? [] : [['涉及金额 money caught', `${yuanText(capacity.caught_yuan)} / ${yuanText(capacity.all_yuan)} 元（${percent(capacity.caught_share)}）`] as const]),
    ...(capacity.cut_score === null ? [] : [['分界 cut', `得分 score ${capacity.cut_score.toFixed(2)}；同分 tied ${capacity.tied_at_cut}，列入 taken ${capacity.tied_looked_at}；同分按涉及金额、识别号排序 by amount at risk, then id`] as const]),
  ];
  return htmlTable('要点 Key figures', rows, [{ title: '项目 figure', value: ([name]) => name }, { title: '结果 result', value: ([, value]) => value }]);
}

function labelsSection({ labels }: Evaluation): string {
  const refused = refusalsByReason(labels.refused);
  return section(
    '标签 Labels',
    paragraph(`${labels.usable} 行可用 usable / ${labels.records} 行 rows${labels.reviewed_first === null ? '' : `；核查日期 reviewed ${labels.reviewed_first} – ${labels.reviewed_last ?? ''}`}`),
    labels.selections.length === 0 ? '' : htmlTable('选案方式 how taxpayers were selected', labels.selections.slice(0, MOST_SELECTIONS), [
      { title: '方式 selection', value: ({ selection }) => selection },
      { title: '属实 positives', value: ({ positives }) => String(positives), isNumber: true },
      { title: '有标签 labelled', value: ({ labelled }) => String(labelled), isNumber: true },
    ]),
    refused.length === 0 ? '' : htmlTable('未计入的行 rows not counted', refused, [
      { title: '原因 reason', value: ({ reason }) => REFUSALS[reason] },
      { title: '行数 rows', value: ({ rows }) => String(rows), isNumber: true },
      { title: '所在行 lines', value: ({ lines }) => lines },
    ]),
  );
}

function refundsSection(evaluation: Evaluation): string {
  const { refunds } = evaluation;
  if (refunds === null) return '';
  const basis = refunds.fraud_basis === 'excess' ? '多申请额 claimed above what was due' : '属实户全部申请额 all that confirmed taxpayers claimed';
  return section(
    '退得快，又退得准 Refund frontier',
    paragraph(`合规申请顺利通过 honest claims that go smoothly: ${rateText(refunds.honest_smooth)}；其中快速退税 fast lane: ${rateText(refunds.honest_fast)}`),
    paragraph(`不应退金额 yuan not due（${basis}）: ${yuanText(refunds.fraud_yuan)}；顺利通过 smoothly ${percent(refunds.fraud_smooth_share)}；快速 fast ${percent(refunds.fraud_fast_share)}`),
    frontierChart(evaluation),
    paragraph('曲线：得分不超过某值的申请全部放行时两者的比例；条件不符、建议暂停、金额更正的申请从不放行。The curve lets through all claims up to a score, never those of a stopping lane.', 'note'),
    ...heldUpTables(evaluation),
  );
}

function findingsSection(evaluation: Evaluation): string {
  const { indicators, tiers, families, flags } = evaluation;
  return section(
    '指标 Indicators',
    liftChart(evaluation),
    liftTable('有命中的指标 indicators with hits', indicators.filter(({ precision }) => precision.whole > 0), ({ group, name, name_en }) => `${group} ${name} ${name_en}`.trim()),
    liftTable('阈值层级 tiers', tiers, ({ group }) => bothWords(group)),
    liftTable('类别 families', families, ({ group }) => bothWords(group)),
    liftTable('得分以外的提示 flags beside the score', flags, ({ group }) => flagText(group)),
  );
}

function ringsSection({ rings }: Evaluation): string {
  if (rings === null) return '';
  return section(
    '团伙线索 Rings',
    paragraph(`召回率 recall: ${rateText(rings.recall)}；精确率 precision: ${rateText(rings.precision)}`),
    paragraph(`成员重合至少一半为同一团伙，一一对应。Rings are the same from half of their members in common on, one to one. 未计入 left out: ${rings.labels_too_small} + ${rings.published_unlabelled}`, 'note'),
  );
}
