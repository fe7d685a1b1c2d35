import type { Contract, FormName, FormRow, FormRowsFile, TableContract } from './contract.ts';

const FORMS: readonly FormName[] = ['vat_main', 'vat_s1', 'vat_s2', 'small_scale'];

/** Every printed row of every form version, from form-rows.yaml and the `form_row` of the columns. */
export function expandFormRows(file: FormRowsFile, tables: readonly TableContract[]): { rows: readonly FormRow[]; faults: readonly string[] } {
  const faults: string[] = [];
  const rows: FormRow[] = [];
  for (const version of file.versions) {
    const source = version.copy_of === undefined ? version : file.versions.find((other) => other.form_version === version.copy_of);
    if (source?.rows === undefined) {
      faults.push(`form-rows.yaml: version ${version.form_version} has no rows; give rows, or copy_of a version that has them`);
      continue;
    }
    const { form_version, valid_from, valid_to } = version;
    for (const form of FORMS) {
      const table = tables.find((candidate) => candidate.form === form);
      const mapping = source.rows[form] === 'by_name' ? permanentRows(table) : new Map(Object.entries(source.rows[form]));
      for (const [printed_row, column_name] of mapping) rows.push({ form, form_version, valid_from, valid_to, printed_row, column_name });
      faults.push(...unknownColumns(form, form_version, table, mapping));
    }
  }
  return { rows, faults };
}

/** The rows the column names carry: printed row → column, of layout 2021-20. Empty for a table that is no form. */
export function permanentRows(table: TableContract | undefined): ReadonlyMap<string, string> {
  const named = (table?.columns ?? []).flatMap((column) => (column.form_row === undefined ? [] : [[printedRow(column.form_row.slice(1)), column.name] as const]));
  return new Map(named);
}

/** Printed row → column (or row_no) of a form in one version. Empty when the contract does not know the version. */
export function printedRows(contract: Contract, form: FormName, formVersion: string): ReadonlyMap<string, string> {
  const rows = contract.formRows.filter((row) => row.form === form && row.form_version === formVersion);
  return new Map(rows.map((row) => [row.printed_row, row.column_name]));
}

/** The version a return of this period (YYYY-MM) uses when it names none: the latest one in force, before the first version the first. */
export function formVersionOf(contract: Contract, period: string): string {
  const dated = contract.formRows.flatMap((row) => (row.valid_from === null ? [] : [{ ...row, valid_from: row.valid_from }]));
  dated.sort((a, b) => (a.valid_from < b.valid_from ? -1 : a.valid_from > b.valid_from ? 1 : 0));
  const inForce = dated.filter((row) => row.valid_from <= period && (row.valid_to === null || row.valid_to >= period));
  return (inForce.at(-1) ?? dated[0])?.form_version ?? '';
}

/** `第9a栏`, `栏次09A`, `9A` → `9a`; undefined when the text is no printed row. */
export function parsePrintedRow(text: string): string | undefined {
  const found = /^(?:第|栏次|行次|列)?\s*(\d{1,3}[a-z]?)\s*(?:栏|行|列)?$/u.exec(text.normalize('NFKC').trim().toLowerCase());
  return found?.[1] === undefined ? undefined : printedRow(found[1]);
}

function printedRow(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

function unknownColumns(form: FormName, version: string, table: TableContract | undefined, mapping: ReadonlyMap<string, string>): readonly string[] {
  if (table === undefined) return [`form-rows.yaml: no table has form ${form}`];
  if (table.columns.some((column) => column.role === 'form_row')) return [];
  const names = new Set(table.columns.map((column) => column.name));
  return [...mapping]
    .filter(([, column]) => !names.has(column))
    .map(([row, column]) => `form-rows.yaml: version ${version}, ${form} row ${row} names ${column}, which is no column of ${table.table}`);
}
