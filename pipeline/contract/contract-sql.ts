import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { LaterRule, TableCheck, TableContract } from './contract.ts';

/**
 * The SQL condition of a row check, with `{name}` replaced by the number of that name in `settings` (the keys under `ingest.`).
 * Undefined when the check needs more than one row. Throws CONTRACT_INVALID for a setting that is not given.
 */
export function checkCondition(check: TableCheck, settings: Readonly<Record<string, number>>): string | undefined {
  return check.when?.replaceAll(/\{([a-z]\w*)\}/gu, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new VatRiskError('CONTRACT_INVALID', `check ${check.code} needs the setting ingest.${name}, which is not given`);
    return String(value);
  });
}

/**
 * The SQL expression of a column as it was known at the end of the as-of day: the column itself, or what `later` says while the date
 * that changed it still lies ahead. `asOf` is `YYYY-MM-DD`. Expressions read the unmasked columns of the row.
 */
export function columnAsOf(table: TableContract, column: string, asOf: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(asOf)) throw new VatRiskError('USAGE', 'the as-of day is not of the form YYYY-MM-DD');
  const rules = (table.later ?? []).filter((rule) => Object.hasOwn(rule.set, column)).reverse();
  if (rules.length === 0) return sqlName(column);
  const branches = rules.map((rule) => `when ${lieAhead(rule, asOf)} then ${literal(rule.set[column])}`);
  return `case ${branches.join(' ')} else ${sqlName(column)} end`;
}

function lieAhead(rule: LaterRule, asOf: string): string {
  const ahead = `cast(${sqlName(rule.on)} as date) > date '${asOf}'`;
  return rule.when === undefined ? ahead : `${ahead} and (${rule.when})`;
}

function literal(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' ? sqlText(value) : String(value);
}
