/** Checks that what truth/ says is in the data of a province, and that the books of its honest firms agree with their documents. */
import { runCheck } from './check.ts';
import type { CheckResult } from './check.ts';
import { CLAIM_TABLES, claimChecks } from './checks/claim-checks.ts';
import { formChecks } from './checks/form-checks.ts';
import { labelChecks } from './checks/label-checks.ts';
import { ledgerChecks } from './checks/ledger-checks.ts';
import { LEDGER_TABLES } from './checks/ledger-tables.ts';
import { ringChecks } from './checks/ring-checks.ts';
import { RING_TABLES } from './checks/ring-tables.ts';
import { traceChecks } from './checks/trace-checks.ts';
import { cellRules, parametersCheck, presenceCheck } from './checks/truth-file-checks.ts';
import { withProvince } from './province-files.ts';
import type { OpenOptions, ProvinceFiles } from './province-files.ts';

export interface ValidationReport {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

/** Tables that more than one check reads. */
const READ_OFTEN = ['taxpayers', 'invoices', 'input_uses', 'vat_returns', 'vat_return_schedule1', 'vat_return_schedule2', 'refund_applications'];

/**
 * Reads DIR/<table>.csv|parquet and DIR/truth/ and runs every check. Examples name ids, or a file of truth/ and its line, never other values.
 * Throws INPUT_MISSING when the folder is absent.
 */
export async function validateProvince(folder: string, options: OpenOptions = {}): Promise<ValidationReport> {
  return withProvince(folder, validateFiles, options);
}

async function validateFiles(files: ProvinceFiles): Promise<ValidationReport> {
  await files.keep(...READ_OFTEN);
  for (const statement of [...LEDGER_TABLES, ...RING_TABLES, ...CLAIM_TABLES]) await files.engine.exec(statement);
  const checks: CheckResult[] = [presenceCheck(files), await parametersCheck(files)];
  for (const rule of [...cellRules(), ...labelChecks(), ...ringChecks(), ...traceChecks(), ...claimChecks(), ...ledgerChecks(), ...formChecks(files)]) {
    checks.push(await runCheck(files.engine, rule));
  }
  return { ok: checks.every(({ ok }) => ok), checks };
}
