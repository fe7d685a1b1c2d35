import type { Column, ExportTable } from './export-table.ts';
import { COLOR_RULES_ZH, COLORS_ZH, LANES_ZH, LEVELS_ZH, SIZES_ZH } from './words.ts';

const REASONS = `
  select h.taxpayer_id, list(h.code || ' ' || h.reason order by list_position(g.top_reasons, h.code), h.code) as reasons,
    list(h.code order by list_position(g.top_reasons, h.code), h.code) as codes
  from indicator_results h join export_case using (taxpayer_id) join taxpayer_grades g using (taxpayer_id)
  where h.is_primary and h.outcome = 'hit' and not h.supervision and list_contains(g.top_reasons, h.code)
  group by h.taxpayer_id`;

// Applications under test only: earlier ones have no lane.
const CLAIMS = `
  select a.taxpayer_id, list(a.application_id order by a.application_id) as claim_ids, list(a.lane order by a.application_id) as claim_lanes, cast(sum(a.claimed) as decimal(18,2)) as claimed
  from claim_grades a join export_case using (taxpayer_id) where a.lane is not null group by a.taxpayer_id`;

const NO_CLAIMS = 'select null::varchar as taxpayer_id, null::varchar[] as claim_ids, null::varchar[] as claim_lanes, null::decimal(18,2) as claimed limit 0';

const COLUMNS: readonly Column[] = [
  { code: 'case_no', title: '序号', kind: 'count', width: 6, sql: 'cast(c.case_no as integer)', meaning: '按颜色、得分排列的办理顺序' },
  { code: 'taxpayer_id', title: '纳税人识别号', kind: 'id', width: 22, sql: 'p.shown_id', meaning: '单位的识别号完整列示；自然人证件号码默认脱敏' },
  { code: 'taxpayer_name', title: '纳税人名称', kind: 'text', width: 24, sql: 'p.shown_name', meaning: '默认脱敏；经说明用途可完整列示' },
  { code: 'district_code', title: '行政区划', kind: 'id', width: 9, sql: 'g.district_code', meaning: '主管地区的行政区划代码（GB/T 2260）' },
  { code: 'level', title: '风险等级', kind: 'text', width: 9, sql: 'g.level', shownSql: "case when g.level = 'none' and g.limited_data then 'none_limited' else g.level end", words: LEVELS_ZH, meaning: '红、橙为高，黄为中，蓝为低；数据不足的不评级' },
  { code: 'color', title: '颜色', kind: 'color', width: 6, sql: 'g.color', words: COLORS_ZH, meaning: '办理的先后；界限见“等级界限”' },
  { code: 'score', title: '得分', kind: 'score', width: 7, sql: 'g.score', meaning: '0至100；各项疑点得分经同组折减、类别封顶后相加' },
  { code: 'amount_at_risk', title: '涉及金额（元）', kind: 'yuan', width: 16, sql: 'g.amount_at_risk', meaning: '疑点涉及的税额或退税额，供排序，不是应补税额' },
  { code: 'top_reasons', title: '主要疑点', kind: 'list', width: 9, sql: 'r.codes', meaning: '得分最高的至多五项指标的代码' },
  { code: 'reasons', title: '主要疑点说明', kind: 'long', width: 70, sql: 'r.reasons', meaning: '主要疑点的内容，依次对应；全部疑点见指标明细' },
  { code: 'ring_ids', title: '团伙编号', kind: 'list', width: 15, sql: 'g.ring_ids', meaning: '所在团伙线索，明细见团伙各表' },
  { code: 'claim_lanes', title: '退税办理建议', kind: 'list', width: 11, sql: 'a.claim_lanes', words: LANES_ZH, meaning: '待办退税申请的办理通道建议，与申请编号依次对应' },
  { code: 'claim_ids', title: '退税申请编号', kind: 'list', width: 22, sql: 'a.claim_ids', meaning: '待办退税申请' },
  { code: 'claimed', title: '申请退税额（元）', kind: 'yuan', width: 16, sql: 'a.claimed', meaning: '待办退税申请的金额合计' },
  { code: 'ineligible', title: '条件不符', kind: 'boolean', width: 7, sql: 'g.ineligible', meaning: '有关于政策适用条件的疑点' },
  { code: 'recompute', title: '金额更正', kind: 'boolean', width: 7, sql: 'g.recompute', meaning: '按公式重算的金额与申报不同' },
  { code: 'suspend', title: '暂停情形', kind: 'boolean', width: 7, sql: 'g.suspend', meaning: '有可暂停办理退税的情形线索' },
  { code: 'cautious', title: '审慎办理', kind: 'boolean', width: 7, sql: 'g.cautious', meaning: '登记状态提示审慎办理' },
  { code: 'service', title: '服务提醒', kind: 'boolean', width: 7, sql: 'g.service', meaning: '有利于纳税人的提醒，例如可享受而未享受的优惠' },
  { code: 'color_rule', title: '定色依据', kind: 'text', width: 22, sql: 'g.color_rule', words: COLOR_RULES_ZH, meaning: '颜色由得分确定，或由列明的情形确定' },
  { code: 'hits', title: '疑点数', kind: 'count', width: 7, sql: 'g.hits', meaning: '命中的指标数' },
  { code: 'assessed', title: '已评估', kind: 'count', width: 7, sql: 'g.assessed', meaning: '数据足以评估的指标数' },
  { code: 'applicable', title: '适用', kind: 'count', width: 7, sql: 'g.applicable', meaning: '适用于该户的指标数' },
  { code: 'coverage_weighted', title: '数据覆盖率', kind: 'share', width: 10, sql: 'g.coverage_weighted', meaning: '已评估指标占适用指标的权重比例' },
  { code: 'limited_data', title: '数据有限', kind: 'boolean', width: 7, sql: 'g.limited_data', meaning: '覆盖率偏低，未发现疑点不表示没有风险' },
  { code: 'industry_code', title: '行业代码', kind: 'id', width: 9, sql: 'g.industry_code', meaning: '国民经济行业代码（GB/T 4754）' },
  { code: 'size_band', title: '规模', kind: 'text', width: 17, sql: 'g.size_band', words: SIZES_ZH, meaning: '最近12个月申报销售额所在档次' },
];

/** 线索清单: one row per taxpayer. */
export function caseTable(rows: number, hasClaims: boolean): ExportTable {
  return {
    name: '线索清单', columns: COLUMNS, fixedColumns: 3, rows, orderBy: 'c.case_no asc nulls last',
    from: `export_case c join taxpayer_grades g using (taxpayer_id) join export_party p on p.party_id = c.taxpayer_id
      left join (${REASONS}) r on r.taxpayer_id = c.taxpayer_id left join (${hasClaims ? CLAIMS : NO_CLAIMS}) a on a.taxpayer_id = c.taxpayer_id`,
  };
}
