/** The broken delivery: a small sound province, with each ugliness of the input contract planted in it. */
import { BrokenFile, fileOf } from './broken-file.ts';
import type { CaseLine } from './broken-file.ts';
import { INVOICE_COLUMNS, number20, plantedInvoices, sharedBooks } from './broken-invoices.ts';
import type { Parties } from './broken-invoices.ts';
import { chineseTaxpayers } from './chinese-headers.ts';
import { makeUscc } from './ids.ts';
import type { Cell, Table } from './csv.ts';

const REPLACED = new Set(['taxpayers', 'invoices', 'invoice_lines', 'input_uses', 'vat_returns', 'credit_ratings', 'balance_sheets', 'electricity', 'violations', 'inspection_cases', 'response_feedback', 'officer_actions']);

export interface BrokenDelivery {
  readonly files: Map<string, Buffer>;
  readonly expected: string;
}

function taxpayersFile(table: Table): BrokenFile {
  const chinese = chineseTaxpayers(table);
  const columns = ['', ...chinese.columns];
  const file = new BrokenFile('taxpayers.csv', 'taxpayers', columns, { encoding: 'utf-8-bom', lineEnd: '\r\n' });
  file.plain(chinese.rows.map((row, index) => [index, ...row]));
  const row = (over: Record<string, Cell>): Record<string, Cell> => ({ 纳税人识别号: makeUscc(1, '530102', 'MA6', 9900), 纳税人名称: '云岭恒达商贸有限公司', 主体类型: '企业', 增值税纳税人身份: '一般纳税人', 登记日期: '2020-05-06', 一般纳税人生效日期: '2020-05-06', 行业代码: 'F5164', 纳税人状态: '正常', ...over });
  const ids = [9901, 9902, 9903, 9904, 9905].map((serial) => makeUscc(1, '530102', 'MA6', serial));
  const own = (index: number): Record<string, Cell> => ({ 纳税人识别号: ids[index] ?? '' });
  file.row(row({ ...own(0), 一般纳税人生效日期: '2019-01-01' }), { case: 'general before it was registered', outcome: 'accepted', codes: ['W_OVERLAP'], values: { taxpayer_id: ids[0] ?? '', general_from: '2019-01-01' } });
  file.row(row({ ...own(1), 行业代码: '批发' }), { case: 'industry code not readable', outcome: 'accepted', codes: ['W_ID_FORMAT'], values: { industry_code: null } });
  file.row(row({ ...own(2), 登记日期: '20170718', 注册资本: '￥1，000，000元' }), { case: 'compact date, full-width money', outcome: 'accepted', values: { registered_on: '2017-07-18', registered_capital: '1000000.00' } });
  file.row(row({ 纳税人识别号: '12345' }), { case: 'own id of five characters', outcome: 'quarantined', codes: ['E_ID_FORMAT'] });
  file.row(row({ ...own(3), 纳税人名称: '　' }), { case: 'name is a wide blank', outcome: 'quarantined', codes: ['E_MISSING'] });
  file.row(row({ ...own(4), 纳税人状态: '失踪' }), { case: 'unknown taxpayer status', outcome: 'quarantined', codes: ['E_ENUM'] });
  return file;
}

