import type { ColumnContract } from '../../contract/contract.ts';
import { booleanValue, enumValue, typedBoolean } from './codes.ts';
import { dateValue, FUTURE_LIMIT, periodValue, timestampValue, typedMoment, type DateRules } from './dates.ts';
import { counterpartyId, ownTaxpayerId, personHash, type IdProfile } from './identifiers.ts';
import { invoiceCode, invoiceNumber } from './invoice-numbers.ts';
import { integerValue, moneyValue, quantityValue, ratioValue, typedNumber, typedRatio } from './numbers.ts';
import { normaliseAscii, normaliseText, textValue } from './text.ts';
import { NO_CODE, type ValueSql } from './value-sql.ts';

/** What value cleaning must know beyond the column. */
export interface ValueRules {
  /** SQL of a DATE: last accepted day of columns that cannot lie ahead (cutoff + 1 day). */
  readonly lastDay: string;
  readonly idProfile: IdProfile;
  readonly excelSerial: boolean;
  /** For invoice roles: SQL of the normalised text of the number beside this code, or of the code beside this number. */
  readonly partnerText?: string | undefined;
}

export interface SourceCell {
  /** SQL of the delivered cell, best a column name. */
  readonly raw: string;
  /** Its SQL type: VARCHAR from CSV, anything from Parquet. */
  readonly sqlType: string;
  /** The whole column is ASCII. */
  readonly isAscii?: boolean;
}

/** SQL of the normalised text of a cell of any type. */
export function cellText({ raw, sqlType, isAscii }: SourceCell): string {
  const text = isText(sqlType) ? raw : `CAST(${raw} AS VARCHAR)`;
  return isAscii === true ? normaliseAscii(text) : normaliseText(text);
}

/** True when `typedValueOf` reads the cell without going through text. */
export function isReadTyped(column: ColumnContract, sqlType: string): boolean {
  return typedValueOf(column, { raw: 'c', sqlType }, { lastDay: 'd', idProfile: 'strict', excelSerial: false }) !== undefined;
}

/**
 * SQL of one cell by the contract of its column. A cell that came in a fitting type is range-checked as it is; any other is
 * read from its text. `text` is the name of a column that holds `cellText(source)`; without it the expression itself is used,
 * which is longer and slower.
 */
export function valueOf(column: ColumnContract, source: SourceCell, rules: ValueRules, text: string = cellText(source)): ValueSql {
  return typedValueOf(column, source, rules) ?? textValueOf(column, text, rules);
}

function typedValueOf(column: ColumnContract, { raw, sqlType }: SourceCell, rules: ValueRules): ValueSql | undefined {
  const type = sqlType.toUpperCase();
  const isInteger = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/u.test(type);
  const scale = /^DECIMAL\(\d+, ?(\d+)\)$/u.exec(type)?.[1];
  const fits = (decimals: number): boolean => isInteger || (scale !== undefined && Number(scale) <= decimals);
  const isMoment = type === 'DATE' || type.startsWith('TIMESTAMP');
  if (column.type === 'date' && isMoment) return typedMoment(raw, type, 'DATE', dateRules(column, rules));
  if (column.type === 'ts' && isMoment) return typedMoment(raw, type, 'TIMESTAMP', dateRules(column, rules));
  if (column.type === 'money' && fits(2)) return typedNumber(raw, 'DECIMAL(18,2)', 'E_AMOUNT_PARSE', column.range);
  if (column.type === 'qty' && fits(8)) return typedNumber(raw, 'DECIMAL(24,8)', 'E_AMOUNT_PARSE', column.range);
  if (column.type === 'ratio' && fits(6)) return typedRatio(raw, column.range);
  if (column.type === 'int' && isInteger) return typedNumber(raw, 'INTEGER', 'E_RANGE', column.range);
  if (column.type === 'bool' && type === 'BOOLEAN') return typedBoolean(raw);
  return undefined;
}

function textValueOf(column: ColumnContract, text: string, rules: ValueRules): ValueSql {
  switch (column.type) {
    case 'date':
      return dateValue(text, dateRules(column, rules));
    case 'ts':
      return timestampValue(text, dateRules(column, rules));
    case 'money':
      return moneyValue(text, column.range);
    case 'qty':
      return quantityValue(text, column.range);
    case 'ratio':
      return ratioValue(text, column.range);
    case 'int':
      return integerValue(text, column.range);
    case 'bool':
      return booleanValue(text);
    case 'enum':
      return enumValue(text, column.values ?? {});
    case 'period':
      return periodValue(text);
    case 'text':
      return roleValue(column, text, rules);
  }
}

function roleValue(column: ColumnContract, text: string, rules: ValueRules): ValueSql {
  const partner = rules.partnerText ?? NO_CODE;
  switch (column.role) {
    case 'own_taxpayer':
      return ownTaxpayerId(text, rules.idProfile);
    case 'counterparty':
    case 'book_owner':
      return counterpartyId(text);
    case 'person_hash':
      return personHash(text);
    case 'invoice_code':
    case 'blue_invoice_code':
      return invoiceCode(text, partner);
    case 'invoice_number':
    case 'blue_invoice_number':
      return invoiceNumber(text, partner);
    default:
      return textValue(text, { pattern: column.pattern, onMismatch: column.on_mismatch, rightPadTo: column.right_pad_to });
  }
}

function dateRules(column: ColumnContract, rules: ValueRules): DateRules {
  return { upper: column.horizon === 'future' ? FUTURE_LIMIT : rules.lastDay, excelSerial: rules.excelSerial };
}

function isText(sqlType: string): boolean {
  return /^(VARCHAR|TEXT|CHAR|STRING)/u.test(sqlType.toUpperCase());
}
