import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { nearest, VatRiskError } from '../../pipeline/shared/errors.ts';
import { PACKAGE_ROOT, packagePath } from '../../pipeline/shared/package-root.ts';
import { POLICY_FOLDERS, type Catalogue, type Indicator } from './schema.ts';
import { yamlFaults } from './yaml-checks.ts';
import { readIndicatorFile } from './yaml-file.ts';

const STEM = /^([A-Z]{2}-\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)\.(yaml|sql|evidence\.sql)$/u;

/**
 * Reads every indicator of the tree; the policy folders are the list. Sorted by code. With `only`, the files of other codes are not
 * looked at, so that one indicator can be worked on while another is unfinished.
 * Throws INDICATOR_INVALID with every fault of every file in `details`, each as `file:line: what`.
 * What needs an engine is checked by checkIndicators.
 */
export function loadIndicators(folder: string = packagePath('indicators'), only?: string): Catalogue {
  const faults: string[] = [];
  const indicators = Object.entries(POLICY_FOLDERS).flatMap(([policy, name]) => {
    const path = join(folder, name);
    return existsSync(path) ? loadPolicy(path, policy, only, faults) : [];
  });
  indicators.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  indicators.forEach((indicator, index) => {
    const before = indicators[index - 1];
    if (before?.code === indicator.code) faults.push(`${indicator.file}: code ${indicator.code} is taken by ${before.file}`);
  });
  if (faults.length > 0) throw invalid(faults);
  return indicators;
}

/** One indicator of a catalogue. Throws INDICATOR_UNKNOWN naming the nearest code. */
export function indicatorByCode(catalogue: Catalogue, code: string): Indicator {
  const found = catalogue.find((indicator) => indicator.code === code.toUpperCase());
  if (found !== undefined) return found;
  const near = nearest(code.toUpperCase(), catalogue.map((indicator) => indicator.code));
  throw new VatRiskError('INDICATOR_UNKNOWN', `There is no indicator ${code}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** The error of a catalogue with faults, all of them in `details`. */
export function invalid(faults: readonly string[]): VatRiskError {
  return new VatRiskError('INDICATOR_INVALID', `The indicators have ${faults.length} fault(s); correct the files named.`, { details: faults });
}

/** Codes of all indicators by their file names, sound or not. */
export function indicatorCodes(folder: string = packagePath('indicators')): readonly string[] {
  const files = Object.values(POLICY_FOLDERS).flatMap((name) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []));
  return [...new Set(files.flatMap((file) => STEM.exec(file)?.[1] ?? []))].sort();
}

function loadPolicy(folder: string, policy: string, only: string | undefined, faults: string[]): Indicator[] {
  const files = readdirSync(folder).filter((file) => only === undefined || file.startsWith(`${only}-`)).sort();
  for (const file of files) {
    if (!STEM.test(file)) faults.push(`${shown(join(folder, file))}: a policy folder holds <CODE>-<slug>.yaml, .sql and .evidence.sql only`);
    else if (!files.includes(`${stemOf(file)}.yaml`)) faults.push(`${shown(join(folder, file))}: there is no ${stemOf(file)}.yaml beside it`);
  }
  return files.filter((file) => STEM.test(file) && file.endsWith('.yaml')).flatMap((file) => loadOne(folder, stemOf(file), policy, faults));
}

function loadOne(folder: string, stem: string, policy: string, faults: string[]): Indicator[] {
  const path = join(folder, `${stem}.yaml`);
  const file = readIndicatorFile(path);
  const texts = ['.sql', '.evidence.sql'].map((ending) => {
    if (existsSync(join(folder, stem + ending))) return readFileSync(join(folder, stem + ending), 'utf8');
    faults.push(`${shown(path)}: there is no ${stem}${ending} beside it`);
    return undefined;
  });
  faults.push(...file.faults);
  const [sql, evidenceSql] = texts;
  if (file.value === undefined || sql === undefined || evidenceSql === undefined) return [];
  const [, code = '', slug = ''] = STEM.exec(`${stem}.yaml`) ?? [];
  const indicator: Indicator = { ...file.value, slug, file: shown(path), sql, evidenceSql };
  if (indicator.code !== code) faults.push(`${file.at(['code'])}: code is ${indicator.code}, the file name says ${code}`);
  if (indicator.policy !== policy) faults.push(`${file.at(['policy'])}: policy is ${indicator.policy}, the folder belongs to ${policy}`);
  faults.push(...yamlFaults(indicator).map((fault) => `${file.at(fault.path)}: ${fault.path.join('.')}: ${fault.message}`));
  return [indicator];
}

function stemOf(file: string): string {
  return file.replace(/\.(yaml|evidence\.sql|sql)$/u, '');
}

function shown(path: string): string {
  return relative(PACKAGE_ROOT, path);
}
