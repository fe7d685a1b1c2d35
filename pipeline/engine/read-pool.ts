import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { VatRiskError } from '../shared/errors.ts';
import type { Row } from './engine.ts';
import { sqlName, sqlText } from './sql-text.ts';

export type BoundValue = string | number | boolean | null;

export interface ReadPoolOptions {
  /** Name of a view → absolute path of the one Parquet file behind it. Nothing else can be read, nothing can be written. */
  readonly files: ReadonlyMap<string, string>;
  readonly connections: number;
  readonly threads: number;
  readonly memoryLimit: string;
  /** How long a caller waits for a connection and its answer together. */
  readonly timeoutMilliseconds: number;
}

/**
 * Files of one snapshot, read by several callers at once. A connection serves one query at a time: a prepared statement shared
 * by concurrent calls brings the driver down (measured with @duckdb/node-api 1.5.6-r.1).
 */
export interface ReadPool {
  /**
   * All rows of a small result; values stand for $1, $2 …. Numbers for numeric types but DECIMAL, which stays exact as text; ISO text for
   * dates. Throws QUERY_TIMEOUT after the time limit, POOL_BUSY when too many wait, ENGINE_FAILED otherwise.
   */
  rows<T = Row>(sql: string, values?: readonly BoundValue[]): Promise<T[]>;
  /** A large result, some two thousand rows at a time as columns; other work goes on between them. Not bound by the time limit. */
  chunks(sql: string, take: (columns: readonly (readonly unknown[])[], rowCount: number) => void): Promise<void>;
  /** Queries that run or wait. */
  readonly busy: number;
  /** Waits for running queries, then lets go of the files. */
  close(): Promise<void>;
}

const MOST_WAITING = 512;
const SETTINGS = [
  "set default_null_order = 'nulls_first_on_asc_last_on_desc'",
  'set ieee_floating_point_ops = false',
  // The files of a snapshot never change: what was read of their footers stays true.
  'set parquet_metadata_cache = true',
];

/** Opens a pool over the listed files and fences it: no other file, no writing, no setting can be reached from its queries. Throws ENGINE_FAILED. */
export async function openReadPool(options: ReadPoolOptions): Promise<ReadPool> {
  try {
    const instance = await DuckDBInstance.create(':memory:', { threads: String(options.threads), memory_limit: options.memoryLimit });
    const first = await instance.connect();
    for (const setting of SETTINGS) await first.run(setting);
    for (const [view, path] of options.files) await first.run(`create view ${sqlName(view)} as select * from read_parquet(${sqlText(path)})`);
    const paths = [...options.files.values()].map(sqlText).join(', ');
    for (const fence of [`set allowed_paths = [${paths}]`, 'set enable_external_access = false', 'set lock_configuration = true']) await first.run(fence);
    const others = await Promise.all(Array.from({ length: options.connections - 1 }, () => instance.connect()));
    return new DuckDbReadPool(instance, [first, ...others], options.timeoutMilliseconds);
  } catch (cause) {
    throw new VatRiskError('ENGINE_FAILED', `A snapshot could not be opened for reading: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

class DuckDbReadPool implements ReadPool {
  readonly #instance: DuckDBInstance;
  readonly #all: readonly DuckDBConnection[];
  readonly #free: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  readonly #timeout: number;
  #running = 0;
  #drained: (() => void) | null = null;

  constructor(instance: DuckDBInstance, connections: readonly DuckDBConnection[], timeout: number) {
    this.#instance = instance;
    this.#all = connections;
    this.#free = [...connections];
    this.#timeout = timeout;
  }

  get busy(): number {
    return this.#running + this.#waiting.length;
  }

  async rows<T>(sql: string, values: readonly BoundValue[] = []): Promise<T[]> {
    return this.#lend(async (connection) => {
      const reader = await connection.runAndReadAll(sql, [...values]);
      const names = reader.columnNames();
      const isNumber = reader.columnTypes().map((type) => WHOLE_NUMBER.test(String(type)));
      return reader.getRowsJson().map((row) => Object.fromEntries(row.map((value, at) => [names[at], isNumber[at] === true && typeof value === 'string' ? Number(value) : value])) as T);
    }, this.#timeout);
  }

  async chunks(sql: string, take: (columns: readonly (readonly unknown[])[], rowCount: number) => void): Promise<void> {
    await this.#lend(async (connection) => {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        take(Array.from({ length: result.columnCount }, (_, at) => chunk.getColumnValues(at)), chunk.rowCount);
        await new Promise(setImmediate);
      }
    }, null);
  }

  async close(): Promise<void> {
    if (this.busy > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    for (const connection of this.#all) connection.closeSync();
    this.#instance.closeSync();
  }

  async #lend<T>(work: (connection: DuckDBConnection) => Promise<T>, timeout: number | null): Promise<T> {
    if (this.#waiting.length >= MOST_WAITING) throw new VatRiskError('POOL_BUSY', `${this.#waiting.length} queries wait already; ask again in a moment.`);
    const since = performance.now();
    const connection = this.#free.pop() ?? (await this.#wait(timeout));
    this.#running += 1;
    try {
      return await limited(connection, work, timeout === null ? null : timeout - (performance.now() - since));
    } finally {
      this.#running -= 1;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(connection);
      else next(connection);
      if (this.busy === 0) this.#drained?.();
    }
  }

  /** A connection that another caller gives back. Who waits longer than allowed leaves the line: the answer would come too late anyway. */
  #wait(timeout: number | null): Promise<DuckDBConnection> {
    return new Promise((resolve, reject) => {
      const timer = timeout === null ? undefined : setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(late());
      }, timeout);
      const take = (connection: DuckDBConnection): void => {
        clearTimeout(timer);
        resolve(connection);
      };
      this.#waiting.push(take);
    });
  }
}

const late = (): VatRiskError => new VatRiskError('QUERY_TIMEOUT', 'The query took longer than allowed and was stopped; narrow the question.');

const WHOLE_NUMBER = /^U?(?:BIG|HUGE)INT$/u;

/** Runs work and interrupts it when its time is over. */
async function limited<T>(connection: DuckDBConnection, work: (connection: DuckDBConnection) => Promise<T>, milliseconds: number | null): Promise<T> {
  if (milliseconds !== null && milliseconds <= 0) throw late();
  let isLate = false;
  const timer = milliseconds === null ? null : setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, milliseconds);
  try {
    return await work(connection);
  } catch (cause) {
    if (isLate) throw late();
    // The engine quotes cells; what it says stays out of messages and of logs.
    throw new VatRiskError('ENGINE_FAILED', 'A query of the snapshot failed.', { cause });
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
