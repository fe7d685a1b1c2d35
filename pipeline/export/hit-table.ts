import { sqlText } from '../engine/sql-text.ts';
import type { Engine } from '../engine/engine.ts';
import type { IndicatorWords } from './catalogue-names.ts';
import type { Column, ExportTable } from './export-table.ts';
import { FAMILIES_ZH, TIERS_ZH } from './words.ts';

// Findings about the office itself are for internal supervision and stay out of what concerns a taxpayer.
const HITS = "(select * from indicator_results where outcome = 'hit' and not supervision)";

const columns = (names: string): readonly Column[] => [
  { code: 'case_no', title: '序号', kind: 'count', width: 6, sql: 'cast(c.case_no as integer)', meaning: '线索清单中的序号' },
  { code: 'taxpayer_id', title: '纳税人识别号', kind: 'id', width: 22, sql: 'p.shown_id', meaning: '同线索清单' },
  { code: 'taxpayer_name', title: '纳税人名称', kind: 'text', width: 24, sql: 'p.shown_name', meaning: '同线索清单' },
  { code: 'code', title: '指标代码', kind: 'text', width: 8, sql: 'h.code', meaning: '指标的固定代码' },
  { code: 'indicator_name', title: '指标名称', kind: 'text', width: 20, sql: names, meaning: '指标目录中的名称' },
  { code: 'family', title: '类别', kind: 'text', width: 11, sql: 'h.family', words: FAMILIES_ZH, meaning: '指标所属类别' },
  { code: 'tier', title: '依据层级', kind: 'text', width: 9, sql: 'h.tier', words: TIERS_ZH, meaning: '指标依据的强弱，T1最强' },
  { code: 'subject', title: '对象', kind: 'id', width: 22, sql: "nullif(h.subject, '')", meaning: '退税申请编号或所属期；空表示该户整体' },
  { code: 'is_primary', title: '计入得分', kind: 'boolean', width: 6, sql: 'h.is_primary', meaning: '同一指标有多个对象时，只有一个计入得分' },
  { code: 'reason', title: '疑点内容', kind: 'long', width: 60, sql: 'h.reason', meaning: '疑点的事实描述' },
  { code: 'value', title: '指标值', kind: 'number', width: 14, sql: 'h.value', meaning: '指标的计算结果，单位见指标目录' },
  { code: 'threshold', title: '阈值', kind: 'number', width: 12, sql: 'h.threshold', meaning: '与指标值比较的界限' },
  { code: 'amount', title: '涉及金额（元）', kind: 'yuan', width: 16, sql: 'h.amount', meaning: '该项疑点涉及的金额' },
  { code: 'tax_at_stake', title: '涉及税额（元）', kind: 'yuan', width: 16, sql: 'h.tax_at_stake', meaning: '其中涉及的税额，未算出的为空' },
  { code: 'points', title: '得分贡献', kind: 'points', width: 7, sql: 'h.points', meaning: '折减和封顶之后计入得分的部分' },
  { code: 'ineligible', title: '条件不符', kind: 'boolean', width: 6, sql: 'h.ineligible', meaning: '关于政策适用条件' },
  { code: 'recompute', title: '金额更正', kind: 'boolean', width: 6, sql: 'h.recompute', meaning: '关于金额重算' },
  { code: 'suspend', title: '暂停情形', kind: 'boolean', width: 6, sql: 'h.suspend', meaning: '可暂停办理退税的情形线索' },
  { code: 'service', title: '服务提醒', kind: 'boolean', width: 6, sql: 'h.service', meaning: '有利于纳税人的提醒' },
  { code: 'peer_group', title: '同业组', kind: 'text', width: 14, sql: 'h.peer_group', meaning: '用于比较的行业与规模组；不比较的为空' },
  { code: 'peer_count', title: '同业户数', kind: 'count', width: 7, sql: 'cast(h.peer_count as integer)', meaning: '同业组的户数' },
  { code: 'peer_percentile', title: '同业分位', kind: 'share', width: 8, sql: 'h.peer_percentile', meaning: '在同业组中的位置，0至100%' },
  { code: 'parameter_version', title: '参数版本', kind: 'text', width: 13, sql: 'h.parameter_version', meaning: '当时生效的参数版本' },
];

/** 指标明细: one row per hit of the exported taxpayers. */
export async function hitTable(engine: Engine, names: ReadonlyMap<string, IndicatorWords>): Promise<ExportTable> {
  const [counted] = await engine.rows<{ hits: number }>(`select count(*) as hits from ${HITS} h join export_case using (taxpayer_id)`);
  const cases = [...names].map(([code, { name }]) => `when ${sqlText(code)} then ${sqlText(name)}`);
  return {
    name: '指标明细', fixedColumns: 3, columns: columns(cases.length === 0 ? 'cast(null as varchar)' : `case h.code ${cases.join(' ')} end`), rows: counted?.hits ?? 0,
    from: `${HITS} h join export_case c using (taxpayer_id) join export_party p on p.party_id = h.taxpayer_id`,
    orderBy: 'c.case_no asc nulls last, h.points desc nulls last, h.code asc nulls last, h.subject asc nulls last',
  };
}
