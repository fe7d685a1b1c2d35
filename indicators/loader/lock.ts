import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { cataloguePage } from './catalogue-page.ts';
import { invalid } from './load.ts';
import type { Catalogue, Indicator } from './schema.ts';

/** indicators.lock.json: the version and the hash of everything that can change an outcome, per code. */
export type Lock = Readonly<Record<string, { readonly version: number; readonly sha256: string }>>;

const FOLDER = packagePath('indicators');
const lockFile = (folder: string): string => join(folder, 'indicators.lock.json');
const pageFile = (folder: string): string => join(folder, 'CATALOGUE.md');

/** Hash of an indicator's SQL, evidence and scoring keys. Wording, names, cases and guidance are left out. */
export function logicHash(indicator: Indicator): string {
  const { policy, family, correlation_group, weight, points_only_with, grain, applies_to, needs, value, peers, parameters, branches } = indicator;
  const logic = {
    policy, family, correlation_group, weight, points_only_with, grain, applies_to, needs, peers,
    value: value.column,
    parameters: Object.fromEntries(Object.entries(parameters ?? {}).map(([name, { tier, values }]) => [name, { tier, values: values.map(({ from, to, value: set }) => ({ from, to, set })) }])),
    branches: branches.map((branch) => ({ ...branch, reason: undefined })),
    sql: normalised(indicator.sql),
    evidenceSql: normalised(indicator.evidenceSql),
  };
  return createHash('sha256').update(JSON.stringify(sorted(logic))).digest('hex');
}

/** The lock a catalogue ought to have: every indicator that is not a draft, by code. */
export function lockOf(catalogue: Catalogue): Lock {
  const kept = catalogue.filter((indicator) => indicator.status !== 'draft');
  return Object.fromEntries(kept.map((indicator) => [indicator.code, { version: indicator.version, sha256: logicHash(indicator) }]));
}

/** Reads the lock file of a folder; an absent file is an empty lock. */
export function readLock(folder: string = FOLDER): Lock {
  const file = lockFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Lock) : {};
}

/** What differs between a catalogue and its lock, each with what to do; empty when they agree. */
export function lockFaults(catalogue: Catalogue, lock: Lock): readonly string[] {
  const wanted = lockOf(catalogue);
  const codes = [...new Set([...Object.keys(wanted), ...Object.keys(lock)])].sort();
  return codes.flatMap((code) => {
    const now = wanted[code];
    const locked = lock[code];
    if (now === undefined) return [`${code} is locked but gone; retired indicators stay in the tree with status retired`];
    if (locked === undefined) return [`${code} is not locked; run: vatrisk indicator lock`];
    if (now.version < locked.version) return [`${code}: version ${now.version} lies below the locked ${locked.version}; a version never goes back`];
    if (now.sha256 !== locked.sha256 && now.version === locked.version) {
      return [`${code}: its logic changed but version is still ${now.version}; set version: ${now.version + 1} in the YAML, then run: vatrisk indicator lock`];
    }
    if (now.version !== locked.version) return [`${code}: version ${now.version} is not locked yet (locked: ${locked.version}); run: vatrisk indicator lock`];
    return [];
  });
}

/** Throws INDICATOR_INVALID when the lock or the catalogue page of a folder does not agree with the catalogue. */
export function checkLock(catalogue: Catalogue, folder: string = FOLDER): void {
  const page = existsSync(pageFile(folder)) ? readFileSync(pageFile(folder), 'utf8') : '';
  const faults = [...lockFaults(catalogue, readLock(folder)), ...(page === cataloguePage(catalogue) ? [] : ['CATALOGUE.md is not the page of this catalogue; run: vatrisk indicator lock'])];
  if (faults.length > 0) throw invalid(faults);
}

/** Writes the lock file and the catalogue page. Throws INDICATOR_INVALID when logic changed without a new version or a locked code is gone. */
export function writeLock(catalogue: Catalogue, folder: string = FOLDER): Lock {
  const blocking = lockFaults(catalogue, readLock(folder)).filter((fault) => !/is not locked/u.test(fault));
  if (blocking.length > 0) throw invalid(blocking);
  const lock = lockOf(catalogue);
  writeFileSync(lockFile(folder), `${JSON.stringify(lock, null, 2)}\n`);
  writeFileSync(pageFile(folder), cataloguePage(catalogue));
  return lock;
}

function normalised(sql: string): string {
  return sql.replaceAll('\r\n', '\n').split('\n').map((line) => line.trimEnd()).join('\n').trim();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, sorted(child)]));
}