function sheetTables(province: ReadonlyMap<string, Table>, { own }: Parties): BrokenFile[] {
  const need = (name: string): Table => province.get(name) ?? { columns: [], rows: [] };
  const balances = fileOf('balance_sheets.csv', 'balance_sheets', need('balance_sheets'));
  const [first = []] = need('balance_sheets').rows;
  balances.raw(first.map((cell, index) => (index === 2 ? '1' : cell)), { case: 'second balance for one period', outcome: 'quarantined', codes: ['E_DUPLICATE_KEY'] });
  const ratings = need('credit_ratings');
  const chinese = { columns: ['纳税人识别号', '信用级别', '评价得分', '有效期起', '有效期止', '变动原因'], rows: ratings.rows };
  const stranger = makeUscc(1, '530102', 'MA6', 9990);
  const ratingsFile = fileOf('credit_ratings.csv', 'credit_ratings', chinese, { encoding: 'gb18030' })
    .row({ 纳税人识别号: stranger, 信用级别: ' b ', 评价得分: '８０', 有效期起: '2026-04-01', 变动原因: '年度评价' }, { case: 'GB18030 file, own id not in taxpayers', outcome: 'accepted', codes: ['W_NOT_IN_TAXPAYERS'], values: { rating: 'B', score: '80', valid_to: null, change_reason: 'annual' } });
  const meter = (month: string, kwh: Cell): Record<string, Cell> => ({ taxpayer_id: own, month, kwh });
  const months = Array.from({ length: 24 }, (_, index) => `${2024 + Math.floor((index + 10) / 12)}-${String(((index + 10) % 12) + 1).padStart(2, '0')}`);
  const columns = ['taxpayer_id', 'meter_id', 'month', 'kwh', 'is_shared_meter'];
  const electricity = new BrokenFile('electricity.csv', 'electricity', columns).plain(months.map((month, index) => [own, '', month, 4_000 + index * 10, '']))
    .row({ ...meter('2026-10', -5), meter_id: 'B2' }, { case: 'negative consumption', outcome: 'quarantined', codes: ['E_RANGE'] })
    .row({ ...meter('2026-13', 10), meter_id: 'B2' }, { case: 'month 13', outcome: 'quarantined', codes: ['E_PERIOD'] })
    .row({ ...meter('2026年9月', '1,050'), meter_id: 'B2', is_shared_meter: '是' }, { case: 'Chinese month, comma, 是', outcome: 'accepted', values: { month: '2026-09', kwh: '1050', is_shared_meter: true } })
    .row({ ...meter('2026-08', 990), meter_id: 'B2', is_shared_meter: '也许' }, { case: 'neither yes nor no', outcome: 'quarantined', codes: ['E_ENUM'] });
  const again = new BrokenFile('electricity/again.csv', 'electricity', columns);
  for (const [index, month] of months.entries()) again.row({ taxpayer_id: own, month, kwh: 4_000 + index * 10 }, { case: `electricity loaded twice ${month}`, outcome: 'duplicate', duplicateOf: 'other_file' });
  return [balances, ratingsFile, electricity, again];
}

function returnFiles(table: Table, firm: string): { files: BrokenFile[]; tableCases: CaseLine[] } {
  const column = (name: string): number => table.columns.indexOf(name);
  const isGap = (row: readonly Cell[]): boolean => row[0] === firm && row[column('period')] === '2026-03';
  const isLast = (row: readonly Cell[]): boolean => row[0] === firm && row[column('period')] === '2026-10';
  const main = fileOf('vat_returns.csv', 'vat_returns', { columns: table.columns, rows: table.rows.filter((row) => !isGap(row) && !isLast(row)) });
  const last = table.rows.find(isLast) ?? [];
  main.raw(last.map((cell, index) => (index === column('tax_total_m24') ? (Number(cell) + 500).toFixed(2) : cell)), { case: 'rows 24, 32 and 34 do not fit', outcome: 'accepted', codes: ['W_FORM_IDENTITY'], note: 'details 24, 32, 34' });
  main.raw(last.map((cell, index) => (index === column('output_tax_m11') ? '' : index === column('version') ? 2 : cell)), { case: 'output tax empty', outcome: 'quarantined', codes: ['E_MISSING'] });
  const negative = table.columns.map((name, index) => (name === 'version' ? 3 : name === 'filed_at' ? '2026-11-13 09:00:00' : ['deductible_total_m17', 'closing_credit_m20', 'input_tax_m12'].includes(name) ? '-2000000' : index < 4 ? (last[index] ?? '') : name === 'deducted_m18' ? '0' : last[index] ?? ''));
  main.raw(negative, { case: 'closing credit below zero', outcome: 'accepted', codes: ['W_NEGATIVE', 'W_FORM_IDENTITY'], note: 'a corrected version; identities named per run' });
  const wrongPartition = new BrokenFile('vat_returns/period=2026-10/part.csv', 'vat_returns', table.columns)
    .raw(table.rows.find(isGap) ?? [], { case: 'partition contradicts the period', outcome: 'quarantined', codes: ['E_PARTITION'] });
  const gap: CaseLine = { case: 'a missing period between two delivered ones', table: 'vat_returns', file: 'vat_returns.csv', line: null, outcome: 'accepted', codes: ['W_PERIOD_GAP'], values: { taxpayer_id: firm, period: '2026-03' } };
  return { files: [main, wrongPartition], tableCases: [gap] };
}

