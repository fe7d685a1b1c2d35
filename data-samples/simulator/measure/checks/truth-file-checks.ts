/** The truth files themselves: they are there, whole and readable, and parameters.json counts their rows. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlName } from '../../../../pipeline/engine/sql-text.ts';
import { checkOf } from '../check.ts';
import type { CheckResult, CheckRule } from '../check.ts';
import { TRUTH_COLUMNS, TRUTH_FILES } from '../province-files.ts';
import type { ProvinceFiles, TruthFile } from '../province-files.ts';

/** Tables without which nothing can be said of a province. */
const LEAST_DELIVERY = ['taxpayers', 'invoices', 'vat_returns'];
/** Cells that may be empty: an honest taxpayer has no role, some labels no ring, some accidents no amount. */
const OPTIONAL: Partial<Record<TruthFile, readonly string[]>> = {
  labels: ['archetype', 'role', 'ring_id', 'from', 'to', 'tax_yuan'], noise: ['amount_yuan'],
};

/** Files and columns that are missing, as one check. */
export function presenceCheck(files: ProvinceFiles): CheckResult {
  const tables = LEAST_DELIVERY.filter((table) => files.delivered.get(table)?.length === 0);
  const missing = TRUTH_FILES.flatMap((file) => {
    const found = files.truth.get(file) ?? [];
    if (found.length === 0) return [`truth/${file}.csv`];
    return Object.keys(TRUTH_COLUMNS[file]).filter((column) => !found.includes(column)).map((column) => `truth/${file}.csv ${column}`);
  });
  const parameters = existsSync(join(files.folder, 'truth', 'parameters.json')) ? [] : ['truth/parameters.json'];
  return checkOf('files and columns are there', LEAST_DELIVERY.length + TRUTH_FILES.length + 1, [...tables, ...missing, ...parameters]);
}

/** Cells that are empty or unreadable although they must be filled. */
export function cellRules(): CheckRule[] {
  return TRUTH_FILES.map((file) => {
    const needed = Object.keys(TRUTH_COLUMNS[file]).filter((column) => OPTIONAL[file]?.includes(column) !== true);
    return {
      name: `cells of ${file}.csv are filled`, checked: `select count(*) from truth_${file}`,
      failures: `select '${file}.csv:' || line as example from truth_${file} where ${needed.map((column) => `${sqlName(column)} is null`).join(' or ')}`,
    };
  });
}

/** What parameters.json counts, as SELECTs of (name, n) over the files; one name stands for a plain number. */
const COUNTED: Readonly<Record<string, string>> = {
  frauds: `select 'frauds' as name, count(*) as n from truth_labels where label = 'fraud'`,
  rings: 'select archetype as name, count(*) as n from truth_rings group by archetype',
  ring_members: `select archetype as name, count(*) as n from truth_labels where label = 'fraud' and ring_id is not null group by archetype`,
  singles: `select archetype as name, count(*) as n from truth_labels where label = 'fraud' and ring_id is null group by archetype`,
  roles: `select role as name, count(*) as n from truth_labels where label = 'fraud' group by role`,
  lookalikes: 'select kind as name, count(*) as n from truth_lookalikes group by kind',
  lookalike_groups: 'select kind as name, count(distinct group_id) as n from truth_lookalikes group by kind',
};

interface Parameters {
  readonly options?: { readonly taxpayers?: number };
  readonly counts?: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
}

/** parameters.json against the rows of the other files; accidents of one kind in one month are one row of noise.csv. */
export async function parametersCheck(files: ProvinceFiles): Promise<CheckResult> {
  const path = join(files.folder, 'truth', 'parameters.json');
  const name = 'parameters.json counts the rows of truth/';
  if (!existsSync(path)) return checkOf(name, 0, ['parameters.json']);
  const { options, counts } = JSON.parse(await readFile(path, 'utf8')) as Parameters;
  const failing: string[] = [];
  for (const [key, select] of Object.entries(COUNTED)) {
    const found = Object.fromEntries((await files.engine.rows<{ name: string; n: number }>(`${select} order by name`)).map(({ name: word, n }) => [word, n]));
    const said = counts?.[key] ?? {};
    const saidCounts = typeof said === 'number' ? { [key]: said } : said;
    const words = new Set([...Object.keys(found), ...Object.keys(saidCounts)]);
    failing.push(...[...words].filter((word) => (found[word] ?? 0) !== (saidCounts[word] ?? 0)).map((word) => `parameters.json ${key} ${word}`));
  }
  const [taxpayers] = await files.engine.rows<{ n: number }>('select count(*) as n from taxpayers');
  if (options?.taxpayers !== taxpayers?.n) failing.push('parameters.json options taxpayers');
  return checkOf(name, Object.keys(COUNTED).length + 1, failing);
}
