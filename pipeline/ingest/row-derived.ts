import type { Contract, TableContract } from '../contract/contract.ts';
import { sqlName } from '../engine/sql-text.ts';
import { filingDeadlineSql } from './filing-deadline.ts';
import { invoiceKey } from './values/invoice-numbers.ts';

/** SQL of invoice_key. Only an invoice itself may be known by seller, number, day and total; elsewhere a number without code must be looked up. */
export function keySql(table: TableContract, seller: string): string {
  if (table.table === 'invoices') {
    return invoiceKey({ number: 'invoice_number', code: 'invoice_code', sellerKey: seller, issuedAt: 'issued_at', totalYuan: 'coalesce(total, amount + tax)' });
  }
  return `case when strlen(invoice_number) = 20 then invoice_number when invoice_code is not null then invoice_code || '-' || invoice_number end`;
}

/**
 * SQL of the hash of all mapped columns after cleaning. Cells that could not be read count with their text (`cells`: column and SQL of its text), so that two
 * different unreadable cells stay different. The book an invoice came from is left out: seller and buyer deliver the same row.
 */
export function rowHash(table: TableContract, cells: readonly (readonly [string, string])[]): string {
  const compared = table.columns.filter((column) => column.role !== 'book_owner').map((column) => sqlName(column.name));
  const unread = cells.map(([name, text]) => `case when ${sqlName(name)} is null then cast(${text} as varchar) end`);
  return `hash(${compared.join(', ')}, case when row_errors is not null then concat_ws(chr(31), ${unread.join(', ')}) end)`;
}

/** SQL of the day a row became known, by the first rule of the contract that gives one; NULL = always, or known with another row. */
export function knownOnSql(contract: Contract, table: TableContract): string {
  const dates = table.known_on.flatMap((rule) => {
    if (rule.column !== undefined) return [`cast(${sqlName(rule.column)} as date)`];
    if (rule.deadline_of !== undefined) return [filingDeadlineSql(sqlName(rule.deadline_of), contract.calendar)];
    if (rule.settlement_deadline_of !== undefined) return [settlementDeadline(sqlName(rule.settlement_deadline_of))];
    return [];
  });
  // Rows known with a row of another table get its day when the known tables are built.
  return dates.length === 0 ? 'null' : `coalesce(${dates.join(', ')})`;
}

function settlementDeadline(year: string): string {
  return `case when ${year} between 1990 and 2099 then make_date(${year} + 1, 5, 31) end`;
}