function childFiles(province: ReadonlyMap<string, Table>, { own, outside }: Parties): BrokenFile[] {
  const need = (name: string): Table => province.get(name) ?? { columns: [], rows: [] };
  const lines = fileOf('invoice_lines.csv', 'invoice_lines', need('invoice_lines'));
  const goods = { line_no: 1, goods_code: '109', goods_name: '*电池*铅酸蓄电池', unit: '只' };
  lines.row({ ...goods, invoice_number: number20(900), quantity: 3, unit_price: '330', amount: '990.00', tax_rate: '13%', tax: '128.70' }, { case: 'lines do not add up to the invoice', outcome: 'accepted', codes: ['W_LINE_SUM'], values: { goods_code: '1090000000000000000', tax_rate: '0.13' } });
  lines.row({ ...goods, invoice_number: number20(99_999), amount: '10.00' }, { case: 'line without invoice', outcome: 'quarantined', codes: ['E_REF'] });
  const uses = fileOf('input_uses.csv', 'input_uses', need('input_uses'));
  const use = { buyer_id: own, invoice_kind: 'special', period: '202606', purpose: '抵扣', effective_tax: '130.00', confirmed_at: '2026-07-03T09:15:00Z' };
  uses.row({ ...use, invoice_number: number20(88_888) }, { case: 'use of an invoice that is not delivered', outcome: 'accepted', codes: ['W_REF_UNRESOLVED'], values: { period: '2026-06', purpose: 'deduct', confirmed_at: '2026-07-03 17:15:00' } });
  uses.row({ ...use, invoice_number: number20(970), buyer_id: 'CUST-0012' }, { case: 'own id of another form', outcome: 'quarantined', codes: ['E_ID_FORMAT'] });
  uses.row({ ...use, invoice_number: number20(971), purpose: '报销' }, { case: 'unknown purpose', outcome: 'quarantined', codes: ['E_ENUM'] });
  const exceptions = new BrokenFile('exception_vouchers/2026.csv', 'exception_vouchers', ['发票代码', '发票号码', '列入日期', '异常原因'])
    .row({ 发票号码: number20(14), 列入日期: '2026.9.3', 异常原因: '走逃失联' }, { case: 'reason in Chinese, date with dots', outcome: 'accepted', values: { reason: '5', listed_on: '2026-09-03' } });
  const feedback = new BrokenFile('response_feedback.csv', 'response_feedback', ['task_id', 'indicator_code', 'finding'])
    .row({ task_id: 'RW-NONE', indicator_code: 'VR-22', finding: 'confirmed' }, { case: 'feedback without task', outcome: 'quarantined', codes: ['E_REF'] });
  const officers = new BrokenFile('officer_actions.csv', 'officer_actions', ['application_id', 'node', 'officer_id', 'acted_at', 'action'])
    .row({ application_id: 'LD-NONE', node: '审核', officer_id: 'G1', acted_at: '2026-07-01', action: '通过' }, { case: 'action without application', outcome: 'quarantined', codes: ['E_REF'] });
  const twice = new BrokenFile('violations.csv', 'violations', ['violation_id', 'taxpayer_id', '纳税人识别号', 'violation_type', 'decided_on'])
    .raw(['V1', own, outside, 'other', '2025-05-05'], { case: 'two headers for one column', outcome: 'quarantined', codes: ['F_HEADER_DUPLICATE'] });
  const missing = new BrokenFile('inspection_cases.csv', 'inspection_cases', ['case_id', 'taxpayer_id', 'closed_on'])
    .raw(['J1', own, ''], { case: 'required column absent', outcome: 'quarantined', codes: ['F_HEADER_MISSING'] });
  return [lines, uses, exceptions, feedback, officers, twice, missing];
}

