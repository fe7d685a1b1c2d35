import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { findSnapshot, type SnapshotPlace } from '../../pipeline/snapshot/open-snapshot.ts';

/** One indicator of one taxpayer; a hit or watch leaves a row in the results. */
export interface MadeCell {
  readonly state: number;
  readonly value?: number | null;
  readonly points?: number;
  readonly raw?: number;
  readonly intensity?: number;
  readonly threshold?: number;
  readonly peerGroup?: string;
  readonly peerCount?: number;
  readonly suspend?: boolean;
  readonly version?: string;
}

export interface MadeTaxpayer {
  readonly id: string;
  readonly level: string;
  readonly color?: string;
  readonly score?: number;
  readonly amount?: number;
  readonly district?: string;
  readonly industry?: string | null;
  readonly ring?: string;
  readonly cells?: Readonly<Record<string, MadeCell>>;
}

export interface MadeClaim {
  readonly id: string;
  readonly taxpayer: string;
  readonly lane: string | null;
  readonly level?: string | null;
  readonly claimed: number;
}

export interface MadeSnapshot {
  readonly taxpayers: readonly MadeTaxpayer[];
  readonly claims?: readonly MadeClaim[];
  readonly codes?: readonly string[];
  /** Laid over the usual manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

const COLORS: Readonly<Record<string, string>> = { high: 'red', medium: 'yellow', low: 'blue' };
const CLEAR: MadeCell = { state: 0, value: 0 };

/** What every made manifest says unless a test says otherwise: two of them explain no difference. */
export const MANIFEST = {
  as_of: '2026-11-16', vatrisk: '0.1.0', engine: { kind: 'duckdb', version: 'v1' }, config: { ingest: { id_profile: 'strict' } }, states: {},
  inputs: [{ path: 'a.csv', sha256: 'a', refused_code: null }], parameters: { 'VR-22': { minimum: 1 }, 'VR-30': { minimum: 1 } },
  sql_sha256: { 'VR-22': 'h22', 'VR-30': 'h30' },
};
/** A delivery with other contents. */
export const OTHER_INPUTS = [{ path: 'a.csv', sha256: 'b', refused_code: null }];

/** Writes a snapshot of the given taxpayers into `folder`, and gives it back as a place to compare. */
export async function makeSnapshot(folder: string, runId: string, made: MadeSnapshot): Promise<SnapshotPlace> {
  mkdirSync(folder, { recursive: true });
  const codes = made.codes ?? ['VR-22', 'VR-30'];
  const tables = [grades(made), matrix(made, codes), results(made), members(made), ...(made.claims === undefined ? [] : [claims(made.claims)])];
  const engine = await openDuckDb();
  try {
    for (const { name, columns, rows } of tables) {
      await engine.exec(`create table ${name} (${columns})`);
      for (let at = 0; at < rows.length; at += 500) await engine.exec(`insert into ${name} values ${rows.slice(at, at + 500).map(rowOf).join(', ')}`);
      await engine.exec(`copy ${name} to ${sqlText(join(folder, `${name}.parquet`))} (format parquet)`);
    }
  } finally {
    await engine.close();
  }
  const outputs = tables.map(({ name, rows }) => ({ file: `${name}.parquet`, rows: rows.length, bytes: 0, sha256: '' }));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...MANIFEST, run_id: runId, outputs, ...made.manifest }));
  return findSnapshot(folder, folder);
}

type Value = string | number | boolean | null | undefined;
interface Table {
  readonly name: string;
  readonly columns: string;
  readonly rows: readonly (readonly Value[])[];
}

function grades({ taxpayers }: MadeSnapshot): Table {
  return {
    name: 'taxpayer_grades',
    columns: 'taxpayer_id varchar, district_code varchar, industry_code varchar, level varchar, color varchar, score double, points double, amount_at_risk decimal(18,2), taxpayer_name varchar',
    rows: taxpayers.map((one) => [
      one.id, one.district ?? '530102', one.industry === undefined ? 'C1310' : one.industry, one.level, one.color ?? COLORS[one.level] ?? 'none',
      one.score ?? pointsOf(one), one.score ?? pointsOf(one), one.amount ?? 0, `公司${one.id}`,
    ]),
  };
}

function pointsOf({ cells = {} }: MadeTaxpayer): number {
  return Object.values(cells).reduce((sum, { points = 0 }) => sum + points, 0);
}

function matrix({ taxpayers }: MadeSnapshot, codes: readonly string[]): Table {
  const columns = codes.map((code) => code.replaceAll('-', '_')).map((name) => `${name}_value double, ${name}_state utinyint`);
  return {
    name: 'indicator_matrix',
    columns: ['taxpayer_id varchar', ...columns].join(', '),
    rows: taxpayers.map((one) => [one.id, ...codes.flatMap((code) => {
      const { value = null, state } = one.cells?.[code] ?? CLEAR;
      return [value, state];
    })]),
  };
}

function results({ taxpayers }: MadeSnapshot): Table {
  const hits = taxpayers.flatMap(({ id, cells = {} }) => Object.entries(cells).flatMap(([code, cell]) => (cell.state === 1 || cell.state === 2 ? [{ id, code, cell }] : [])));
  return {
    name: 'indicator_results',
    columns: `taxpayer_id varchar, code varchar, subject varchar, is_primary boolean, outcome varchar, value double, threshold double, branch varchar, intensity double,
      raw_points double, points double, peer_group varchar, peer_count bigint, parameter_version varchar, tier varchar, suspend boolean, ineligible boolean, recompute boolean, tax_at_stake decimal(18,2)`,
    rows: hits.map(({ id, code, cell }) => [
      id, code, '', true, cell.state === 1 ? 'hit' : 'clear', cell.value, cell.threshold, 'only', cell.intensity ?? 1, cell.raw ?? cell.points ?? 0, cell.points ?? 0,
      cell.peerGroup, cell.peerCount, cell.version ?? '1-aaaa', 'T3', cell.suspend ?? false, false, false, null,
    ]),
  };
}

function members({ taxpayers }: MadeSnapshot): Table {
  return { name: 'ring_members', columns: 'ring_id varchar, taxpayer_id varchar', rows: taxpayers.flatMap(({ id, ring }) => (ring === undefined ? [] : [[ring, id]])) };
}

function claims(rows: readonly MadeClaim[]): Table {
  return {
    name: 'claim_grades',
    columns: 'application_id varchar, taxpayer_id varchar, level varchar, lane varchar, claimed decimal(18,2)',
    rows: rows.map((one) => [one.id, one.taxpayer, one.level === undefined ? 'none' : one.level, one.lane, one.claimed]),
  };
}

function rowOf(values: readonly Value[]): string {
  return `(${values.map((value) => (value === null || value === undefined ? 'null' : typeof value === 'string' ? sqlText(value) : String(value))).join(', ')})`;
}
