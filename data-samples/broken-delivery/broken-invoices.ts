/** Invoices as real systems deliver them: every row of the contract's acceptance table and every invoice code. */
import { BrokenFile } from './broken-file.ts';
import type { Expectation } from './broken-file.ts';
import { makeUscc } from './ids.ts';
import type { Cell } from './csv.ts';

export const INVOICE_COLUMNS = `invoice_code invoice_number invoice_kind seller_id seller_name buyer_id buyer_name issued_at amount tax total tax_rate
  status blue_invoice_code blue_invoice_number red_confirmed_on ticket_cap book_owner_id`.trim().split(/\s+/);
const CODE = '5300261307';

export interface Parties {
  /** Two general taxpayers of the delivery. */
  readonly own: string;
  readonly second: string;
  readonly outside: string;
}

export const number20 = (serial: number): string => `26532${String(900_000_000_000_000 + serial)}`;
type Cells = Record<string, Cell>;

function base(parties: Parties, serial: number, over: Cells): Cells {
  return { invoice_number: number20(serial), invoice_kind: 'special', seller_id: parties.outside, buyer_id: parties.own, issued_at: '2026-07-18', amount: '1000.00', tax: '130.00', total: '1130.00', tax_rate: '0.13', status: 'normal', ...over };
}

interface Planted {
  readonly cells: Cells;
  readonly expected: Expectation;
}
const accepted = (name: string, cells: Cells, codes: readonly string[] = [], values: NonNullable<Expectation['values']> = {}, note = ''): Planted =>
  ({ cells, expected: { case: name, outcome: 'accepted', codes, values, note } });
const refused = (name: string, cells: Cells, code: string, note = ''): Planted => ({ cells, expected: { case: name, outcome: 'quarantined', codes: [code], note } });

function acceptanceTable({ own, second, outside }: Parties): Planted[] {
  const legacy = { invoice_code: CODE, seller_id: own, buyer_id: outside };
  return [
    accepted('date with slashes', { issued_at: '2026/7/18' }, [], { issued_at: '2026-07-18 00:00:00', has_time: false }),
    accepted('void with leading blank', { ...legacy, invoice_number: '00000101', status: ' 作废发票' }, [], { status: 'void', invoice_key: `${CODE}-00000101` }),
    accepted('amount with thousands commas', { amount: '1,234,567.80', tax: '160,493.81', total: '1,395,061.61' }, [], { amount: '1234567.80', tax: '160493.81', total: '1395061.61' }),
    accepted('amount with full-width comma', { amount: '1，234.50', tax: '160.49', total: '1394.99' }, [], { amount: '1234.50' }),
    accepted('amount with currency sign and blank', { amount: '￥ 12.00', tax: '￥ 1.56', total: '13.56元' }, [], { amount: '12.00', tax: '1.56', total: '13.56' }),
    refused('id in scientific notation', { seller_id: '9.14403E+17' }, 'E_ID_PRECISION'),
    accepted('legacy number without its zeros', { ...legacy, invoice_number: '12345' }, ['W_NUMBER_PADDED'], { invoice_number: '00012345', invoice_key: `${CODE}-00012345` }),
    accepted('red invoice, negative amount and tax', { seller_id: own, buyer_id: outside, amount: '-1000.00', tax: '-130.00', total: '-1130.00', status: '红字发票', blue_invoice_number: number20(900) }, [], { status: 'red', amount: '-1000.00', tax: '-130.00', signed_amount: '-1000.00', signed_tax: '-130.00' }),
    accepted('opposite signs', { seller_id: own, buyer_id: outside, amount: '-100.00', tax: '13.00', total: '', status: '红冲' }, ['W_SIGN'], { amount: '-100.00', tax: '13.00', signed_tax: '-13.00' }, 'a red row is signed by its status'),
    accepted('opposite signs, normal, proven by the total', { seller_id: own, buyer_id: outside, amount: '100.00', tax: '-13.00', total: '113.00' }, ['W_SIGN', 'W_TOTAL_MISMATCH'], { tax: '-13.00', signed_tax: '13.00' }),
    accepted('counterparty outside taxpayers', {}, [], { seller_id: outside }),
    accepted('id of 9 characters', { seller_id: 'MA6K00001' }, [], { seller_id: 'MA6K00001' }),
    accepted('id of 15 characters', { seller_id: '530102709876543' }, [], { seller_id: '530102709876543' }),
    accepted('id of 17 characters', { seller_id: '53010270987654321' }, [], { seller_id: '53010270987654321' }),
    accepted('id of 20 characters', { seller_id: '53010270987654321001' }, [], { seller_id: '53010270987654321001' }),
    accepted('id of 18 characters, lower case', { seller_id: outside.toLowerCase() }, [], { seller_id: outside }),
    accepted('amount 0 on a void invoice', { ...legacy, invoice_number: '00000102', amount: '0', tax: '0', total: '0', status: 'void' }, [], { amount: '0.00', status: 'void' }),
    accepted('second party of the delivery', { seller_id: second }, [], { seller_id: second }),
  ];
}

