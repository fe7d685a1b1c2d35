import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateProvince } from '../../data-samples/simulator/measure/validate.ts';
import type { ValidationReport } from '../../data-samples/simulator/measure/validate.ts';
import { ID, PARAMETERS, tinyProvince, writeTiny } from './tiny-province.ts';
import type { Cells, TinyFiles } from './tiny-province.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'vatrisk-validate-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

async function validated(change: (files: TinyFiles) => void, parameters: object | null = PARAMETERS): Promise<ValidationReport> {
  const files = tinyProvince();
  change(files);
  writeTiny(folder, files, parameters);
  return validateProvince(folder);
}

const failed = ({ checks }: ValidationReport): string[] => checks.filter(({ ok }) => !ok).map(({ name }) => name);
const without = (file: string, at: number) => (files: TinyFiles): void => { files.get(file)?.splice(at, 1); };
const twice = (file: string, at: number) => (files: TinyFiles): void => { files.get(file)?.push({ ...files.get(file)?.[at] }); };
const set = (file: string, at: number, cells: Cells) => (files: TinyFiles): void => {
  const rows = files.get(file) ?? [];
  rows[at] = { ...rows[at], ...cells };
};
const dropped = (file: string) => (files: TinyFiles): void => { files.delete(file); };
/** Two rows exchange one cell. */
const swapped = (file: string, column: string, a: number, b: number) => (files: TinyFiles): void => {
  const rows = files.get(file) ?? [];
  const [first, second] = [rows[a]?.[column] ?? null, rows[b]?.[column] ?? null];
  set(file, a, { [column]: second })(files);
  set(file, b, { [column]: first })(files);
};
const position = (id: string): number => Object.values(ID).indexOf(id as (typeof ID)['factory']);

describe('a province whose truth is in its data', () => {
  it('passes every check, and every check looks at something that is there', async () => {
    const report = await validated(() => undefined);
    expect(failed(report)).toEqual([]);
    expect(report.ok).toBe(true);
    const idle = report.checks.filter(({ checked }) => checked === 0).map(({ name }) => name);
    expect(idle).toEqual(['form identity 33', 'form identity 38']);
  });

  it('is refused by name when the folder does not exist', async () => {
    await expect(validateProvince(join(folder, 'nowhere'))).rejects.toThrow(/does not exist/);
  });

  it('shows ids and lines in its examples, never other values', async () => {
    const report = await validated(set('truth/ring_edges', 0, { amount_yuan: '150000.01' }));
    const { examples } = report.checks.find(({ name }) => name === 'edges are in the documents') ?? { examples: [] };
    expect(examples).toEqual(['ring_edges.csv:2']);
  });
});

/** Changes of one line, and the checks that must notice; changes that different checks notice share a province. */
const CORRUPTIONS: readonly (readonly [what: string, changes: readonly ((files: TinyFiles) => void)[], checks: readonly string[]])[] = [
  ['labels.csv lost a row and has another one twice', [without('truth/labels', 0), twice('truth/labels', 0)], ['every taxpayer is labelled once']],
  ['labels.csv names a stranger', [set('truth/labels', 0, { taxpayer_id: '91530102MA9999999X' })], ['labels.csv names taxpayers']],
  ['labels of a shell and of an honest firm are swapped',
    [swapped('truth/labels', 'taxpayer_id', position(ID.factory), position(ID.shellOne))],
    ['ring members stand in an edge of their ring']],
  ['labels of a beneficiary and of an honest firm are swapped',
    [swapped('truth/labels', 'taxpayer_id', position(ID.factory), position(ID.claimant))],
    ['claims of rings = claims of members']],
  ['labels of a lone fraud and of an honest firm are swapped',
    [swapped('truth/labels', 'taxpayer_id', position(ID.factory), position(ID.silent))],
    ['who cheats alone left a trace']],
  ['a fraud label was turned to honest',
    [set('truth/labels', position(ID.shellTwo), { label: 'honest' })],
    ['labels use known words', 'parameters.json counts the rows of truth/']],
  ['a fraud label was turned to honest and emptied',
    [set('truth/labels', position(ID.shellTwo), { label: 'honest', archetype: null, role: null, ring_id: null, tax_yuan: null })],
    ['rings have the members that labels name']],
  ['an honest label was turned to fraud',
    [set('truth/labels', position(ID.seasonal), { label: 'fraud' })],
    ['look-alikes are honest and of a known kind', 'labels use known words']],
  ['an archetype is misspelt, and a label names no ring there is', [set('truth/labels', position(ID.silent), { archetype: 'leaves_out_sale' }), set('truth/labels', position(ID.shellTwo), { ring_id: 'burst_shells-002' })],
    ['labels use known words', 'labels belong to rings']],
  ['the tax of labels changed', [set('truth/labels', position(ID.claimant), { tax_yuan: '19900.00' }), set('truth/labels', position(ID.silent), { tax_yuan: '0.00' })],
    ['tax of rings = members and sales to others', 'who cheats alone has tax at stake']],
  ['rings.csv has a row twice', [twice('truth/rings', 0)], ['rings stand once']],
  ['amount, members, days and claims of a ring changed', [set('truth/rings', 0, { amount_yuan: '230000.01', members: 4, last_date: '2026-05-13', claims_yuan: '28600.01' })],
    ['amounts of rings = edges', 'rings have the members that labels name', 'days of rings = edges', 'claims of rings = claims of members']],
  ['the amount of a ring cannot be read', [set('truth/rings', 0, { amount_yuan: 'many' })], ['amounts of rings = edges']],
  ['ring_edges.csv lost a row', [without('truth/ring_edges', 1)], ['amounts of rings = edges']],
  ['the amount of an edge changed',
    [set('truth/ring_edges', 0, { amount_yuan: '149999.99' })],
    ['edges are in the documents', 'amounts of rings = edges']],
  ['the invoices of an edge changed', [set('truth/ring_edges', 0, { invoices: 1 })], ['edges are in the documents']],
  ['the first day of an edge changed', [set('truth/ring_edges', 0, { first_date: '2026-05-09' })], ['edges are in the documents']],
  ['the sellers of two edges are swapped', [swapped('truth/ring_edges', 'seller_id', 0, 1)], ['edges are in the documents']],
  ['lookalikes.csv names a fraud, and a row twice',
    [set('truth/lookalikes', 0, { taxpayer_id: ID.silent }), twice('truth/lookalikes', 0)],
    ['look-alikes are honest and of a known kind', 'parameters.json counts the rows of truth/']],
  ['claims.csv lost a row', [without('truth/claims', 0)], ['claims.csv = refund_applications']],
  ['claims of two taxpayers are swapped', [swapped('truth/claims', 'taxpayer_id', 0, 1)], ['claims.csv = refund_applications']],
  ['the amount of a claim changed', [set('truth/claims', 0, { claimed_yuan: '28600.01' })], ['claims.csv = refund_applications']],
  ['what is due of claims changed',
    [set('truth/claims', 1, { true_refundable_yuan: '5199.99' }), set('truth/claims', 0, { true_refundable_yuan: '28600.01' })],
    ['honest claims ask for what is due', 'what is due is between 0 and the claim']],
  ['an accident of noise.csv is told of a stranger',
    [set('truth/noise', 0, { taxpayer_id: 'nobody' })],
    ['noise.csv names taxpayers', 'honest sales of schedule 1 = invoices']],
];

