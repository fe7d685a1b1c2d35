/** Plain recomputation of a few rules from the CSV text of a delivery, independent of the pipeline. Money is in fen. */

export type Row = Readonly<Record<string, string>>;
export type Delivery = (table: string) => readonly Row[];

/** RFC 4180 records of a text. */
export function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text.charAt(at + 1) === '"') { cell += '"'; at += 1; } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') { record.push(cell); cell = ''; }
    else if (char === '\n') { record.push(cell.replace(/\r$/, '')); records.push(record); record = []; cell = ''; }
    else cell += char;
  }
  if (cell !== '' || record.length > 0) records.push([...record, cell]);
  return records;
}

export function csvRows(text: string): Row[] {
  const [header = [], ...records] = csvRecords(text);
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
}

export const fenOf = (text: string | undefined): number => Math.round(Number(text === undefined || text === '' ? '0' : text) * 100);
export const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

export function groupBy(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** The newest version of each return or schedule row. */
export function current(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const before = newest.get(keyOf(row));
    if (before === undefined || Number(row.version) >= Number(before.version)) newest.set(keyOf(row), row);
  }
  return [...newest.values()];
}

const filing = (row: Row): string => `${row.taxpayer_id ?? ''}|${row.period ?? ''}`;
/** Returns of firms that file one column group; those under 即征即退 file two and are left to the product's own checks. */
const currentReturns = (delivery: Delivery): Row[] => {
  const apart = new Set(delivery('vat_returns').filter((row) => row.column_group === 'levy_refund').map((row) => row.taxpayer_id));
  return current(delivery('vat_returns').filter((row) => !apart.has(row.taxpayer_id)), filing).sort((a, b) => (filing(a) < filing(b) ? -1 : 1));
};
const inWindow = (row: Row): boolean => (row.period ?? '') >= '2024-11';
const schedule = (delivery: Delivery, table: string): Map<string, Row[]> =>
  groupBy(current(delivery(table), (row) => `${filing(row)}|${row.row_no ?? ''}`), filing);
const rowTax = (rows: readonly Row[] | undefined, number: string): number => sum((rows ?? []).filter((row) => row.row_no === number).map((row) => fenOf(row.tax)));

/** Is the second period the month after the first? A period that was never delivered breaks nothing. */
function follows(before = '', period = ''): boolean {
  const number = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
  return number(period) === number(before) + 1;
}

/** VR-09: opening credit against the closing credit before, and rows 17, 18, 20. */
export function carryForwardBreaks(delivery: Delivery): Set<string> {
  const found = new Set<string>();
  for (const chain of groupBy(currentReturns(delivery), (row) => row.taxpayer_id ?? '').values()) {
    for (const [index, row] of chain.entries()) {
      const m = (number: number): number => fenOf(Object.entries(row).find(([name]) => name.endsWith(`_m${number}`))?.[1]);
      const before = chain[index - 1];
      const gaps = [m(17) - (m(12) + m(13) - m(14) - m(15) + m(16)), m(18) - Math.min(m(17), m(11)), m(20) - (m(17) - m(18)), before === undefined || !follows(before.period, row.period) ? 0 : m(13) - fenOf(before.closing_credit_m20)];
      if (inWindow(row) && gaps.some((gap) => Math.abs(gap) > 100)) found.add(row.taxpayer_id ?? '');
    }
  }
  return found;
}

/** VR-11: row 1 of schedule 2 against confirmed special and toll invoices; main form against schedule. */
export function unconfirmedInput(delivery: Delivery): Set<string> {
  const found = new Set<string>();
  const schedule2 = schedule(delivery, 'vat_return_schedule2');
  const confirmed = groupBy(delivery('input_uses').filter((row) => row.purpose === 'deduct' && ['special', 'motor_vehicle', 'toll', ''].includes(row.invoice_kind ?? '')), (row) => `${row.buyer_id ?? ''}|${row.period ?? ''}`);
  for (const row of currentReturns(delivery).filter(inWindow)) {
    const rows = schedule2.get(filing(row));
    const excess = rowTax(rows, '1') - sum((confirmed.get(filing(row)) ?? []).map((use) => fenOf(use.effective_tax)));
    const mismatch = Math.max(Math.abs(fenOf(row.input_tax_m12) - rowTax(rows, '12')), Math.abs(fenOf(row.input_transferred_out_m14) - rowTax(rows, '13')));
    if (excess > 1000 || mismatch > 100) found.add(row.taxpayer_id ?? '');
  }
  return found;
}

/** VR-22: invoiced sales and tax of a period against columns 1–4 of schedule 1. */
export function hiddenOutput(delivery: Delivery): Set<string> {
  const found = new Set<string>();
  const schedule1 = schedule(delivery, 'vat_return_schedule1');
  const sold = groupBy(delivery('invoices').filter((row) => row.status !== 'void' && row.issued_by_authority !== 'true' && row.invoice_kind !== 'agri_purchase'), (row) => `${row.seller_id ?? ''}|${(row.issued_at ?? '').slice(0, 7)}`);
  for (const row of currentReturns(delivery).filter(inWindow)) {
    const invoices = sold.get(filing(row)) ?? [];
    const declared = (schedule1.get(filing(row)) ?? []).filter((line) => !['6', '7', '14', '15'].includes(line.row_no ?? ''));
    const amount = sum(invoices.map((each) => fenOf(each.amount)));
    const tax = sum(invoices.map((each) => fenOf(each.tax)));
    const d = amount - sum(declared.map((line) => fenOf(line.special_sales_c01) + fenOf(line.other_invoice_sales_c03)));
    const e = tax - sum(declared.map((line) => fenOf(line.special_tax_c02) + fenOf(line.other_invoice_tax_c04)));
    if (d > Math.max(1000, amount * 0.001) || e > Math.max(1000, tax * 0.001)) found.add(row.taxpayer_id ?? '');
  }
  return found;
}

/** VR-10: refunds decided in the span against row 22 of the periods that end on or after the decision, once two are filed. */
export function unpostedRefunds(delivery: Delivery): Set<string> {
  const found = new Set<string>();
  const schedule2 = schedule(delivery, 'vat_return_schedule2');
  const returns = currentReturns(delivery);
  for (const claim of delivery('refund_applications').filter((row) => row.decision === 'approved')) {
    const after = returns.filter((row) => row.taxpayer_id === claim.taxpayer_id && (row.period ?? '') >= (claim.decided_at ?? '').slice(0, 7));
    const posted = sum(after.map((row) => rowTax(schedule2.get(filing(row)), '22')));
    if (after.length >= 2 && fenOf(claim.paid_amount) - posted > 100) found.add(claim.taxpayer_id ?? '');
  }
  return found;
}
