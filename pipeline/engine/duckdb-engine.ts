import { DuckDBDataChunk, DuckDBInstance, INTEGER, JsonDuckDBValueConverter, type DuckDBConnection, type DuckDBValueConverter } from '@duckdb/node-api';
import { VatRiskError } from '../shared/errors.ts';
import type { Cell, Column, Engine, EngineProgress, NumberColumns } from './engine.ts';
import { sqlText } from './sql-text.ts';

export interface DuckDbOptions {
  /** File of the database; in memory when absent. */
  readonly path?: string;
  readonly threads?: number;
  /** For example '8GB'. */
  readonly memoryLimit?: string;
  readonly tempDirectory?: string;
  readonly maxTempDirectorySize?: string;
  readonly readOnly?: boolean;
  /** Another database file, read only: its tables are found by their names where this one has none of that name. */
  readonly beneath?: string;
  /** No file access and a locked configuration: for SQL that analysts write. Cannot be undone on this engine. */
  readonly fenced?: boolean;
}

// Sessions differ in nothing but their size: the same text must give the same rows on every machine.
const SESSION_SETTINGS = [
  "set default_null_order = 'nulls_first_on_asc_last_on_desc'",
  'set ieee_floating_point_ops = false',
  'set preserve_insertion_order = true',
  // Lists of constants (x in (…)) are otherwise planned as joins, and behind a join rows arrive in the order in which threads finish.
  "set disabled_optimizers = 'in_clause'",
  'set enable_progress_bar = true',
  'set enable_progress_bar_print = false',
];

const FENCE = ['set enable_external_access = false', 'set lock_configuration = true'];

/** Opens a DuckDB engine in this process. Throws ENGINE_FAILED when the file cannot be opened. */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<Engine> {
  const settings: Record<string, string> = {
    threads: String(options.threads ?? 2),
    memory_limit: options.memoryLimit ?? '2GB',
  };
  if (options.tempDirectory !== undefined) settings['temp_directory'] = options.tempDirectory;
  if (options.readOnly === true) settings['access_mode'] = 'READ_ONLY';
  try {
    const instance = await DuckDBInstance.create(options.path ?? ':memory:', settings);
    const connection = await instance.connect();
    // Given at opening, this limit is shown but not kept; set afterwards, it holds.
    const limit = options.maxTempDirectorySize === undefined ? [] : [`set max_temp_directory_size = ${sqlText(options.maxTempDirectorySize)}`];
    const beneath = options.beneath === undefined ? [] : [`attach ${sqlText(options.beneath)} as beneath (read_only)`, `set search_path = ${sqlText(`${await ownCatalog(connection)}.main,beneath.main`)}`];
    for (const setting of [...SESSION_SETTINGS, ...limit, ...beneath, ...(options.fenced === true ? FENCE : [])]) await connection.run(setting);
    return new DuckDbEngine(instance, connection);
  } catch (cause) {
    throw new VatRiskError('ENGINE_FAILED', `DuckDB could not be opened: ${messageOf(cause)}`, { cause });
  }
}

async function ownCatalog(connection: DuckDBConnection): Promise<string> {
  const reader = await connection.runAndReadAll('select current_database()');
  const name = reader.getRowsJson()[0]?.[0];
  if (typeof name !== 'string') throw new Error('the database has no name');
  return name;
}

