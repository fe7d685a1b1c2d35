/** A written province as tables of a scratch database: the delivery by its contract, the truth by the columns below. Reads files only. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';
import { SQL_TYPES } from '../../../pipeline/contract/contract.ts';
import type { TableContract } from '../../../pipeline/contract/contract.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { sqlList, sqlName, sqlText } from '../../../pipeline/engine/sql-text.ts';

export type ColumnType = keyof typeof SQL_TYPES;

export interface FileColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Files of truth/ and the columns each must have; the tables are named `truth_…` and number their lines (the header is line 1). */
export const TRUTH_COLUMNS = {
  labels: { taxpayer_id: 'text', label: 'text', archetype: 'text', role: 'text', ring_id: 'text', from: 'text', to: 'text', tax_yuan: 'money' },
  rings: {
    ring_id: 'text', archetype: 'text', members: 'int', first_date: 'date', last_date: 'date', amount_yuan: 'money', tax_yuan: 'money', claims_yuan: 'money', parameters: 'text',
  },
  ring_edges: { ring_id: 'text', seller_id: 'text', buyer_id: 'text', first_date: 'date', last_date: 'date', invoices: 'int', amount_yuan: 'money' },
  lookalikes: { taxpayer_id: 'text', kind: 'text', group_id: 'text', role: 'text', from: 'text', to: 'text' },
  claims: { application_id: 'text', taxpayer_id: 'text', period: 'text', claimed_yuan: 'money', true_refundable_yuan: 'money' },
  noise: { taxpayer_id: 'text', period: 'text', kind: 'text', amount_yuan: 'money' },
} as const satisfies Record<string, Record<string, ColumnType>>;
export type TruthFile = keyof typeof TRUTH_COLUMNS;
export const TRUTH_FILES = Object.keys(TRUTH_COLUMNS) as TruthFile[];

