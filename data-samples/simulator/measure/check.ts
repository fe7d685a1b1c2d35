/** One named check: what it looks at, and the rows that fail it. */
import type { Engine } from '../../../pipeline/engine/engine.ts';

export interface CheckRule {
  readonly name: string;
  /** SELECT of one number: how many things are looked at. */
  readonly checked: string;
  /** SELECT with a column `example` (an id, or a file of truth/ and its line), one row for each failure. */
  readonly failures: string;
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly checked: number;
  readonly failures: number;
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

/** Runs a rule; the examples are the first in the order of their text. */
export async function runCheck(engine: Engine, rule: CheckRule): Promise<CheckResult> {
  await engine.exec(`create or replace temp table failing as ${rule.failures}`);
  const [counts] = await engine.rows<{ checked: number; failures: number }>(`select (${rule.checked}) as checked, (select count(*) from failing) as failures`);
  const examples = await engine.rows<{ example: string }>(`select distinct example from failing order by example nulls last limit ${EXAMPLES}`);
  const failures = counts?.failures ?? 0;
  return { name: rule.name, ok: failures === 0, checked: counts?.checked ?? 0, failures, examples: examples.map(({ example }) => example) };
}

/** A check that is no SQL. */
export function checkOf(name: string, checked: number, failing: readonly string[]): CheckResult {
  return { name, ok: failing.length === 0, checked, failures: failing.length, examples: failing.slice(0, EXAMPLES) };
}

/** Example text of a row of truth/. */
export const lineOf = (file: string, alias = ''): string => `'${file}.csv:' || ${alias === '' ? '' : `${alias}.`}line`;
/** All rows of a table. */
export const count = (of: string): string => `select count(*) from ${of}`;
