import type { Engine } from '../engine/engine.ts';
import { KIND_WORDS, ROLE_WORDS } from '../shared/ring-kind-words.ts';
import type { Column, ExportTable } from './export-table.ts';

const RING: readonly Column[] = [
  { code: 'ring_id', title: '团伙编号', kind: 'id', width: 16, sql: 'x.ring_id', meaning: '团伙线索的编号，核心成员不变则各夜不变' },
  { code: 'kinds', title: '类型', kind: 'list', width: 24, sql: 'r.kinds', words: KIND_WORDS, meaning: '所见的交易或控制形态' },
  { code: 'score', title: '团伙得分', kind: 'points', width: 9, sql: 'r.score', meaning: '0至1，各项迹象的综合' },
  { code: 'members', title: '成员数', kind: 'count', width: 8, sql: 'r.members', meaning: '全部成员，外部单位在内' },
  { code: 'outside_members', title: '范围外成员数', kind: 'count', width: 9, sql: 'x.outside_members', meaning: '不在本次地区范围内的纳税人，只计数，不列示其名称和交易' },
  { code: 'ring_amount', title: '团伙涉及金额（元）', kind: 'yuan', width: 16, sql: 'r.amount', meaning: '成员之间开票金额合计，范围外成员在内' },
  { code: 'first_date', title: '起始日期', kind: 'date', width: 12, sql: 'r.first_date', meaning: '最早一次交易' },
  { code: 'last_date', title: '截止日期', kind: 'date', width: 12, sql: 'r.last_date', meaning: '最近一次交易' },
  { code: 'retained_share', title: '价值保留', kind: 'share', width: 9, sql: 'r.retained_share', meaning: '绕环一周后留存的金额比例；不成环的为空' },
  { code: 'ring_claims_amount', title: '团伙申请退税（元）', kind: 'yuan', width: 16, sql: 'r.claims_amount', meaning: '成员申请的留抵退税合计' },
  { code: 'truncated', title: '搜索截断', kind: 'boolean', width: 9, sql: 'r.truncated', meaning: '搜索到预定限度为止，可能还有成员' },
];

const MEMBER: readonly Column[] = [
  { code: 'taxpayer_id', title: '成员识别号', kind: 'id', width: 22, sql: 'p.shown_id', meaning: '自然人证件号码默认脱敏' },
  { code: 'taxpayer_name', title: '成员名称', kind: 'text', width: 24, sql: 'p.shown_name', meaning: '默认脱敏' },
  { code: 'is_taxpayer', title: '本地纳税人', kind: 'boolean', width: 10, sql: 'm.is_taxpayer', meaning: '否：外部单位，不在本次评级的纳税人之中' },
  { code: 'case_no', title: '线索序号', kind: 'count', width: 9, sql: 'cast(c.case_no as integer)', meaning: '在线索清单中的序号；未导出的为空' },
  { code: 'role', title: '角色', kind: 'text', width: 9, sql: 'm.role', words: ROLE_WORDS, meaning: '在团伙线索中的位置' },
  { code: 'share', title: '份额', kind: 'share', width: 8, sql: 'm.share', meaning: '占团伙交易的份额' },
  { code: 'sold_inside', title: '对内开票（元）', kind: 'yuan', width: 16, sql: 'm.sold_inside', meaning: '向其他成员开票的金额' },
  { code: 'bought_inside', title: '对内受票（元）', kind: 'yuan', width: 16, sql: 'm.bought_inside', meaning: '从其他成员受票的金额' },
  { code: 'claims_amount', title: '申请退税（元）', kind: 'yuan', width: 16, sql: 'm.claims_amount', meaning: '该成员申请的留抵退税' },
];

const EDGE: readonly Column[] = [
  { code: 'ring_id', title: '团伙编号', kind: 'id', width: 16, sql: 'e.ring_id', meaning: '同团伙' },
  { code: 'hop', title: '环节', kind: 'count', width: 7, sql: 'e.hop', meaning: '在环中的次序；不成环的为空' },
  { code: 'seller_id', title: '销方识别号', kind: 'id', width: 22, sql: 's.shown_id', meaning: '双方都可列示的交易才列示' },
  { code: 'seller_name', title: '销方名称', kind: 'text', width: 24, sql: 's.shown_name', meaning: '默认脱敏' },
  { code: 'buyer_id', title: '购方识别号', kind: 'id', width: 22, sql: 'b.shown_id', meaning: '双方都可列示的交易才列示' },
  { code: 'buyer_name', title: '购方名称', kind: 'text', width: 24, sql: 'b.shown_name', meaning: '默认脱敏' },
  { code: 'first_date', title: '起始日期', kind: 'date', width: 12, sql: 'e.first_date', meaning: '最早一张发票' },
  { code: 'last_date', title: '截止日期', kind: 'date', width: 12, sql: 'e.last_date', meaning: '最近一张发票' },
  { code: 'invoices', title: '发票份数', kind: 'count', width: 9, sql: 'cast(e.invoices as integer)', meaning: '发票份数' },
  { code: 'amount', title: '金额（元）', kind: 'yuan', width: 16, sql: 'e.amount', meaning: '不含税金额' },
];

const MEMBERS_FROM = `export_ring x join rings r using (ring_id) join ring_members m using (ring_id) join export_party p on p.party_id = m.taxpayer_id
  left join export_case c on c.taxpayer_id = m.taxpayer_id`;
const ROLE_ORDER = "case m.role when 'controller' then 1 when 'issuer' then 2 when 'conduit' then 3 when 'beneficiary' then 4 else 5 end";
const EDGES_FROM = 'ring_edges e join export_ring x using (ring_id) join export_party s on s.party_id = e.seller_id join export_party b on b.party_id = e.buyer_id';

/** 团伙 and 团伙交易: rings of the exported taxpayers, without what lies outside the scope. */
export async function ringTables(engine: Engine): Promise<readonly ExportTable[]> {
  const count = async (from: string): Promise<number> => (await engine.rows<{ rows: number }>(`select count(*) as rows from ${from}`))[0]?.rows ?? 0;
  return [
    {
      name: '团伙', fixedColumns: 1, columns: [...RING, ...MEMBER], from: MEMBERS_FROM, rows: await count(MEMBERS_FROM),
      orderBy: `r.score desc nulls last, x.ring_id asc nulls last, ${ROLE_ORDER}, m.share desc nulls last, m.taxpayer_id asc nulls last`,
    },
    {
      name: '团伙交易', fixedColumns: 1, columns: EDGE, from: EDGES_FROM, rows: await count(EDGES_FROM),
      orderBy: 'e.ring_id asc nulls last, e.hop asc nulls last, e.first_date asc nulls last, e.seller_id asc nulls last, e.buyer_id asc nulls last',
    },
  ];
}
