import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadContract, tableContract } from '../../../pipeline/contract/load-contract.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine, Row } from '../../../pipeline/engine/engine.ts';
import { GIVEN_ROWS_SETTINGS, insertStageRows, type GivenRow } from '../../../pipeline/ingest/given-rows.ts';
import { ingestDelivery, type IngestOptions, type IngestSettings } from '../../../pipeline/ingest/ingest.ts';
import { buildKnownTables } from '../../../pipeline/ingest/known.ts';
import { SETTLE_DEFAULTS, settleStage, type SettleSettings } from '../../../pipeline/ingest/settle.ts';
import type { ReadSettings } from '../../../pipeline/ingest/stage-select.ts';
import { createStageTables } from '../../../pipeline/ingest/stage-tables.ts';
import type { IngestSummary } from '../../../pipeline/ingest/summary.ts';

export const CONTRACT = loadContract();

export type Given = Readonly<Record<string, readonly GivenRow[]>>;

/** An engine with settled stage tables that hold the given rows. */
export async function settled(given: Given, settings: Partial<SettleSettings & ReadSettings> = {}): Promise<Engine> {
  const engine = await openDuckDb();
  await createStageTables(engine, CONTRACT);
  for (const [name, rows] of Object.entries(given)) {
    await insertStageRows(engine, CONTRACT, tableContract(CONTRACT, name), rows, { ...GIVEN_ROWS_SETTINGS, ...settings });
  }
  await settleStage(engine, CONTRACT, { ...SETTLE_DEFAULTS, ...settings });
  return engine;
}

/** The same with known tables as of a day. */
export async function known(given: Given, asOf = '2026-07-20', settings: Partial<SettleSettings & ReadSettings> = {}): Promise<Engine> {
  const engine = await settled(given, settings);
  await buildKnownTables(engine, CONTRACT, { asOf });
  return engine;
}

/** What became of each row of a stage table, in file order: disposition, its codes, and the place (from 0) of the row it points to. */
export async function dispositions(engine: Engine, table: string): Promise<string[]> {
  const rows = await engine.rows<{ text: string }>(`
    select concat_ws(' ', coalesce(r.disposition, case when s.errors is null then 'accepted' else 'quarantined' end), case when r.disposition is null then s.errors else r.code end,
      '→' || r.pointer_row_id) as text
    from stage."${table}" as s left join stage.removed as r on r.table_name = '${table}' and r.row_id = s.rowid order by s.rowid`);
  return rows.map((row) => row.text);
}

/** Warnings of each row of a stage table, in file order: those of the row itself, then those that needed other rows. */
export async function warnings(engine: Engine, table: string): Promise<string[]> {
  const rows = await engine.rows<{ text: string }>(`
    select concat_ws(',', s.warnings, f.codes) as text from stage."${table}" as s
    left join (select row_id, string_agg(code, ',' order by code) as codes from stage.flags where table_name = '${table}' group by row_id) as f on f.row_id = s.rowid
    order by s.rowid`);
  return rows.map((row) => row.text);
}

export const INGEST_SETTINGS: IngestSettings = {
  ...SETTLE_DEFAULTS,
  idProfile: 'strict',
  excelSerial: false,
  totalTolerance: 0.05,
  consumerNames: CONTRACT.consumerNames,
  allowRefusedFiles: false,
};

/** A folder with the given files, removed by `clear`. */
export function folder(files: Readonly<Record<string, string>>): { path: string; clear: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'ingest-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, clear: () => { rmSync(path, { recursive: true, force: true }); } };
}

/** Ingests a folder into a fresh engine. */
export async function ingest(path: string, options: Partial<IngestOptions> = {}, threads = 2): Promise<{ engine: Engine; summary: IngestSummary }> {
  const engine = await openDuckDb({ threads });
  const scratch = mkdtempSync(join(tmpdir(), 'scratch-'));
  try {
    const summary = await ingestDelivery(engine, CONTRACT, { inputs: [path], scratchDirectory: scratch, clock: '2026-11-22', settings: INGEST_SETTINGS, ...options });
    return { engine, summary };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** CSV text of rows, with the union of their columns. */
export function csv(rows: readonly GivenRow[], columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]): string {
  const cell = (value: GivenRow[string]): string => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name])).join(','))].map((line) => `${line}\n`).join('');
}

/** A valid invoice; anything may be overridden. */
export function invoice(number: number, change: GivenRow = {}): GivenRow {
  return {
    invoice_number: `255320000000${String(number).padStart(8, '0')}`,
    seller_id: 'S1', buyer_id: 'B1', issued_at: '2026-05-03', amount: 100, tax: 13, total: 113, status: 'normal', ...change,
  };
}

export function taxpayer(id: string, change: GivenRow = {}): GivenRow {
  return { taxpayer_id: id, taxpayer_name: `Name of ${id}`, registered_on: '2015-01-01', ...change };
}

export function vatReturn(id: string, period: string, change: GivenRow = {}): GivenRow {
  return { taxpayer_id: id, period, output_tax_m11: 0, input_tax_m12: 0, opening_credit_m13: 0, closing_credit_m20: 0, ...change };
}

/** The least delivery that gives a run. */
export function leastDelivery(change: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'taxpayers.csv': csv([taxpayer('91530100MA6K000013')]),
    'invoices.csv': csv([invoice(1, { seller_id: '91530100MA6K000013', buyer_id: '91530100MA6K000026' })]),
    'vat_returns.csv': csv([vatReturn('91530100MA6K000013', '2026-05')]),
    ...change,
  };
}

export type { Engine, GivenRow, Row };