export interface ProvinceFiles {
  readonly engine: Engine;
  readonly folder: string;
  /** Columns every table of the contract may have; the tables here have them all. */
  readonly columns: ReadonlyMap<string, readonly FileColumn[]>;
  /** Columns a table was delivered with; none when it is absent. */
  readonly delivered: ReadonlyMap<string, readonly FileColumn[]>;
  /** Columns found in each file of truth/; none when the file is absent. */
  readonly truth: ReadonlyMap<TruthFile, readonly string[]>;
  /** Copies tables from their files into the scratch database: worth it for what is read more than once. */
  keep(...tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Memory of the engine, for example '3GB'. */
  readonly memory?: string;
  readonly threads?: number;
}

let contract: readonly TableContract[] | undefined;

/** DIR/<table>.csv|parquet (or folders of them) and DIR/truth/. Columns and tables that are absent read as NULL and as empty. */
async function openProvince(folder: string, options: OpenOptions): Promise<ProvinceFiles> {
  const scratch = await mkdtemp(join(tmpdir(), 'vatrisk-measure-'));
  const onDisk = bytesOf(folder) > LARGE_BYTES ? { path: join(scratch, 'measure.duckdb') } : {};
  const engine = await openDuckDb({ ...onDisk, tempDirectory: join(scratch, 'spill'), memoryLimit: options.memory ?? '3GB', threads: options.threads ?? 2 });
  const close = async (): Promise<void> => {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    return { engine, folder, ...(await viewsOf(engine, folder)), keep: keeper(engine), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function viewsOf(engine: Engine, folder: string): Promise<Pick<ProvinceFiles, 'columns' | 'delivered' | 'truth'>> {
  contract ??= loadContract().tables;
  const delivered = new Map<string, readonly FileColumn[]>();
  for (const { table, columns } of contract) delivered.set(table, await viewOf(engine, table, source(filesOf(folder, table)), columns));
  const truth = new Map<TruthFile, readonly string[]>();
  for (const file of TRUTH_FILES) truth.set(file, await truthTable(engine, folder, file));
  return { columns: new Map(contract.map(({ table, columns }) => [table, columns])), delivered, truth };
}

function keeper(engine: Engine): ProvinceFiles['keep'] {
  const kept = new Set<string>();
  return async (...tables) => {
    for (const table of tables.filter((each) => !kept.has(each))) {
      await engine.exec(`create table kept as select * from ${table}; drop view ${table}; alter table kept rename to ${table}`);
      kept.add(table);
    }
  };
}

/** Opens a province for one piece of work, e.g. `withProvince(folder, distributions)`, and closes it whatever happens. Throws INPUT_MISSING when the folder is absent. */
export async function withProvince<T>(folder: string, work: (files: ProvinceFiles) => Promise<T>, options: OpenOptions = {}): Promise<T> {
  if (!existsSync(folder)) throw new VatRiskError('INPUT_MISSING', `The folder ${folder} does not exist; name a simulated province.`);
  const files = await openProvince(folder, options);
  try {
    return await work(files);
  } finally {
    await files.close();
  }
}

/** From this size of the files on, the scratch database is kept on disk, where it is compressed. */
const LARGE_BYTES = 200_000_000;
const bytesOf = (folder: string): number => readdirSync(folder, { recursive: true }).reduce((sum, name) => sum + statSync(join(folder, String(name))).size, 0);

/** Files of one table, in the order of their names. */
function filesOf(folder: string, table: string): string[] {
  const inside = join(folder, table);
  const nested = existsSync(inside) ? readdirSync(inside, { recursive: true }).map((name) => join(inside, String(name))) : [];
  return [`${inside}.csv`, `${inside}.parquet`, ...nested.sort()].filter((path) => /\.(csv|parquet)$/.test(path) && existsSync(path));
}

const CSV_OPTIONS = `header = true, all_varchar = true, delim = ',', quote = '"', escape = '"'`;

/** A FROM clause over files of one table; undefined when there are none. */
function source(files: readonly string[], csvOptions = 'union_by_name = true'): string | undefined {
  const list = (ending: string): string[] => files.filter((path) => path.endsWith(ending)).map(sqlText);
  const csv = list('.csv');
  const parquet = list('.parquet');
  const readers = [
    ...(csv.length === 0 ? [] : [`select * from read_csv(${sqlList(csv)}, ${CSV_OPTIONS}, ${csvOptions})`]),
    ...(parquet.length === 0 ? [] : [`select * from read_parquet(${sqlList(parquet)}, union_by_name = true)`]),
  ];
  return readers.length === 0 ? undefined : `(${readers.join(' union all by name ')})`;
}

async function viewOf(engine: Engine, name: string, from: string | undefined, columns: readonly FileColumn[]): Promise<readonly FileColumn[]> {
  const found = new Set(from === undefined ? [] : (await engine.describe(`select * from ${from}`)).map((column) => column.name));
  const cells = columns.map(({ name: column, type }) => {
    const cell = found.has(column) ? `try_cast(${sqlName(column)} as ${SQL_TYPES[type]})` : `null::${SQL_TYPES[type]}`;
    return `${cell} as ${sqlName(column)}`;
  });
  await engine.exec(`create view ${name} as select ${cells.join(', ')}${from === undefined ? ' where false' : ` from ${from}`}`);
  return columns.filter((column) => found.has(column.name));
}

/** A line that was cut short has empty cells: the checks of the truth say so, with its number. */
async function truthTable(engine: Engine, folder: string, file: TruthFile): Promise<readonly string[]> {
  const columns = Object.entries(TRUTH_COLUMNS[file]).map(([name, type]): FileColumn => ({ name, type }));
  const path = join(folder, 'truth', `${file}.csv`);
  const view = `truth_${file}_cells`;
  const found = await viewOf(engine, view, source(existsSync(path) ? [path] : [], 'null_padding = true'), columns);
  await engine.exec(`create table truth_${file} as select row_number() over () + 1 as line, * from ${view}`);
  return found.map(({ name }) => name);
}
