import { cleanId, idError, scientificWarning } from './identifiers.ts';
import { matches, type ValueSql } from './value-sql.ts';

const LEGACY_LENGTH = 8;

/** Code of a legacy invoice: 10 or 12 digits. Beside a 20-digit number (`numberText`) it is ignored: a bad one becomes NULL. */
export function invoiceCode(text: string, numberText: string): ValueSql {
  const code = cleanId(text);
  const digital = matches(cleanId(numberText), '[0-9]{20}');
  const value = `CASE WHEN ${matches(code, '[0-9]{10}|[0-9]{12}')} THEN ${code} WHEN ${digital} THEN NULL ELSE ${code} END`;
  const error = `CASE WHEN ${digital} THEN NULL ELSE ${idError(text, code, '[0-9]{10}|[0-9]{12}')} END`;
  return { value, error, warnings: [`CASE WHEN ${digital} THEN NULL ELSE ${scientificWarning(text, code)} END`] };
}

/** Number of an invoice: 20 digits, or up to 8 digits padded to 8. `codeText`: its code, for W_NO_CODE. */
export function invoiceNumber(text: string, codeText: string): ValueSql {
  const number = cleanId(text);
  const short = matches(number, `[0-9]{1,${LEGACY_LENGTH - 1}}`);
  const noCode = `CASE WHEN ${codeText} IS NOT NULL THEN NULL WHEN ${matches(number, `[0-9]{1,${LEGACY_LENGTH}}`)} THEN 'W_NO_CODE' END`;
  return {
    value: `CASE WHEN ${short} THEN lpad(${number}, ${LEGACY_LENGTH}, '0') ELSE ${number} END`,
    error: idError(text, number, `[0-9]{1,${LEGACY_LENGTH}}|[0-9]{20}`),
    warnings: [scientificWarning(text, number), `CASE WHEN ${short} THEN 'W_NUMBER_PADDED' END`, noCode],
  };
}

/** SQL of the parts of an invoice key: cleaned number and code (text), the seller's party key (text), DATE or TIMESTAMP, yuan. */
export interface InvoiceKeyParts {
  readonly number: string;
  readonly code: string;
  readonly sellerKey: string;
  readonly issuedAt: string;
  readonly totalYuan: string;
}

/** SQL of the invoice key: the 20-digit number, code-number, or N:seller:number:yyyymmdd:fen. NULL when a part it needs is NULL. */
export function invoiceKey({ number, code, sellerKey, issuedAt, totalYuan }: InvoiceKeyParts): string {
  const day = `strftime(CAST(${issuedAt} AS DATE), '%Y%m%d')`;
  const fen = `CAST(try_cast(CAST(try_cast(${totalYuan} AS DECIMAL(18,2)) AS DECIMAL(22,2)) * 100 AS BIGINT) AS VARCHAR)`;
  return [
    `CASE WHEN strlen(${number}) = 20 THEN ${number} WHEN ${code} IS NOT NULL THEN ${code} || '-' || ${number}`,
    `ELSE 'N:' || ${sellerKey} || ':' || ${number} || ':' || ${day} || ':' || ${fen} END`,
  ].join(' ');
}
