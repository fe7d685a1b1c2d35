import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';

/** Officers of one region; a region is a prefix of district codes. */
export interface RegionOfficers {
  readonly region: string;
  readonly officers: number;
  readonly cases_per_officer: number;
}

const COLUMNS = ['region', 'officers', 'cases_per_officer'] as const;

/**
 * Reads `region,officers,cases_per_officer` from a CSV file in UTF-8: the region 1–6 digits, officers a whole number from 0, cases a whole number from 1.
 * Throws OFFICERS_INVALID with every faulty line.
 */
export async function readOfficers(engine: Engine, file: string): Promise<readonly RegionOfficers[]> {
  const source = `read_csv(${sqlText(file)}, header = true, all_varchar = true, delim = ',')`;
  const missing = await missingColumns(engine, source, file);
  if (missing.length > 0) throw new VatRiskError('OFFICERS_INVALID', `${file} has no column ${missing.join(', ')}; expected ${COLUMNS.join(',')}.`);
  const rows = await engine.rows<Record<(typeof COLUMNS)[number], string | null> & { line: number }>(`select row_number() over () + 1 as line, ${COLUMNS.map((name) => `trim(${name}) as ${name}`).join(', ')} from ${source}`);
  const faults = rows.flatMap(({ line, region, officers, cases_per_officer }) => [
    ...(/^\d{1,6}$/u.test(region ?? '') ? [] : [`line ${line}: region must be 1 to 6 digits, the beginning of district codes`]),
    ...(/^\d{1,5}$/u.test(officers ?? '') ? [] : [`line ${line}: officers must be a whole number from 0`]),
    ...(/^[1-9]\d{0,4}$/u.test(cases_per_officer ?? '') ? [] : [`line ${line}: cases_per_officer must be a whole number from 1`]),
    ...(rows.some((other) => other.line < line && other.region === region) ? [`line ${line}: region ${region ?? ''} was given before`] : []),
  ]);
  if (rows.length === 0) faults.push('no region at all');
  if (faults.length > 0) throw new VatRiskError('OFFICERS_INVALID', `${file} holds lines that cannot be used; correct them.`, { details: faults });
  return rows.map(({ region, officers, cases_per_officer }) => ({ region: region ?? '', officers: Number(officers), cases_per_officer: Number(cases_per_officer) })).sort((a, b) => (a.region < b.region ? -1 : 1));
}

async function missingColumns(engine: Engine, source: string, file: string): Promise<string[]> {
  try {
    const names = (await engine.describe(`select * from ${source}`)).map(({ name }) => name);
    return COLUMNS.filter((name) => !names.includes(name));
  } catch (cause) {
    throw new VatRiskError('OFFICERS_INVALID', `${file} cannot be read as a CSV file in UTF-8 with the header ${COLUMNS.join(',')}.`, { cause });
  }
}