const wholeFile = (name: string, table: string, file: string, code: string, note: string): CaseLine => ({ case: name, table, file, line: null, outcome: 'accepted', codes: [code], note });

/** A small sound province, as its files say it. */
export interface SoundDelivery {
  readonly tables: ReadonlyMap<string, Table>;
  /** Text of delivery.json. */
  readonly manifest: string;
}

/** Files below broken/ and the text of broken-expected.json. */
export function brokenDelivery(province: SoundDelivery): BrokenDelivery {
  const sound = new Map([...province.tables].filter(([name]) => name !== 'exception_vouchers'));
  const need = (name: string): Table => sound.get(name) ?? { columns: [], rows: [] };
  const returns = need('vat_returns');
  const filers = [...new Set(returns.rows.filter((row) => row[1] === '2026-03').map((row) => String(row[0])))];
  const [own = '', second = '', gapFirm = ''] = filers;
  const parties: Parties = { own, second, outside: makeUscc(1, '440305', 'MA5', 8001) };
  const { files: returnParts, tableCases } = returnFiles(returns, gapFirm);
  const invoices = need('invoices');
  const files = [
    taxpayersFile(need('taxpayers')),
    fileOf('invoices.csv', 'invoices', invoices),
    ...sharedBooks(parties), plantedInvoices(parties), ...returnParts, ...sheetTables(sound, parties), ...childFiles(sound, parties),
    ...[...sound].filter(([name]) => !REPLACED.has(name)).map(([name, table]) => fileOf(`${name}.csv`, name, table)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const cases: CaseLine[] = [
    ...files.flatMap((file) => file.cases), ...tableCases,
    wholeFile('byte order mark before the first header', 'taxpayers', 'taxpayers.csv', '', 'the column after it is recognised; line ends are CRLF, headers Chinese'),
    wholeFile('header without a name', 'taxpayers', 'taxpayers.csv', 'F_HEADER_EXTRA', 'the nameless index column is ignored'),
    wholeFile('GB18030 file', 'credit_ratings', 'credit_ratings.csv', '', 'encoding reported as GB18030'),
    wholeFile('file of no known table', '', 'notes_2026.csv', 'F_TABLE_UNKNOWN', 'listed, not read'),
    { ...wholeFile('two books with the same sixty invoices', 'invoices', 'invoices/book-b.csv', 'W_SHARED_BOOK', 'sixty shared rows, both kept'), values: { pair: [own, second].sort().join('|') } },
    { ...wholeFile('one firm\'s electricity delivered twice', 'electricity', 'electricity/again.csv', 'W_REPEATED_ROW', 'twenty-four of its rows are repeats'), values: { taxpayer_id: own } },
  ];
  const bytes = new Map(files.map((file) => [file.path, file.bytes()]));
  bytes.set('notes_2026.csv', Buffer.from('日期,备注\n2026-11-01,补充说明\n', 'utf8'));
  bytes.set('delivery.json', Buffer.from(province.manifest, 'utf8'));
  const expected = { invoice_columns: INVOICE_COLUMNS, cases, files: files.map((file) => file.totals) };
  return { files: bytes, expected: `${JSON.stringify(expected, null, 1)}\n` };
}
