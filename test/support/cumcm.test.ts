import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { adaptCumcm } from './cumcm/adapt-cumcm.ts';
import type { AdaptReport } from './cumcm/adapt-cumcm.ts';
import type { PlantedFaults } from './cumcm/plant.ts';
import { fenOf, SOURCE_FILES, yuanText } from './cumcm/source.ts';

const SOURCE = packagePath('..', 'shared', 'data');
const present = Object.values(SOURCE_FILES).every((name) => existsSync(join(SOURCE, name)));
const TABLES = ['taxpayers', 'invoices', 'vat_returns', 'vat_return_schedule2', 'input_uses'];
const scratch = mkdtempSync(join(tmpdir(), 'cumcm-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

type Record_ = Readonly<Record<string, string>>;

function recordsOf(path: string): Record_[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at]!, cell])));
}

/** Sums of yuan texts per key, as exact fen. */
function sumBy(records: readonly Record_[], keyOf: (row: Record_) => string, column: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of records) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + Math.round(Number(row[column]) * 100));
  return sums;
}

/** Firms whose rows differ between two deliveries, over all tables. */
function firmsThatDiffer(a: string, b: string): string[] {
  const firms = new Set<string>();
  for (const table of TABLES) {
    const before = countLines(join(a, `${table}.csv`));
    const after = countLines(join(b, `${table}.csv`));
    for (const line of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(line) !== after.get(line)) firms.add(line.split(',').find((cell) => /^T\d{3}$/u.test(cell)) ?? line);
    }
  }
  return [...firms];
}

