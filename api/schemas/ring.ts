import { Type } from 'typebox';
import { After, closed, Limit, Money, orNull, stamp } from './common.ts';

const number = orNull(Type.Number());
const text = orNull(Type.String());

/** Columns of a ring, named as in rings, and how many of its taxpayers the caller may see. */
const ring = closed({
  ring_id: Type.String(), kinds: Type.Array(Type.String()), score: Type.Number(), members: Type.Integer(), amount: orNull(Money), first_date: text, last_date: text,
  retained_share: number, claims_amount: orNull(Money), truncated: Type.Boolean(), taxpayers: orNull(Type.Integer()), amount_inside: orNull(Money),
  goods_stay_inside: number, kept_in_order: number, value_kept: number, close_in_time: number, shared_keys: number, without_input: number, without_staff: number,
  gone: number, young: number, goods_switch: number, claims_inside: number, dampers: Type.Array(Type.String()),
  members_in_scope: Type.Integer({ description: '授权范围内的成员户数' }), members_outside: Type.Integer({ description: '授权范围外的成员户数，只计数不列名 counted, not named' }),
});

const member = closed({
  taxpayer_id: Type.String(), taxpayer_name: text, role: Type.String(), share: number, is_taxpayer: Type.Boolean(), sold_inside: orNull(Money), bought_inside: orNull(Money),
  claims_amount: orNull(Money), district_code: text, level: text, color: text,
});
const edge = closed({
  seller_id: Type.String(), buyer_id: Type.String(), first_date: text, last_date: text, invoices: Type.Integer(), amount: orNull(Money), hop: orNull(Type.Integer()),
  invoice_numbers: Type.Array(Type.String()),
});
const tie = closed({ kind: Type.String(), first_id: Type.String(), second_id: Type.String(), amount: orNull(Money), shared_keys: Type.Array(Type.String()) });

const detail = {
  ring,
  members: Type.Array(member), edges: Type.Array(edge), ties: Type.Array(tie),
  layout: closed({ kind: Type.String(), positions: Type.Array(closed({ taxpayer_id: Type.String(), x: Type.Integer(), y: Type.Integer() })) }, '绘图坐标（像素） places for drawing, pixels'),
  outside: closed({ members: Type.Integer(), edges: Type.Integer(), ties: Type.Integer() }, '授权范围外而未列出的数量 what lies outside the regions, counted'),
};

/** Answer of GET /rings/{id}. */
export const RingDetail = closed({ ...stamp, ...detail });
/** Answer of GET /taxpayers/{id}/rings. */
export const TaxpayerRings = closed({ ...stamp, taxpayer_id: Type.String(), rings: Type.Array(ring) });
/** Query and answer of GET /rings. */
export const RingsQuery = closed({ kind: Type.Optional(Type.String({ pattern: '^[a-z_]{1,40}$', description: '团伙类型 kind, such as closed_loop' })), limit: Type.Optional(Limit(200)), after: Type.Optional(After) });
export const RingsPage = closed({ ...stamp, items: Type.Array(ring), next: orNull(Type.String()) });