describe('a truth file that was tampered with is caught', () => {
  it.each(CORRUPTIONS)('%s', async (_, changes, checks) => {
    const report = await validated((files) => { for (const change of changes) change(files); });
    expect(report.ok).toBe(false);
    expect(failed(report)).toEqual(expect.arrayContaining([...checks]));
  });

  it.each(['labels', 'rings', 'ring_edges', 'lookalikes', 'claims', 'noise'])('%s.csv is missing', async (file) => {
    const report = await validated(dropped(`truth/${file}`));
    expect(failed(report)).toContain('files and columns are there');
    expect(report.checks.find(({ name }) => name === 'files and columns are there')?.examples).toEqual([`truth/${file}.csv`]);
  });

  it('labels.csv was cut short in the middle of a line', async () => {
    writeTiny(folder, tinyProvince());
    const path = join(folder, 'truth', 'labels.csv');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.length - 12));
    expect(failed(await validateProvince(folder))).toContain('labels use known words');
  });

  it('parameters.json is missing, or counts something else', async () => {
    expect(failed(await validated(() => undefined, null))).toContain('files and columns are there');
    const other = { ...PARAMETERS, counts: { ...PARAMETERS.counts, roles: { issuer: 1, beneficiary: 1, single: 1 } } };
    expect(failed(await validated(() => undefined, other))).toEqual(['parameters.json counts the rows of truth/']);
  });
});

describe('a delivery that does not hold what the truth says is caught', () => {
  const ofMain = (id: string, period: string) => (files: TinyFiles): number =>
    files.get('vat_returns')?.findIndex((row) => row['taxpayer_id'] === id && row['period'] === period) ?? -1;
  const setMain = (id: string, period: string, cells: Cells) => (files: TinyFiles): void => { set('vat_returns', ofMain(id, period)(files), cells)(files); };

  it('an invoice of a ring, what a beneficiary deducted, a claim and a row of schedule 2 are missing', async () => {
    const report = await validated((files) => {
      without('invoices', 2)(files);
      without('refund_applications', 0)(files);
      files.set('input_uses', files.get('input_uses')?.filter((row) => row['buyer_id'] !== ID.claimant) ?? []);
      files.set('vat_return_schedule2', files.get('vat_return_schedule2')?.filter((row) => row['row_no'] !== '2') ?? []);
    });
    const expected = ['edges are in the documents', 'beneficiaries deducted what they were sold', 'claims.csv = refund_applications', 'form identity S2-1'];
    expect(failed(report)).toEqual(expect.arrayContaining(expected));
  });

  it('a taxpayer and an invoice that an honest firm deducted are missing', async () => {
    const report = await validated((files) => {
      without('taxpayers', 3)(files);
      without('invoices', 3)(files);
    });
    expect(failed(report)).toEqual(expect.arrayContaining(['labels.csv names taxpayers', 'uses are invoices of their buyer']));
  });

  it('the main form does not add up, the credit is not carried, and the schedules say something else', async () => {
    const report = await validated((files) => {
      setMain(ID.factory, '2026-07', { closing_unpaid_m32: '0.01' })(files);
      setMain(ID.seasonal, '2026-07', { opening_credit_m13: '5200.01', deductible_total_m17: '5200.01', closing_credit_m20: '5200.01' })(files);
      setMain(ID.trader, '2026-06', { input_tax_m12: '2600.01', deductible_total_m17: '2600.01', closing_credit_m20: '2600.01' })(files);
    });
    expect(failed(report).sort()).toEqual(['form identity 32', 'row 12 = schedule 2', 'the credit is carried']);
  });
});
