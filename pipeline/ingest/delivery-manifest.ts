import { nearest, VatRiskError } from '../shared/errors.ts';

/** Months a table covers, both ends included, as stated by the sender. */
export interface TableCoverage {
  /** `YYYY-MM`. */
  readonly from: string;
  /** `YYYY-MM`. */
  readonly to: string;
  /** Whether every row of these months was delivered. */
  readonly complete: boolean;
}

export interface DeliveryManifest {
  /** Last day the data are complete for, `YYYY-MM-DD`; null when not stated. */
  readonly cutoff: string | null;
  readonly tables: ReadonlyMap<string, TableCoverage>;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/**
 * Reads `delivery.json`: at most one, unless several are alike. Returns null when there is none. Throws CONFIG_INVALID with every fault found.
 */
export function parseManifest(manifests: readonly { readonly path: string; readonly text: string }[], tableNames: readonly string[]): DeliveryManifest | null {
  const faults: string[] = [];
  const parsed = manifests.map(({ path, text }) => {
    const before = faults.length;
    const value = parseJson(text, faults);
    const manifest = value === undefined ? null : readManifest(value, tableNames, faults);
    for (let i = before; i < faults.length; i++) faults[i] = `${path}: ${faults[i] ?? ''}`;
    return manifest;
  });
  const first = parsed[0] ?? null;
  const others = manifests.slice(1).filter((_, i) => canonical(parsed[i + 1] ?? null) !== canonical(first));
  if (faults.length === 0) faults.push(...others.map(({ path }) => `${path}: states something else than ${manifests[0]?.path ?? ''}; keep one`));
  if (faults.length > 0) {
    throw new VatRiskError(
      'CONFIG_INVALID',
      'delivery.json is not valid. Expected {"cutoff":"YYYY-MM-DD","tables":{"<table>":{"from":"YYYY-MM","to":"YYYY-MM","complete":true}}}; correct or remove it.',
      { details: faults },
    );
  }
  return first;
}

function parseJson(text: string, faults: string[]): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return value;
  } catch {
    faults.push('is not JSON');
    return undefined;
  }
}

function readManifest(value: unknown, tableNames: readonly string[], faults: string[]): DeliveryManifest {
  const tables = new Map<string, TableCoverage>();
  if (!isRecord(value)) {
    faults.push('is not a JSON object');
    return { cutoff: null, tables };
  }
  checkKeys(value, ['cutoff', 'tables'], '', faults);
  const cutoff = value['cutoff'] ?? null;
  if (cutoff !== null && !isDay(cutoff)) faults.push('cutoff: not a day YYYY-MM-DD');
  const stated = value['tables'] ?? {};
  if (!isRecord(stated)) faults.push('tables: not a JSON object');
  else {
    for (const [name, coverage] of Object.entries(stated)) {
      if (!tableNames.includes(name)) faults.push(`tables.${name}: no such table${suggestion(name, tableNames)}`);
      else tables.set(name, readCoverage(`tables.${name}`, coverage, faults));
    }
  }
  return { cutoff: typeof cutoff === 'string' ? cutoff : null, tables };
}

function readCoverage(where: string, value: unknown, faults: string[]): TableCoverage {
  if (!isRecord(value)) {
    faults.push(`${where}: not a JSON object`);
    return { from: '', to: '', complete: false };
  }
  checkKeys(value, ['from', 'to', 'complete'], `${where}.`, faults);
  const from = readMonth(`${where}.from`, value['from'], faults);
  const to = readMonth(`${where}.to`, value['to'], faults);
  if (from !== '' && to !== '' && from > to) faults.push(`${where}: from lies after to`);
  const complete = value['complete'];
  if (typeof complete !== 'boolean') faults.push(`${where}.complete: not true or false`);
  return { from, to, complete: complete === true };
}

function readMonth(where: string, value: unknown, faults: string[]): string {
  if (typeof value === 'string' && MONTH.test(value)) return value;
  faults.push(`${where}: not a month YYYY-MM`);
  return '';
}

function checkKeys(value: Record<string, unknown>, known: readonly string[], prefix: string, faults: string[]): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) faults.push(`${prefix}${key}: unknown key${suggestion(key, known)}`);
  }
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `, did you mean ${near}?`;
}

function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function canonical(manifest: DeliveryManifest | null): string {
  const tables = [...(manifest?.tables ?? [])].map(([name, { from, to, complete }]) => [name, from, to, complete].join(' '));
  return [manifest?.cutoff ?? '', ...tables.sort()].join('\n');
}
