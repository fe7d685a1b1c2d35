import type { Cell } from '../engine/engine.ts';
import { printable } from '../shared/printable.ts';
import { KIND_WORDS, ROLES, type Role } from '../shared/ring-kind-words.ts';
import type { RingRow } from '../snapshot/read-ring.ts';

export { ROLES, ROLE_WORDS, type Role } from '../shared/ring-kind-words.ts';

/** What speaks for a ring, by the column of `rings` that tells how far it is met. */
export const SIGN_WORDS: Readonly<Record<string, string>> = {
  goods_stay_inside: '货物几乎只在环内流转', kept_in_order: '环内按时间顺序传递且金额基本不减', value_kept: '绕环一周金额留存', close_in_time: '各环节时间相近', shared_keys: '共用人员、电话、地址、设备或网络',
  without_input: '开票方几乎没有进项', without_staff: '开票方几乎没有参保人员', gone: '开票方失联、非正常、注销或停业', young: '开票方成立时间短',
  goods_switch: '购销品名在中间改变', claims_inside: '成员申请留抵退税',
};

/** Kinds of keys that two members may share. */
export const KEY_WORDS: Readonly<Record<string, string>> = { person: '人员', phone: '电话', address: '地址', device: '设备', ip: '网络地址' };

const DAMPER_WORDS: Readonly<Record<string, string>> = {
  legal_group: '同一投资方、有人员有历史的企业集团', processing: '环内以加工劳务为主', established_trade: '开票方存续多年、有人员、有进项',
};

/** An innocent explanation in words, Chinese first. */
export const damperText = (damper: string): string => [DAMPER_WORDS[damper], printable(damper)].filter((word) => word !== undefined && word !== '').join(' ');

/** A role this version knows; any other word reads as an ordinary member. */
export function roleOf(code: string): Role {
  return ROLES.find((role) => role === code) ?? 'member';
}

/** Kinds of a ring, Chinese first; a kind without a Chinese name shows its code alone. */
export function kindsText(kinds: readonly string[]): string {
  const words = kinds.map((kind) => [KIND_WORDS[kind], printable(kind)].filter((word) => word !== undefined).join(' '));
  return words.length === 0 ? '未分类 unclassified' : words.join('、');
}

const ONE_DECIMAL = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const TWO_DECIMALS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Yuan as 万元 with one decimal, or as 亿元 with two from a hundred million on. */
export function largeYuan(amountYuan: number): string {
  return Math.abs(amountYuan) >= 1e8 ? `${TWO_DECIMALS.format(amountYuan / 1e8)} 亿元` : `${ONE_DECIMAL.format(amountYuan / 1e4)} 万元`;
}

/** A share between 0 and 1 as a percentage; nothing for no share. */
export function percentText(share: number | null): string {
  return share === null ? '' : `${(100 * share).toFixed(1)}%`;
}

/** A place in the loop: ① to ⑳, plain figures from there on. */
export function hopMark(hop: number): string {
  return hop >= 1 && hop <= 20 ? String.fromCodePoint(0x2460 + hop - 1) : `(${hop})`;
}

/** Two days as one text; one day when they are the same, and the year of the second only when it differs. */
export function periodText(from: string | null, to: string | null): string {
  const days = [from, to].filter((day) => day !== null);
  const [first = '', last = first] = days;
  if (first === last) return first;
  return `${first}～${first.slice(0, 5) === last.slice(0, 5) ? last.slice(5) : last}`;
}

/** Whether a column of a ring tells what weakens the lead, such as an agent whose clients look alike. */
export function isDamper(column: string): boolean {
  return column.startsWith('damper');
}

/** Names of what weakens a lead, where a snapshot tells it. */
export function dampersOf(ring: RingRow): string[] {
  return Object.entries(ring).flatMap(([column, value]) => (isDamper(column) ? [value].flat().map((name) => damperText(cellText(name))) : [])).filter((name) => name !== '');
}

/** Any value of a snapshot as text: four significant digits, lists with commas, nothing for no value. */
export function cellText(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(4)));
  if (Array.isArray(value)) return (value as readonly Cell[]).map(cellText).join(', ');
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