function warnings({ own, outside }: Parties): Planted[] {
  return [
    accepted('total differs', { total: '1131.00' }, ['W_TOTAL_MISMATCH']),
    accepted('negative but normal', { amount: '-50.00', tax: '-6.50', total: '-56.50' }, ['W_STATUS_INFERRED'], { status: 'normal', doc_status: 'red' }),
    accepted('void 20-digit invoice', { status: '作废' }, ['W_STATUS_INFERRED'], { status: 'void' }),
    accepted('red with positive amount', { status: 'red' }, ['W_SIGN'], { signed_amount: '-1000.00' }),
    accepted('reversed without a red', { status: '已红冲' }, ['W_REVERSED_WITHOUT_RED'], { status: 'reversed', doc_status: 'normal' }),
    accepted('check character wrong', { seller_id: '91530100MA6K000014' }, ['W_USCC_CHECKDIGIT'], { seller_id: '91530100MA6K000014' }),
    accepted('id rounded by a spreadsheet', { seller_id: '914403001922038000' }, ['W_ID_ROUNDED'], { seller_id: '914403001922038000' }, 'whether the check-character warning is given beside it is left open'),
    accepted('short id in scientific notation', { seller_id: '1.23456789E+8' }, ['W_ID_SCIENTIFIC'], { seller_id: '123456789' }),
    accepted('id with a trailing .0', { seller_id: '530102709876543.0' }, ['W_ID_SCIENTIFIC'], { seller_id: '530102709876543' }),
    accepted('id of another form', { seller_id: 'CUST-0012' }, ['W_ID_FORMAT'], { seller_id: 'CUST-0012' }),
    accepted('party with a name only', { seller_id: '', seller_name: '农户李某', invoice_kind: 'agri_purchase', amount: '800', tax: '0', total: '800', tax_rate: '0' }, ['W_PARTY_NAMELESS_ID'], { seller_id: null }),
    accepted('consumer', { seller_id: own, buyer_id: '', buyer_name: '个人', invoice_kind: '普票' }, [], { buyer_id: null, buyer_key: `B2C:${own}`, invoice_kind: 'general' }),
    accepted('legacy number without code', { invoice_number: '00770001' }, ['W_NO_CODE'], { invoice_key: `N:${outside}:00770001:20260718:113000` }),
    accepted('seller is buyer', { seller_id: own, buyer_id: own }, ['W_SELF_INVOICE'], { is_self: true }),
    accepted('rate of another time', { tax: '170.00', total: '1170.00', tax_rate: '0.17' }, ['W_LATE_RATE']),
    accepted('amount in scientific notation', { amount: '1.2E+05', tax: '15600', total: '135600' }, ['W_AMOUNT_SCIENTIFIC'], { amount: '120000.00' }),
    accepted('three decimals', { amount: '1000.005', tax: '130.00', total: '1130.01' }, ['W_ROUNDED'], { amount: '1000.01' }),
    accepted('apostrophe before the number', { invoice_number: `'${number20(777)}` }, [], { invoice_number: number20(777) }),
    accepted('full-width status and line break in the name', { seller_name: '恒达（云岭）\n商贸有限公司', status: '正常发票' }, [], { status: 'normal' }),
  ];
}

function rejects({ own }: Parties): Planted[] {
  return [
    refused('amount empty', { amount: '' }, 'E_MISSING'),
    refused('no party at all', { seller_id: '', buyer_id: '' }, 'E_MISSING'),
    refused('number of 15 digits', { invoice_number: '265320000012345' }, 'E_ID_FORMAT'),
    refused('code of 7 digits', { invoice_code: '5300261', invoice_number: '00000301' }, 'E_ID_FORMAT'),
    refused('day that does not exist', { issued_at: '2026-02-30' }, 'E_DATE'),
    refused('day first', { issued_at: '18/07/2026' }, 'E_DATE'),
    refused('day after the cutoff', { issued_at: '2027-01-05' }, 'E_DATE'),
    refused('amount in words', { amount: '12万元' }, 'E_AMOUNT_PARSE'),
    refused('decimal comma', { amount: '1000,50' }, 'E_AMOUNT_PARSE'),
    refused('unknown status', { seller_id: own, status: '已认证' }, 'E_ENUM'),
    refused('rate without percent sign', { tax_rate: '13' }, 'E_RANGE'),
  ];
}

