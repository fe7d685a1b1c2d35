/** A string literal of SQL. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A quoted identifier of SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list literal of DuckDB from already quoted items, e.g. for the files of read_csv. */
export function sqlList(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}
