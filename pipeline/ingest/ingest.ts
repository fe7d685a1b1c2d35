import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract, TableContract } from '../contract/contract.ts';
import { tableContract } from '../contract/load-contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { defaultAsOf } from './calendar.ts';
import { checkConservation } from './conservation.ts';
import { readBytes } from './decode.ts';
import { discoverDelivery, type DeliveredFile, type Delivery } from './discover.ts';
import { buildKnownTables } from './known.ts';
import { buildQuality } from './quality.ts';
import { buildQuarantine } from './quarantine.ts';
import { settleStage, type SettleSettings } from './settle.ts';
import { loadCsvFile, loadParquetFile, recordFile, type LoadedFile, type LoadOptions } from './stage.ts';
import type { ReadSettings } from './stage-select.ts';
import { createStageTables } from './stage-tables.ts';
import { summarise, type IngestSummary } from './summary.ts';

export interface IngestSettings extends SettleSettings, Omit<ReadSettings, 'lastDay'> {
  /** Go on when a refused file cannot be counted. */
  readonly allowRefusedFiles: boolean;
}

export interface IngestProgress {
  readonly step: 'load' | 'settle' | 'account' | 'know';
  /** File or table at work. */
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

export interface IngestOptions {
  readonly inputs: readonly string[];
  /** A folder of this run alone, for clean copies; created when absent. */
  readonly scratchDirectory: string;
  /** YYYY-MM-DD; default: see `defaultAsOf`. */
  readonly asOf?: string;
  /** Day of the run, YYYY-MM-DD. */
  readonly clock: string;
  readonly settings: IngestSettings;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Accounts only: no known tables (vatrisk check). */
  readonly accountOnly?: boolean;
  /** Leave schema stage in place, for tests. */
  readonly keepStage?: boolean;
}

/**
 * Reads a delivery into the known tables of `engine` (schema main) and accounts for every row: main.ingest_files, ingest_rejects, ingest_quality.
 * Throws INPUT_MISSING, CONFIG_INVALID (delivery.json), TABLE_REQUIRED, FILE_REFUSED, CONSERVATION_BROKEN, DISK_FAILED, ENGINE_FAILED, INTERRUPTED.
 */
export async function ingestDelivery(engine: Engine, contract: Contract, options: IngestOptions): Promise<IngestSummary> {
  const { settings, signal, onProgress = () => undefined } = options;
  await mkdir(options.scratchDirectory, { recursive: true });
  const delivery = await discoverDelivery(options.inputs, contract.tables.map((table) => table.table));
  requireTables(contract, new Set(delivery.tables.keys()));
  await createStageTables(engine, contract);
  const cutoff = delivery.manifest?.cutoff ?? null;
  const lastDay = dayAfter(cutoff ?? latestOf(options.clock, options.asOf ?? ''));
  const loaded = await loadFiles(engine, contract, delivery, { ...options, settings: { ...settings, lastDay } }, onProgress);
  refuseFiles(contract, loaded, settings.allowRefusedFiles);
  const total = contract.tables.length;
  const step = (name: IngestProgress['step']) => {
    let done = 0;
    return (table: string) => { signal?.throwIfAborted(); onProgress({ step: name, name: table, done: done++, total }); };
  };
  await settleStage(engine, contract, settings, step('settle'));
  step('account')('quality');
  await buildQuality(engine, contract);
  await checkConservation(engine);
  await nameFiles(engine, options.inputs);
  await buildQuarantine(engine, contract, options.scratchDirectory, signal);
  await engine.exec('create or replace table main.ingest_files as select * exclude (first_row_id, row_count) from stage.ingest_files order by file_no asc nulls last');
  const asOf = options.asOf ?? (await defaultAsOf(engine, contract, cutoff, dayAfter(options.clock)));
  if (options.accountOnly !== true) {
    await buildKnownTables(engine, contract, { asOf, spans: delivery.manifest?.tables ?? new Map(), onTable: step('know') });
  }
  if (options.keepStage !== true) await engine.exec('drop schema stage cascade');
  return summarise(engine, asOf);
}

/** What a file is called in reports: its path below the input folder, so that they do not change with where a delivery lies; numbered when there are several folders. */
async function nameFiles(engine: Engine, inputs: readonly string[]): Promise<void> {
  const cases = inputs.map((folder, at) => {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    const number = inputs.length > 1 ? `${at + 1}:` : '';
    return `when starts_with(path, ${sqlText(prefix)}) then ${sqlText(number)} || substr(path, ${prefix.length + 1})`;
  });
  await engine.exec(`
    alter table stage.ingest_files add column file VARCHAR;
    update stage.ingest_files set file = case ${cases.join(' ')} else path end`);
}

async function loadFiles(
  engine: Engine, contract: Contract, delivery: Delivery, options: LoadOptions, onProgress: (progress: IngestProgress) => void,
): Promise<LoadedFile[]> {
  const files = [...delivery.tables].flatMap(([name, list]) => list.map((file) => ({ table: tableContract(contract, name), file })));
  const loaded: LoadedFile[] = [];
  for (const { table, file } of files) {
    options.signal?.throwIfAborted();
    const fileNumber = loaded.length + 1;
    onProgress({ step: 'load', name: file.relativePath, done: loaded.length, total: files.length });
    loaded.push(await loadFile(engine, contract, table, file, fileNumber, options));
    await rm(join(options.scratchDirectory, `clean-${fileNumber}.csv`), { force: true });
  }
  for (const entry of delivery.unknown) {
    const details = entry.nearestTable === null ? [] : [entry.nearestTable];
    const unknown = { fileNumber: loaded.length + 1, table: '', path: entry.path, format: 'csv', encoding: null, bytes: 0, sha256: '' } as const;
    loaded.push(await recordFile(engine, { ...unknown, delivered: 0, refused: 'F_TABLE_UNKNOWN', details }, 0, 0));
  }
  return loaded;
}

async function loadFile(engine: Engine, contract: Contract, table: TableContract, file: DeliveredFile, fileNumber: number, options: LoadOptions): Promise<LoadedFile> {
  if (file.format === 'csv') return loadCsvFile(engine, contract, table, file, fileNumber, options);
  const hash = createHash('sha256');
  const bytes = await readBytes(file.path, options.signal === undefined ? { hash } : { hash, signal: options.signal }, () => undefined);
  return loadParquetFile(engine, contract, table, file, fileNumber, { bytes, sha256: hash.digest('hex') }, options);
}

function requireTables(contract: Contract, present: ReadonlySet<string>): void {
  const missing = contract.tables.filter((table) => table.required && !present.has(table.table)).map((table) => table.table);
  if (missing.length === 0) return;
  const needed = contract.tables.filter((table) => table.required).map((table) => table.table);
  throw new VatRiskError('TABLE_REQUIRED', `The delivery lacks ${missing.join(', ')}. Expected at least ${needed.join(', ')}; deliver them and run again.`, { details: missing });
}

function refuseFiles(contract: Contract, files: readonly LoadedFile[], allowed: boolean): void {
  const uncounted = files.filter((file) => file.delivered === null);
  if (uncounted.length > 0 && !allowed) {
    throw new VatRiskError(
      'FILE_REFUSED',
      'Files of the delivery are refused and their rows cannot be counted. Deliver them again in UTF-8 or GB18030 with a complete header, or set ingest.allow_refused_files=true to go on without them.',
      { details: uncounted.map((file) => `${file.path}: ${[file.refused ?? '', ...file.details].join(' ')}`) },
    );
  }
  const refused = files.filter((file) => file.refused !== null).map((file) => `${file.path}: ${[file.refused ?? '', ...file.details].join(' ')}`);
  const readable = new Set(files.filter((file) => file.refused === null).map((file) => file.table));
  const lost = contract.tables.filter((table) => table.required && !readable.has(table.table)).map((table) => table.table);
  if (lost.length > 0) {
    throw new VatRiskError('TABLE_REQUIRED', `Every file of ${lost.join(', ')} is refused. Correct the headers or the encoding and deliver again.`, { details: refused });
  }
}

function latestOf(a: string, b: string): string {
  return a > b ? a : b;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
