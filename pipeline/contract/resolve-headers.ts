import type { TableContract } from './contract.ts';
import { parsePrintedRow, permanentRows } from './form-rows.ts';
import { normaliseHeader } from './normalise-header.ts';

export interface ResolvedHeaders {
  /** Per header cell, in file order: the column it stands for, or null when it is ignored. */
  readonly columns: readonly ({ readonly name: string } | null)[];
  /** Columns that may not be empty and have no header (F_HEADER_MISSING). */
  readonly missing: readonly string[];
  /** Columns named by more than one header (F_HEADER_DUPLICATE). */
  readonly duplicates: readonly { readonly column: string; readonly headers: readonly string[] }[];
  /** Headers that stand for nothing (F_HEADER_EXTRA); a nameless one is given by its position, counted from 1. */
  readonly extra: readonly string[];
  /** Headers of printed rows the form does not have (F_HEADER_MISSING). */
  readonly unmappedRows: readonly string[];
}

export interface HeaderOptions {
  /** Printed row → column of the form version of the file; default: the rows the column names carry. */
  readonly printedRows?: ReadonlyMap<string, string>;
  /** Columns that come from elsewhere, for example a hive partition, and are not missing. */
  readonly alsoPresent?: readonly string[];
}

/**
 * Maps the header cells of a file to columns: English names (any case), Chinese aliases, and for the forms `第N栏`, `栏次N`, `mNN` / `qNN` / `cNN`
 * (schedule 1 also `第N列`, `列N`). Order is free, languages may be mixed. Nothing is thrown: the caller refuses the file.
 */
export function resolveHeaders(table: TableContract, headerCells: readonly string[], options: HeaderOptions = {}): ResolvedHeaders {
  const byHeader = new Map(table.columns.flatMap((column) => [column.name, ...column.aliases].map((header) => [normaliseHeader(header), column.name] as const)));
  const rows = options.printedRows ?? permanentRows(table);
  const letter = table.columns.find((column) => column.form_row !== undefined)?.form_row?.[0];
  const headersOf = new Map<string, string[]>();
  const extra: string[] = [];
  const unmappedRows: string[] = [];

  const columns = headerCells.map((cell, index) => {
    const header = normaliseHeader(cell);
    const row = letter === undefined ? undefined : printedRowOf(header, letter);
    const name = byHeader.get(header) ?? (row === undefined ? undefined : rows.get(row));
    if (name !== undefined) {
      headersOf.set(name, [...(headersOf.get(name) ?? []), header]);
      return { name };
    }
    if (row === undefined) extra.push(header === '' ? `#${index + 1}` : header);
    else unmappedRows.push(header);
    return null;
  });

  const present = new Set([...headersOf.keys(), ...(options.alsoPresent ?? [])]);
  return {
    columns,
    missing: table.columns.filter((column) => !column.nullable && !present.has(column.name)).map((column) => column.name),
    duplicates: [...headersOf].filter(([, headers]) => headers.length > 1).map(([column, headers]) => ({ column, headers })),
    extra,
    unmappedRows,
  };
}

/** The printed row a header names; a bare number is no row, it is somebody's own column name. */
function printedRowOf(header: string, letter: string): string | undefined {
  const short = new RegExp(`^${letter}(\\d{1,2})$`, 'u').exec(header)?.[1];
  if (short !== undefined) return parsePrintedRow(short);
  if (/列/u.test(header) && letter !== 'c') return undefined;
  return /^\d/u.test(header) ? undefined : parsePrintedRow(header);
}
