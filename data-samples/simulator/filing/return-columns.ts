/** Columns of the main form in the order of table vat_return. */
import { EDUCATION_LIMIT_YUAN, EDUCATION_PERCENT, LOCAL_EDUCATION_PERCENT } from '../books/surcharges.ts';
import { MAIN_FORM_ROWS } from '../schema.ts';

/** What a source of returns knows: SQL expressions of the rows that are not 0. Rows 27, 32, 33, 34 and 39–41 follow from the others. */
export type KnownRows = Readonly<Partial<Record<(typeof MAIN_FORM_ROWS)[number], string>>>;

/**
 * SELECT list of rows 1–41. The source has the columns of surchargeColumns unless `hasSurcharges` is false: then rows 39–41 are 0.
 */
export function returnColumns(known: KnownRows, hasSurcharges = true): string {
  const row = (number: (typeof MAIN_FORM_ROWS)[number]): string => known[number] ?? '0';
  const fee = (percent: string): string => (hasSurcharges ? `round(greatest(0, ${row(24)} - surcharge_free)::double * ${percent} / 100 * surcharge_part, 2)`
    : '0');
  const derived: KnownRows = {
    27: `${row(30)} + ${row(31)}`,
    32: `${row(24)} + ${row(25)} - (${row(30)} + ${row(31)})`,
    33: `${row(25)} - (${row(30)} + ${row(31)})`,
    34: row(24),
    39: fee('surcharge_urban'), 40: fee(`${EDUCATION_PERCENT} * surcharge_education`), 41: fee(`${LOCAL_EDUCATION_PERCENT} * surcharge_education`),
  };
  return MAIN_FORM_ROWS.map((number) => `(${derived[number] ?? row(number)})::decimal(18, 2)`).join(', ');
}

/**
 * Columns for rows 39–41 of a firm f with monthly `sales`: rate by place, half for small firms, no education fees below their limit; `free` is tax that a
 * refund frees.
 */
export const surchargeColumns = (sales: string, free = '0'): string => `urban_percent(f.firm, f.district_code) as surcharge_urban,
  case when f.entity_kind = 'individual' or f.monthly_sales < 300000 then 0.5 else 1 end as surcharge_part,
  case when ${sales} > ${EDUCATION_LIMIT_YUAN} then 1 else 0 end as surcharge_education, ${free} as surcharge_free`;