function countLines(path: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(path, 'utf8').split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** Periods in which rows 13 and 17–20 do not follow from the others. */
function brokenReturns(folder: string): string[] {
  let before: Record_ = {};
  return recordsOf(join(folder, 'vat_returns.csv')).flatMap((row) => {
    const fen = (column: string): number => Math.round(Number(row[column]) * 100);
    const opening = before['taxpayer_id'] === row['taxpayer_id'] ? Math.round(Number(before['closing_credit_m20']) * 100) : 0;
    before = row;
    const deductible = fen('input_tax_m12') + opening - fen('input_transferred_out_m14');
    const deducted = Math.min(deductible, fen('output_tax_m11'));
    const holds = fen('opening_credit_m13') === opening && fen('deductible_total_m17') === deductible && fen('deducted_m18') === deducted &&
      fen('closing_credit_m20') === deductible - deducted && fen('tax_payable_m19') === fen('output_tax_m11') - deducted;
    return holds ? [] : [`${row['taxpayer_id']!} ${row['period']!}`];
  });
}

if (!present) console.warn(`skipped: the CUMCM invoices are not in ${SOURCE}`);

describe.skipIf(!present)('the real invoices as a delivery (skipped when the CUMCM files are absent)', () => {
  const honest = join(scratch, 'honest');
  let report: AdaptReport;
  beforeAll(async () => {
    report = await adaptCumcm(SOURCE, honest);
  });

  it('writes every invoice, firm and firm-month of the source, and no other', () => {
    const source = (name: string): number => readFileSync(join(SOURCE, name), 'utf8').trimEnd().split('\n').length - 1;
    expect(report.rows).toMatchObject({
      taxpayers: source(SOURCE_FILES.firms), invoices: source(SOURCE_FILES.invoices), vat_returns: source(SOURCE_FILES.declarations),
    });
    for (const table of TABLES) expect(recordsOf(join(honest, `${table}.csv`))).toHaveLength(report.rows[table]!);
  });

  it('keeps numbers, dates, amounts and parties exactly as the source has them', () => {
    const real = recordsOf(join(SOURCE, SOURCE_FILES.invoices)).map((row) =>
      [row['invoice_no'], row['direction'] === 'out' ? row['taxpayer'] : row['counterparty'],
        row['direction'] === 'out' ? row['counterparty'] : row['taxpayer'], row['issue_date'], row['amount'], row['tax'], row['total'],
        row['status'] === 'void' ? '作废发票' : '有效发票', row['taxpayer']].join(','),
    );
    expect(readFileSync(join(honest, 'invoices.csv'), 'utf8').trimEnd().split('\n').slice(1)).toEqual(real);
  });

  it('declares per firm and month what the source declares, and the source declares what its invoices sum to', () => {
    expect(report.disagreements).toEqual([]);
    const valid = recordsOf(join(honest, 'invoices.csv')).filter((row) => row['status'] === '有效发票');
    const returns = recordsOf(join(honest, 'vat_returns.csv'));
    const month = (row: Record_): string => `${row['book_owner_id']!}|${row['issued_at']!.slice(0, 7)}`;
    const sold = valid.filter((row) => row['seller_id'] === row['book_owner_id']);
    const bought = valid.filter((row) => row['buyer_id'] === row['book_owner_id']);
    const [sales, output, input] = [sumBy(sold, month, 'amount'), sumBy(sold, month, 'tax'), sumBy(bought, month, 'tax')];
    for (const row of returns) {
      const key = `${row['taxpayer_id']!}|${row['period']!}`;
      expect(fenOf(row['sales_general_m01']!), key).toBe(sales.get(key) ?? 0);
      expect(fenOf(row['output_tax_m11']!), key).toBe(output.get(key) ?? 0);
      expect(fenOf(row['input_tax_m12']!) - fenOf(row['input_transferred_out_m14']!), key).toBe(input.get(key) ?? 0);
    }
    expect(brokenReturns(honest)).toEqual([]);
  });

  it('confirms exactly the input that schedule 2 and the main form declare', () => {
    const uses = sumBy(recordsOf(join(honest, 'input_uses.csv')), (row) => `${row['buyer_id']!}|${row['period']!}`, 'effective_tax');
    const schedule = recordsOf(join(honest, 'vat_return_schedule2.csv'));
    const printed = new Map(schedule.map((row) => [`${row['taxpayer_id']!}|${row['period']!}|${row['row_no']!}`, fenOf(row['tax']!)]));
    for (const row of recordsOf(join(honest, 'vat_returns.csv'))) {
      const key = `${row['taxpayer_id']!}|${row['period']!}`;
      const input = fenOf(row['input_tax_m12']!);
      expect([printed.get(`${key}|1`), printed.get(`${key}|12`), uses.get(key) ?? 0], key).toEqual([input, input, input]);
      expect(printed.get(`${key}|13`), key).toBe(fenOf(row['input_transferred_out_m14']!));
    }
  });

  const faults: [string, PlantedFaults, string][] = [
    ['output left out', { leaveOutOutput: { firm: 'T005' } }, 'T005'],
    ['a void invoice claimed', { claimVoid: { firm: 'T004' } }, 'T004'],
    ['a void invoice declared without confirmation', { claimVoid: { firm: 'T004', confirmed: false } }, 'T004'],
    ['an invoice claimed twice', { claimTwice: { firm: 'T011' } }, 'T011'],
    ['an invoice declared twice, confirmed once', { claimTwice: { firm: 'T011', confirmed: false } }, 'T011'],
  ];
  it.each(faults)('%s changes the rows of that firm only and leaves its chain consistent', async (name, plant, firm) => {
    const folder = join(scratch, name);
    await adaptCumcm(SOURCE, folder, { plant });
    expect(firmsThatDiffer(honest, folder)).toEqual([firm]);
    expect(readFileSync(join(folder, 'invoices.csv'), 'utf8') === readFileSync(join(honest, 'invoices.csv'), 'utf8')).toBe(true);
    expect(brokenReturns(folder)).toEqual([]);
  });

  it('leaves a fifth of the sales out of the returns, and a claimed void or second use in the uses', async () => {
    const folder = join(scratch, 'all');
    const rows = (await adaptCumcm(SOURCE, folder, { plant: { leaveOutOutput: { firm: 'T005' }, claimVoid: { firm: 'T004' }, claimTwice: { firm: 'T011' } } })).rows;
    const sales = (base: string): number => sumBy(recordsOf(join(base, 'vat_returns.csv')), (row) => row['taxpayer_id']!, 'sales_general_m01').get('T005')!;
    expect(sales(folder) / sales(honest)).toBeCloseTo(0.8, 6);
    expect(rows['input_uses']).toBe(report.rows['input_uses']! + 2);
    const known = countLines(join(honest, 'input_uses.csv'));
    const added = recordsOf(join(folder, 'input_uses.csv')).filter((row) => !known.has(Object.values(row).join(',')));
    const invoices = recordsOf(join(honest, 'invoices.csv'));
    const invoiceOf = (use: Record_): Record_ =>
      invoices.find((row) => row['invoice_number'] === use['invoice_number'] && row['seller_id'] === use['seller_id'] && row['buyer_id'] === use['buyer_id'])!;
    expect(added.map((use) => [use['buyer_id'], invoiceOf(use)['status'], invoiceOf(use)['issued_at']!.slice(0, 7) < use['period']!])).toEqual([
      ['T004', '作废发票', false],
      ['T011', '有效发票', true],
    ]);
  });
});

describe('the adapter on a small source of its own', () => {
  const write = (folder: string, invoices: string[], declarations: string[]): string => {
    const path = mkdtempSync(join(scratch, folder));
    writeFileSync(join(path, SOURCE_FILES.firms), 'taxpayer,kind\nT001,company\n');
    writeFileSync(join(path, SOURCE_FILES.invoices), ['taxpayer,direction,counterparty,invoice_no,issue_date,amount,tax,total,status', ...invoices, ''].join('\n'));
    writeFileSync(
      join(path, SOURCE_FILES.declarations),
      ['taxpayer,period,sales_amount,output_tax,purchase_amount,input_tax,carry_in,payable,carry_out', ...declarations, ''].join('\n'),
    );
    return path;
  };
  const sold = 'T001,out,P00001,123,2018-01-05,100.0,17.0,117.0,valid';
  const bought = 'T001,in,P00002,456,2018-01-09,200.0,34.0,234.0,valid';

  it('names the firm, month and figure in which a declaration differs from the invoices', async () => {
    const source = write('wrong-', [sold, bought], ['T001,2018-01,100,17,200,34.01,0,0,17.01']);
    expect((await adaptCumcm(source, join(source, 'out'))).disagreements).toEqual([
      { firm: 'T001', period: '2018-01', figure: 'input tax', declared: 3401, derived: 3400 },
      { firm: 'T001', period: '2018-01', figure: 'carry out', declared: 1701, derived: 1700 },
    ]);
  });

  it('transfers the tax of a received negative invoice out instead of confirming it', async () => {
    const source = write('red-', [sold, bought, 'T001,in,P00002,457,2018-01-20,-50,-8.5,-58.5,valid'], ['T001,2018-01,100,17,150,25.5,0,0,8.5']);
    expect((await adaptCumcm(source, join(source, 'out'))).disagreements).toEqual([]);
    expect(recordsOf(join(source, 'out', 'vat_returns.csv'))[0]).toMatchObject({ input_tax_m12: '34.00', input_transferred_out_m14: '8.50', closing_credit_m20: '8.50' });
    expect(recordsOf(join(source, 'out', 'input_uses.csv'))).toHaveLength(1);
  });

  it('refuses a month that was never declared, an unknown mark, and a fault no invoice fits', async () => {
    const declared = ['T001,2018-01,100,17,200,34,0,0,17'];
    const late = write('late-', [sold.replace('2018-01', '2018-02')], declared);
    await expect(adaptCumcm(late, join(late, 'out'))).rejects.toThrow('no month 2018-02');
    const marked = write('marked-', [sold.replace('valid', 'lost')], declared);
    await expect(adaptCumcm(marked, join(marked, 'out'))).rejects.toThrow('valid, void');
    const plain = write('plain-', [sold, bought], declared);
    await expect(adaptCumcm(plain, join(plain, 'out'), { plant: { claimVoid: { firm: 'T001' } } })).rejects.toThrow('received no void');
  });

  it('holds returns whose chain was tampered with to be broken, in that month and the next', async () => {
    const months = ['T001,2018-01,100,17,200,34,0,0,17', 'T001,2018-02,0,0,0,0,17,0,17'];
    const source = write('chain-', [sold, bought], months);
    const out = join(source, 'out');
    await adaptCumcm(source, out);
    expect(brokenReturns(out)).toEqual([]);
    const returns = readFileSync(join(out, 'vat_returns.csv'), 'utf8');
    writeFileSync(join(out, 'vat_returns.csv'), returns.replace('17.00,0.00,17.00\n', '17.00,0.00,18.00\n'));
    expect(brokenReturns(out)).toEqual(['T001 2018-01', 'T001 2018-02']);
  });

  it('reads and prints yuan without losing a fen', () => {
    expect(['0', '0.1', '-0.07', '180.0', '5330000.05'].map((text) => yuanText(fenOf(text)))).toEqual(['0.00', '0.10', '-0.07', '180.00', '5330000.05']);
    expect(() => fenOf('1.005')).toThrow('two decimals');
  });
});
