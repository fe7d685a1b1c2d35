import { cellText, dampersOf, isDamper, KEY_WORDS, kindsText, largeYuan, percentText, periodText, ROLE_WORDS, roleOf, SIGN_WORDS } from '../ring-picture/ring-words.ts';
import { printable } from '../shared/printable.ts';
import type { Ring, RingEdge, RingMember, RingRow, RingTie } from '../snapshot/read-ring.ts';
import { renderTable, yuan } from './terminal.ts';

/** A longer table is for a file, not for a screen. */
const MOST_ROWS = 200;
const FIXED_COLUMNS = new Set(['ring_id', 'kinds', 'score', 'members', 'amount', 'first_date', 'last_date', 'retained_share', 'claims_amount', 'truncated']);

/** The page of one ring for a person. */
export function renderRing({ asOf, ring, members, edges, ties }: Ring): string {
  return [
    `团伙线索 ring  ${printable(ring.ring_id)}    得分 score  ${ring.score === null ? '—' : ring.score.toFixed(2)}    数据截至 as of ${asOf}`,
    `类型 kinds  ${kindsText(ring.kinds)}`,
    `成员 members  ${ring.members} 户    涉及金额 amount  ${bothYuan(ring.amount)}    起止 dates  ${periodText(ring.first_date, ring.last_date) || '—'}`,
    `价值保留 value kept  ${percentText(ring.retained_share) || '—'}    申请退税 claims  ${bothYuan(ring.claims_amount)}`,
    ...(ring.truncated ? ['搜索截断 truncated  搜索预算用完，可能还有成员或交易未列入 a search budget ended early; members or trade may be missing'] : []),
    ...furtherColumns(ring),
    ...tiesText(ties),
    '',
    `成员（疑点线索，须由人员核实）members, leads for a person to verify:\n${renderMembers(members)}`,
    '',
    edges.length === 0 ? '成员之间没有交易 no trade between the members' : `交易（按次序、日期）trade, by hop and date:\n${renderEdges(edges)}`,
  ].join('\n');
}

/** How many pairs each kind ties, and by what keys. */
function tiesText(ties: readonly RingTie[]): string[] {
  const kinds = [...new Set(ties.map(({ kind }) => kind))].map((kind) => {
    const pairs = ties.filter((tie) => tie.kind === kind);
    const keys = Object.entries(KEY_WORDS).flatMap(([key, word]) => {
      const sharing = pairs.filter(({ shared_keys }) => shared_keys.includes(key)).length;
      return sharing === 0 ? [] : [`${word} ${sharing}`];
    });
    return `${kindsText([kind])} ${pairs.length} 对${keys.length === 0 ? '' : `，其中共用 ${keys.join('、')}`}`;
  });
  return kinds.length === 0 ? [] : [`关联 ties  ${kinds.join('；')}`];
}

function renderMembers(members: readonly RingMember[]): string {
  const hasNames = members.some(({ taxpayer_name }) => (taxpayer_name ?? '') !== '');
  return limited(members, (rows) =>
    renderTable(rows, [
      { title: '纳税人 taxpayer', value: ({ taxpayer_id }) => printable(taxpayer_id) },
      ...(hasNames ? [{ title: '名称 name', value: ({ taxpayer_name }: RingMember) => printable(taxpayer_name ?? '') }] : []),
      { title: '角色 role', value: ({ role }) => `${ROLE_WORDS[roleOf(role)]} ${printable(role)}` },
      { title: '份额 share', value: ({ share }) => percentText(share), right: true },
    ]),
  );
}

function renderEdges(edges: readonly RingEdge[]): string {
  const hasNumbers = edges.some(({ invoice_numbers }) => (invoice_numbers ?? []).length > 0);
  return limited(edges, (rows) =>
    renderTable(rows, [
      { title: '次序 hop', value: ({ hop }) => (hop === null ? '' : String(hop)), right: true },
      { title: '销方 seller', value: ({ seller_id }) => printable(seller_id) },
      { title: '购方 buyer', value: ({ buyer_id }) => printable(buyer_id) },
      { title: '首日 first', value: ({ first_date }) => first_date ?? '' },
      { title: '末日 last', value: ({ last_date }) => last_date ?? '' },
      { title: '发票 invoices', value: ({ invoices }) => invoices.toLocaleString('en-US'), right: true },
      { title: '金额 yuan', value: ({ amount }) => yuan(amount), right: true },
      ...(hasNumbers ? [{ title: '发票号码 numbers', value: numbersText }] : []),
    ]),
  );
}

function numbersText({ invoice_numbers }: RingEdge): string {
  const numbers = invoice_numbers ?? [];
  return `${numbers.slice(0, 2).map(printable).join(', ')}${numbers.length > 2 ? ' …' : ''}`;
}

function limited<T>(rows: readonly T[], render: (rows: readonly T[]) => string): string {
  const table = render(rows.slice(0, MOST_ROWS));
  return rows.length <= MOST_ROWS ? table : `${table}\n另有 ${rows.length - MOST_ROWS} 行，见 --json; more rows with --json`;
}

/** Yuan as people say it, and to the cent. */
function bothYuan(amountYuan: number | null): string {
  return amountYuan === null ? '—' : `${largeYuan(amountYuan)}（${yuan(amountYuan)} 元）`;
}

/** What a snapshot tells of a ring beyond the fixed columns: what weakens it first, then the signs that are met, then figures by their column names. */
function furtherColumns(ring: RingRow): string[] {
  const dampers = dampersOf(ring);
  const further = Object.entries(ring).filter(([name, value]) => !FIXED_COLUMNS.has(name) && !isDamper(name) && cellText(value) !== '');
  const signs = further.flatMap(([name, value]) => (name in SIGN_WORDS && Number(value) > 0 ? [`${SIGN_WORDS[name] ?? ''} ${percentText(Number(value))}`] : []));
  const others = further.flatMap(([name, value]) => (name in SIGN_WORDS ? [] : [`${printable(name)} ${name.startsWith('amount') ? yuan(Number(value)) : cellText(value)}`]));
  return [
    ...(dampers.length > 0 ? [`减弱因素 dampers  ${dampers.join('；')}`] : []),
    ...(signs.length > 0 ? [`特征 signs  ${signs.join('；')}`] : []),
    ...(others.length > 0 ? [`其他 further  ${others.join('；')}`] : []),
  ];
}