/** The copies of one invoice: equal, in both books, superseded, in conflict. */
function copies(file: BrokenFile, parties: Parties): void {
  const { own, second, outside } = parties;
  const same = base(parties, 900, { seller_id: own, buyer_id: outside });
  file.row(same, { case: 'exact duplicate, first', outcome: 'accepted', values: { invoice_number: number20(900) } });
  file.row(same, { case: 'exact duplicate, second', outcome: 'duplicate', duplicateOf: 'same_file' });
  file.row({ ...same, issued_at: '2026年7月18日', amount: '1,000.00', status: '正常' }, { case: 'exact duplicate, written otherwise', outcome: 'duplicate', duplicateOf: 'same_file' });
  const both = base(parties, 901, { seller_id: second, buyer_id: own });
  file.row({ ...both, book_owner_id: second }, { case: 'delivered by seller and buyer, seller', outcome: 'accepted', values: { invoice_owners: `${own}|${second}` } });
  file.row({ ...both, book_owner_id: own }, { case: 'delivered by seller and buyer, buyer', outcome: 'duplicate', duplicateOf: 'same_file', note: 'one invoice, both owners recorded' });
  const later = { ...base(parties, 0, { seller_id: own, buyer_id: outside }), invoice_code: CODE, invoice_number: '00000201' };
  file.row({ ...later, buyer_name: '粤海恒达实业有限公司' }, { case: 'older status', outcome: 'quarantined', codes: ['E_SUPERSEDED'] });
  file.row({ ...later, buyer_name: '粤海恒达贸易有限公司', status: 'void' }, { case: 'newer status', outcome: 'accepted', codes: ['W_COPY_DIFFERENCE'], values: { status: 'void' } });
  const disputed = base(parties, 903, { seller_id: second, buyer_id: own });
  file.row({ ...disputed, amount: '500.00', tax: '65.00', total: '565.00', book_owner_id: own }, { case: 'other amount in the buyer\'s book', outcome: 'quarantined', codes: ['E_KEY_CONFLICT'] });
  file.row({ ...disputed, book_owner_id: second }, { case: 'the seller\'s copy', outcome: 'accepted', values: { amount: '1000.00' } });
}

export function plantedInvoices(parties: Parties): BrokenFile {
  const file = new BrokenFile('invoices/planted.csv', 'invoices', INVOICE_COLUMNS);
  for (const [index, { cells, expected }] of [...acceptanceTable(parties), ...warnings(parties), ...rejects(parties)].entries()) {
    file.row(base(parties, index + 1, cells), expected);
  }
  copies(file, parties);
  file.raw([...INVOICE_COLUMNS.map((name) => base(parties, 950, {})[name] ?? ''), 'one too many'], { case: 'too many fields', outcome: 'quarantined', codes: ['E_COLUMNS'] });
  file.raw([number20(951), 'special'], { case: 'too few fields', outcome: 'quarantined', codes: ['E_COLUMNS'] });
  return file;
}

/** Two buyers' books with the same sixty invoices from other counterparties, and a partition that disagrees with the date. */
export function sharedBooks(parties: Parties): BrokenFile[] {
  const book = (path: string, owner: string, code: string, seller: string): BrokenFile => new BrokenFile(path, 'invoices', INVOICE_COLUMNS).plain(
    Array.from({ length: 60 }, (_, index) => {
      const amount = 1_000 + index * 17;
      const cells = base(parties, 0, { invoice_code: code, invoice_number: String(40_001 + index).padStart(8, '0'), seller_id: seller, buyer_id: owner, issued_at: `2026-05-${String((index % 28) + 1).padStart(2, '0')}`, amount: `${amount}.00`, tax: (amount * 0.13).toFixed(2), total: (amount * 1.13).toFixed(2), book_owner_id: owner });
      return INVOICE_COLUMNS.map((name) => cells[name] ?? '');
    }));
  const partition = new BrokenFile('invoices/month=2026-06/part.csv', 'invoices', INVOICE_COLUMNS)
    .row(base(parties, 970, { issued_at: '2026-06-11' }), { case: 'date inside the partition', outcome: 'accepted' })
    .row(base(parties, 971, { issued_at: '2026-07-02' }), { case: 'date outside the partition', outcome: 'accepted', codes: ['W_PARTITION'] })
    .row(base(parties, 972, { issued_at: '2026-06-20' }), { case: 'delivered again in another file, first', outcome: 'accepted' });
  const again = new BrokenFile('invoices/zz-again.csv', 'invoices', INVOICE_COLUMNS)
    .row(base(parties, 972, { issued_at: '2026-06-20' }), { case: 'delivered again in another file', outcome: 'duplicate', duplicateOf: 'other_file' });
  const seller = (serial: number): string => makeUscc(1, '440305', 'MA5', serial);
  return [book('invoices/book-a.csv', parties.own, '5300261111', seller(9001)), book('invoices/book-b.csv', parties.second, '5300262222', seller(9002)), partition, again];
}