class DuckDbEngine implements Engine {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #interrupted = false;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  async exec(sql: string): Promise<void> {
    await this.#guard(sql, () => this.#connection.run(sql));
  }

  async rows<T>(sql: string): Promise<T[]> {
    return this.#guard(sql, async () => {
      const reader = await this.#connection.runAndReadAll(sql);
      const numeric = reader.columnTypes().map((type) => isNumeric(String(type)));
      const names = reader.columnNames();
      return reader.getRowsJson().map((row) => {
        const record: Record<string, Cell> = {};
        row.forEach((value, at) => {
          record[names[at] ?? String(at)] = numeric[at] === true && typeof value === 'string' ? Number(value) : (value as Cell);
        });
        return record as T;
      });
    });
  }

  async *batches(sql: string): AsyncGenerator<readonly (readonly Cell[])[], void, undefined> {
    const result = await this.#guard(sql, () => this.#connection.stream(sql));
    const whole = result.columnTypes().map((type) => WIDE_INTEGER.test(String(type)));
    for (;;) {
      const chunk = await this.#guard(sql, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      const rows = chunk.convertRows<Cell>(JsonDuckDBValueConverter as DuckDBValueConverter<Cell>);
      // The driver gives integers that may exceed 2^53 as text.
      yield whole.includes(true) ? rows.map((row) => row.map((value, at) => (whole[at] === true && typeof value === 'string' ? Number(value) : value))) : rows;
    }
  }

  async columns(sql: string): Promise<NumberColumns> {
    return this.#guard(sql, async () => {
      const result = await this.#connection.stream(sql);
      const names = result.columnNames();
      const foreign = names.filter((_, at) => !WHOLE_NUMBER.test(String(result.columnType(at))));
      if (foreign.length > 0) throw new Error(`columns that are not whole numbers: ${foreign.join(', ')}`);
      const gathered = names.map(() => new GrowingColumn());
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        gathered.forEach((column, at) => {
          column.add(chunk.getColumnValues(at));
        });
      }
      return Object.fromEntries(names.map((name, at) => [name, gathered[at]?.values() ?? new Float64Array()]));
    });
  }

  async append(table: string, columns: readonly ArrayLike<number>[]): Promise<void> {
    await this.#guard(table, async () => {
      const rows = columns[0]?.length ?? 0;
      if (columns.some(({ length }) => length !== rows)) throw new Error('columns of different lengths');
      const chunks: DuckDBDataChunk[] = [];
      for (let from = 0; from < rows; from += CHUNK_ROWS) {
        const chunk = DuckDBDataChunk.create(columns.map(() => INTEGER));
        chunk.setColumns(columns.map((column) => Array.from({ length: Math.min(CHUNK_ROWS, rows - from) }, (_, at) => column[from + at] ?? 0)));
        chunks.push(chunk);
      }
      // Only now: an appender that is given up writes what it holds when it is collected.
      const appender = await this.#connection.createAppender(table);
      for (const chunk of chunks) appender.appendDataChunk(chunk);
      appender.closeSync();
    });
  }

  async describe(sql: string): Promise<readonly Column[]> {
    return this.#guard(sql, async () => {
      const statement = await this.#connection.prepare(sql);
      return Array.from({ length: statement.columnCount }, (_, at) => ({
        name: statement.columnName(at),
        type: String(statement.columnType(at)),
      }));
    });
  }

  async tablesRead(sql: string): Promise<readonly string[]> {
    return this.#guard(sql, () => Promise.resolve([...this.#connection.getTableNames(sql, false)].sort()));
  }

  async countStatements(sql: string): Promise<number> {
    return this.#guard(sql, async () => (await this.#connection.extractStatements(sql)).count);
  }

  progress(): EngineProgress {
    const { percentage } = this.#connection.progress;
    return { percent: percentage < 0 ? null : percentage };
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#connection.interrupt();
  }

  close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    return Promise.resolve();
  }

  async #guard<T>(sql: string, work: () => Promise<T>): Promise<T> {
    if (this.#interrupted) throw new VatRiskError('INTERRUPTED', 'The run was asked to stop.');
    try {
      return await work();
    } catch (cause) {
      if (this.#interrupted) throw new VatRiskError('INTERRUPTED', 'The run was asked to stop.', { cause });
      const message = withoutValues(messageOf(cause), sql);
      throw new VatRiskError('ENGINE_FAILED', `A statement failed: ${message}\n${sql.slice(0, 4000)}`, { cause });
    }
  }
}

/** Rows of one vector of DuckDB. */
const CHUNK_ROWS = 2048;
const WIDE_INTEGER = /^U?(?:BIG|HUGE)INT$/u;
const WHOLE_NUMBER = /^U?(?:BIGINT|INTEGER|SMALLINT|TINYINT)$/u;

/** A column of numbers that doubles its room as it grows. */
class GrowingColumn {
  #values = new Float64Array(CHUNK_ROWS);
  #length = 0;

  add(cells: readonly unknown[]): void {
    if (this.#length + cells.length > this.#values.length) {
      const larger = new Float64Array(2 * Math.max(this.#values.length, cells.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    for (const cell of cells) {
      if (cell === null) throw new Error('NULL where a whole number is expected');
      this.#values[this.#length] = Number(cell);
      this.#length += 1;
    }
  }

  values(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}

function isNumeric(type: string): boolean {
  return /^(DECIMAL|U?(BIG|HUGE|SMALL|TINY)INT|U?INTEGER|DOUBLE|FLOAT)/u.test(type) && !type.endsWith('[]');
}

// Raised before any row is read, or about files and memory: they name tables, columns and paths, never cells.
const ABOUT_NO_CELL = /^(?:Catalog|Binder|Parser|Permission|IO|Out of Memory) Error/u;

/** The text of an error without the cells it quotes; what the statement itself says may stay. */
function withoutValues(message: string, sql: string): string {
  if (ABOUT_NO_CELL.test(message)) return message;
  return message.replaceAll(/Original Line:[^\n]*|'[^']*'|"[^"]*"|\d[\d.,:-]{2,}/gu, (quoted) => (sql.includes(quoted.replaceAll(/^['"]|['"]$/gu, '')) ? quoted : "'…'"));
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
