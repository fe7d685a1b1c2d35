import { sqlText } from '../../pipeline/engine/sql-text.ts';

/** What must be known of an indicator to name the clause behind an unmet condition. */
export interface ConditionSource {
  readonly code: string;
  readonly legal_basis?: readonly string[] | undefined;
  readonly branches?: readonly { readonly name: string; readonly effect?: string | undefined; readonly threshold?: string | undefined }[] | undefined;
  readonly parameters?: Readonly<Record<string, { readonly values: readonly { readonly from?: string | undefined; readonly to?: string | undefined; readonly source?: string | undefined }[] }>> | undefined;
}

const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';

/**
 * SELECT of clause_rule (rule_no, code, branch, from_on, to_on, clause): for each branch that leaves a condition unmet, the source of its threshold on
 * each day; where the threshold names none, all that the indicator rests on.
 */
export function clauseRuleSql(indicators: readonly ConditionSource[]): string {
  const rows = indicators.flatMap(branchClauses).map((row, at) => `(${at + 1}, ${row.map(sqlText).join(', ')})`);
  const none = "(0, '', '', '', '', '')";
  return `select c.rule_no, c.code, c.branch, cast(c.from_on as date) as from_on, cast(c.to_on as date) as to_on, c.clause
    from (values ${rows.length === 0 ? none : rows.join(', ')}) as c(rule_no, code, branch, from_on, to_on, clause) where c.code <> ''`;
}

function branchClauses({ code, legal_basis = [], branches = [], parameters }: ConditionSource): string[][] {
  const whole = legal_basis.join('；');
  return branches.filter(({ effect }) => effect === 'ineligible').flatMap(({ name, threshold }) => {
    const values = threshold !== undefined ? (parameters?.[threshold]?.values ?? []) : [];
    if (!values.some(({ source }) => source !== undefined)) return [[code, name, FIRST_DAY, LAST_DAY, whole]];
    return values.map(({ from, to, source }, at) => [code, name, from ?? FIRST_DAY, to ?? dayBefore(values[at + 1]?.from), source ?? whole]);
  });
}

function dayBefore(day: string | undefined): string {
  if (day === undefined) return LAST_DAY;
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
