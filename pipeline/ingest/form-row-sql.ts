import type { Contract, TableContract } from '../contract/contract.ts';
import { formVersionOf, printedRows } from '../contract/form-rows.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';

const PRINTED_ROW = '^(?:第|栏次|行次)?\\s*0*([0-9]{1,2}[a-z]?)\\s*(?:栏|行)?$';

/**
 * SQL for the column that names a printed row of a form: its permanent row in the form version of the period, and E_ENUM for a row the form does not
 * have. Expressions over the typed columns; empty for tables without such a column.
 */
export function formRowSql(contract: Contract, table: TableContract): { values: ReadonlyMap<string, string>; errors: readonly string[] } {
  const column = table.columns.find((candidate) => candidate.role === 'form_row');
  if (column === undefined || table.form === undefined) return { values: new Map(), errors: [] };
  const printed = `regexp_extract(lower(${sqlName(column.name)}), ${sqlText(PRINTED_ROW)}, 1)`;
  const starts = [...new Set(contract.formRows.flatMap((row) => (row.valid_from === null ? [] : [row.valid_from])))].sort().reverse();
  const branches = starts.map((start) => `when period >= ${sqlText(start)} then ${mapping(contract, table.form ?? 'vat_s1', formVersionOf(contract, start), printed)}`);
  const first = mapping(contract, table.form, formVersionOf(contract, starts.at(-1) ?? ''), printed);
  const value = branches.length > 1 ? `case ${branches.join(' ')} else ${first} end` : first;
  const error = `case when ${sqlName(column.name)} is not null and (${value}) is null then ${sqlText(`E_ENUM:${column.name}`)} end`;
  return { values: new Map([[column.name, `(${value})`]]), errors: [error] };
}

function mapping(contract: Contract, form: NonNullable<TableContract['form']>, version: string, printed: string): string {
  const rows = [...printedRows(contract, form, version)];
  return `case ${printed} ${rows.map(([row, name]) => `when ${sqlText(row)} then ${sqlText(name)}`).join(' ')} end`;
}
