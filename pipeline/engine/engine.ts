/** Values a small result may hold once it has left the engine. */
export type Cell = string | number | boolean | null | readonly Cell[];
export type Row = Readonly<Record<string, Cell>>;

export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Whole columns of numbers, one array each, all of one length. */
export type NumberColumns = Readonly<Record<string, Float64Array>>;

/** What a running statement has done so far; percent is null while the engine cannot tell. */
export interface EngineProgress {
  readonly percent: number | null;
}

/**
 * The narrow waist between our SQL and a database: statements go in, small results come out. Nothing returns a driver
 * object, so another engine can stand behind the same texts.
 */
export interface Engine {
  /** Runs statements whose result is of no interest. Throws ENGINE_FAILED, or INTERRUPTED after `interrupt()`. */
  exec(sql: string): Promise<void>;
  /** All rows of a small result: numbers for numeric types, ISO text for dates and timestamps, null for NULL. */
  rows<T = Row>(sql: string): Promise<T[]>;
  /**
   * Rows of a large result as arrays in the order of its columns, some two thousand at a time, so that it never stands in memory as a whole. DECIMAL
   * comes as exact text, lists as arrays, the rest as `rows` has it. No other statement may run on this engine until the last batch was read or the loop left.
   */
  batches(sql: string): AsyncGenerator<readonly (readonly Cell[])[], void, undefined>;
  /**
   * Result of one SELECT of whole numbers (integers up to 2^53, no NULL) as one array a column: for graph code that walks millions of edges. Throws
   * ENGINE_FAILED for other types and for NULL.
   */
  columns(sql: string): Promise<NumberColumns>;
  /** Appends rows given as columns to a table whose columns are all INTEGER, in the order of the table. */
  append(table: string, columns: readonly ArrayLike<number>[]): Promise<void>;
  /** Columns of one SELECT, without running it. */
  describe(sql: string): Promise<readonly Column[]>;
  /** Base tables and views one SELECT reads, sorted. */
  tablesRead(sql: string): Promise<readonly string[]>;
  /** How many statements a text holds. */
  countStatements(sql: string): Promise<number>;
  progress(): EngineProgress;
  /** Stops the running statement; it and every later one fail with INTERRUPTED. */
  interrupt(): void;
  close(): Promise<void>;
}
