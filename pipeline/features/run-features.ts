import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { nearest, VatRiskError } from '../shared/errors.ts';
import type { NeededColumns } from './features-needed.ts';
import { loadFeatures, type Feature } from './load-features.ts';

export interface FeatureResult {
  readonly table: string;
  readonly rows: number;
  readonly seconds: number;
}

export interface FeatureOptions {
  /** Tables wanted; what they read is built too. Every feature when absent. */
  readonly only?: readonly string[];
  /** Tables and columns somebody reads (features-needed.ts): nothing else is built or stored. Every column when absent. */
  readonly needed?: NeededColumns;
  readonly features?: readonly Feature[];
  /** Milliseconds that pass; only differences count. */
  readonly clock?: () => number;
  readonly onStart?: (table: string, position: number, total: number) => void;
  readonly onDone?: (result: FeatureResult) => void;
}

/**
 * Builds feature tables from the known tables and the reference lists, each after the tables it reads. Throws CONTRACT_INVALID for an
 * unknown name, a circle, or columns that are not those of the feature's YAML.
 */
export async function runFeatures(engine: Engine, options: FeatureOptions = {}): Promise<readonly FeatureResult[]> {
  const features = options.features ?? loadFeatures();
  const order = await orderFeatures(engine, features, options.only ?? (options.needed === undefined ? undefined : [...options.needed.keys()]));
  const clock = options.clock ?? (() => 0);
  const results: FeatureResult[] = [];
  for (const [at, feature] of order.entries()) {
    options.onStart?.(feature.table, at + 1, order.length);
    const started = clock();
    await checkColumns(engine, feature);
    await engine.exec(`create or replace table ${sqlName(feature.table)} as ${storedSql(feature, options.needed)}`);
    const [counted] = await engine.rows<{ rows: number }>(`select count(*) as rows from ${sqlName(feature.table)}`);
    const result = { table: feature.table, rows: counted?.rows ?? 0, seconds: (clock() - started) / 1000 };
    results.push(result);
    options.onDone?.(result);
  }
  return results;
}

/** The features in an order in which each comes after those it reads; with `only`, the named ones and what they read. */
export async function orderFeatures(engine: Engine, features: readonly Feature[], only?: readonly string[]): Promise<readonly Feature[]> {
  const byName = new Map(features.map((feature) => [feature.table, feature]));
  const unknown = (only ?? []).filter((name) => !byName.has(name));
  if (unknown.length > 0) {
    const details = unknown.map((name) => `${name}${adviseNear(name, [...byName.keys()])}`);
    throw new VatRiskError('CONTRACT_INVALID', `there is no such feature table: ${details.join(', ')}`, { details });
  }
  const reads = new Map<string, readonly string[]>();
  for (const feature of features) reads.set(feature.table, (await engine.tablesRead(feature.sql)).filter((table) => byName.has(table)));
  const built = new Set((await engine.rows<{ table_name: string }>('select table_name from information_schema.tables')).map(({ table_name }) => table_name));
  const missing = features.flatMap(({ table, sql }) => [...sql.matchAll(/\b(?:from|join)\s+((?:feat|ring)_\w+)/gu)].map((match) => match[1] ?? '').filter((name) => !byName.has(name) && !built.has(name)).map((name) => `${table} reads ${name}${adviseNear(name, [...byName.keys()])}`));
  if (missing.length > 0) throw new VatRiskError('CONTRACT_INVALID', `a feature reads a table that no feature makes`, { details: missing });
  const order: Feature[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new VatRiskError('CONTRACT_INVALID', `features read each other in a circle: ${circle}`, { details: [circle] });
    }
    const feature = byName.get(name);
    if (feature === undefined || order.includes(feature)) return;
    for (const table of reads.get(name) ?? []) visit(table, [...path, name]);
    order.push(feature);
  };
  for (const name of [...(only ?? byName.keys())].sort()) visit(name, []);
  return order;
}

/** The columns nobody reads are left out before they are computed: the engine drops what an outer SELECT does not name. */
function storedSql(feature: Feature, needed: NeededColumns | undefined): string {
  const columns = needed?.get(feature.table);
  if (columns === undefined || columns.length === Object.keys(feature.columns).length) return feature.sql;
  return `select ${columns.map((name) => sqlName(name)).join(', ')} from (\n${feature.sql}\n) as feature`;
}

async function checkColumns(engine: Engine, feature: Feature): Promise<void> {
  const found = (await engine.describe(feature.sql)).map(({ name }) => name);
  const written = Object.keys(feature.columns);
  const faults = [
    ...found.filter((name) => !written.includes(name)).map((name) => `${feature.table}.${name}: in the SQL, not in the YAML`),
    ...written.filter((name) => !found.includes(name)).map((name) => `${feature.table}.${name}: in the YAML, not in the SQL`),
    ...feature.key.filter((name) => !found.includes(name)).map((name) => `${feature.table}.${name}: in the key, not in the SQL`),
  ];
  if (faults.length > 0) throw new VatRiskError('CONTRACT_INVALID', `the columns of ${feature.table} are not those its YAML describes`, { details: faults });
}

function adviseNear(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
