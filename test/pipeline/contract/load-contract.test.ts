import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadContract, tableContract } from '../../../pipeline/contract/load-contract.ts';
import { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';

const contract = loadContract();
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The faults of a copy of the contract in which one file was changed. */
function faultsAfter(file: string, from: string, to: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  folders.push(folder);
  cpSync(packagePath('pipeline', 'contract'), folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
  try {
    loadContract(folder);
  } catch (error) {
    if (error instanceof VatRiskError && error.code === 'CONTRACT_INVALID') return error.details;
    throw error;
  }
  return [];
}

describe('the shipped contract', () => {
  it('has 32 tables in order of their names, three of them required', () => {
    const names = contract.tables.map((table) => table.table);
    expect(names).toHaveLength(32);
    expect(names).toEqual([...names].sort());
    expect(contract.tables.filter((table) => table.required).map((table) => table.table)).toEqual(['invoices', 'taxpayers', 'vat_returns']);
  });

  it('gives Chinese headers for every column and Chinese values for every code but the rating letters', () => {
    for (const table of contract.tables) {
      for (const column of table.columns) {
        expect(column.aliases, `${table.table}.${column.name}`).not.toEqual([]);
        if (column.name === 'rating') continue;
        for (const values of Object.values(column.values ?? {})) expect(values, `${table.table}.${column.name}`).not.toEqual([]);
      }
    }
  });

  it('marks each row of the four invoice tables by code and number, so the key can be built', () => {
    const keyed = contract.tables.filter((table) => table.key.includes('invoice_key'));
    expect(keyed.map((table) => table.table)).toEqual(['exception_vouchers', 'input_uses', 'invoice_lines', 'invoices']);
    for (const table of keyed) expect(table.columns.flatMap((column) => column.role ?? [])).toEqual(expect.arrayContaining(['invoice_code', 'invoice_number']));
  });

  it('lets due dates and ends of validity lie ahead, and no date that makes a row known except the deadline of a deferral', () => {
    const ahead = contract.tables.flatMap((table) => table.columns.filter((column) => column.horizon === 'future').map((column) => `${table.table}.${column.name}`));
    expect(ahead).toEqual(['credit_ratings.valid_to', 'deferrals.original_due_on', 'deferrals.extended_due_on', 'persons.valid_to', 'response_tasks.due_on', 'violations.act_to']);
  });

  it('dates every row of every table by a column, a deadline, a parent or not at all', () => {
    const undated = contract.tables.filter((table) => table.known_on.some((rule) => rule.always === true)).map((table) => table.table);
    expect(undated).toEqual(['persons', 'taxpayers']);
    for (const table of contract.tables) {
      const last = table.known_on.at(-1);
      const column = table.columns.find((candidate) => candidate.name === last?.column);
      if (last?.column !== undefined) expect(column?.nullable, `${table.table} may be left without a date`).toBe(false);
    }
  });

  it('finds a table by name and names the nearest for an unknown one', () => {
    expect(tableContract(contract, 'invoices').title_zh).toBe('发票');
    expect(() => tableContract(contract, 'invoice')).toThrow(/did you mean invoices\?/);
  });
});

describe('a contract file that is wrong', () => {
  it.each([
    ['an unknown key of a table', 'tables/persons.yaml', 'empty_means: unknown', 'empty_means: unknown\nempty_mean: unknown', /persons\.yaml: top level: unknown key empty_mean; did you mean empty_means\?/],
    ['an unknown key of a column', 'tables/electricity.yaml', 'range: { min: 0 }', 'rang: { min: 0 }', /columns\.3: unknown key rang; did you mean range\?/],
    ['an unknown type', 'tables/electricity.yaml', 'type: qty', 'type: quantity', /columns\.3\.type: .*money, qty/],
    ['a key that names a missing column', 'tables/electricity.yaml', 'meter_id, month]', 'meter_key, month]', /key names meter_key, which is no column; did you mean meter_id\?/],
    ['an enum without values', 'tables/credit_ratings.yaml', 'type: qty', 'type: enum', /column score: values belong to type enum/],
    ['a value that stands for two codes', 'tables/credit_ratings.yaml', 'A: []', 'A: [ b ]', /column rating: one value stands for two codes/],
    ['a header that stands for two columns', 'tables/violations.yaml', '违法行为止', '违法行为起', /header 违法行为起 stands for act_from and for act_to/],
    ['an unknown code', 'tables/taxpayers.yaml', 'W_OVERLAP', 'W_OVERLAPS', /unknown code W_OVERLAPS; did you mean W_OVERLAP\?/],
    ['a reference to no table', 'tables/response_feedback.yaml', 'table: response_tasks, code', 'table: response_task, code', /did you mean response_tasks\?/],
    ['a later value that is no code', 'tables/refund_applications.yaml', 'decision: pending', 'decision: open', /sets decision to open, which is none of its codes/],
    ['a later NULL in a column that may not be empty', 'tables/refund_applications.yaml', 'set: { decision: pending, decided', 'set: { decision: null, decided', /sets decision to null/],
    ['a pattern that is no regular expression', 'tables/response_feedback.yaml', '^(VR|DF', '^((VR|DF', /pattern is no regular expression/],
    ['a file whose name is not its table', 'tables/violations.yaml', 'table: violations', 'table: violation', /table is violation; file and table must have one name/],
    ['a form version without rows', 'form-rows.yaml', "copy_of: '2021-20'", "copy_of: '2021-21'", /version 2026 has no rows/],
    ['a broken YAML file', 'tables/persons.yaml', 'columns:', 'columns: [', /persons\.yaml: /],
    ['a key given twice', 'tables/persons.yaml', 'required: false', 'required: false\nrequired: true', /unique/],
    ['a calendar day that is no date', 'calendar.yaml', 'days: []', 'days: [{ day: 2026/10/1, is_working_day: false }]', /calendar\.yaml: days\.0\.day/],
  ])('is refused for %s', (_, file, from, to, expected) => {
    expect(faultsAfter(file, from, to).join('\n')).toMatch(expected);
  });

  it('has all its faults reported at once', () => {
    const faults = faultsAfter('tables/electricity.yaml', 'range: { min: 0 }', 'rang: { min: 0 }, colour: red');
    expect(faults).toHaveLength(2);
  });

  it('is accepted again when nothing was changed', () => {
    expect(faultsAfter('tables/electricity.yaml', 'type: qty', 'type: qty')).toEqual([]);
  });
});
