import type { DataFrame } from 'danfojs';
import { VatRiskError } from '../../pipeline/shared/errors.ts';

/** One value of a frame: text, a number, true or false, or nothing. */
export type FrameCell = string | number | boolean | null;

/** Columns of one length, by name. */
export type FrameColumns = Readonly<Record<string, readonly FrameCell[]>>;

/** Anything with named values; objects inside are spread over several columns, lists become one text. */
export type FrameRow = Readonly<Record<string, unknown>>;

/**
 * Columns as a danfojs frame. danfojs is an optional package and large: it is loaded at the first call, never on the nightly path. Throws USAGE when it is
 * not installed.
 */
export async function toFrame(columns: FrameColumns): Promise<DataFrame> {
  const { DataFrame: Frame } = await loadDanfo();
  const names = Object.keys(columns);
  if (Object.values(columns).every(({ length }) => length === 0)) return new Frame([], { columns: names });
  return new Frame(Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, filled(cells)])));
}

/**
 * Rows turned into columns: `{ precision: { share: 1 } }` becomes `precision_share`, a list a text with blanks between. `names` are there even when no row is.
 */
export function columnsOfRows(rows: readonly FrameRow[], names: readonly string[] = columnNames(rows)): FrameColumns {
  const flat = rows.map((row) => flattened(row));
  return Object.fromEntries(names.map((name) => [name, flat.map((row) => row[name] ?? null)]));
}

function columnNames(rows: readonly FrameRow[]): readonly string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(flattened(row))) names.add(name);
  return [...names];
}

function flattened(row: FrameRow, prefix = ''): Record<string, FrameCell> {
  return Object.fromEntries(Object.entries(row).flatMap(([name, value]): [string, FrameCell][] => {
    const key = `${prefix}${name}`;
    if (Array.isArray(value)) return [[key, value.join(' ')]];
    if (typeof value === 'object' && value !== null) return Object.entries(flattened(value as FrameRow, `${key}_`));
    return [[key, typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null]];
  }));
}

/** A number that is missing is NaN, so that a column of numbers stays one. */
function filled(cells: readonly FrameCell[]): FrameCell[] {
  const isNumeric = cells.some((cell) => typeof cell === 'number') && cells.every((cell) => cell === null || typeof cell === 'number');
  return isNumeric ? cells.map((cell) => cell ?? Number.NaN) : [...cells];
}

async function loadDanfo(): Promise<typeof import('danfojs')> {
  try {
    return await import('danfojs');
  } catch (cause) {
    throw new VatRiskError('USAGE', 'Data frames need the optional package danfojs, which is not installed. Run "npm ci" without --omit=optional.', { cause });
  }
}
