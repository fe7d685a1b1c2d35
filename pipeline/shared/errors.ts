/**
 * Every error a user can meet, with a stable code and the exit code a scheduler sees (interfaces: 2 usage or configuration,
 * 3 input missing or incomplete, 4 data-quality gate, 6 locked, 7 engine, memory or disk, 8 integrity broken, 1 anything unexpected).
 */
export const ERROR_CATALOGUE = {
  USAGE: 2,
  CONFIG_INVALID: 2,
  CONTRACT_INVALID: 2,
  INDICATOR_INVALID: 2,
  INDICATOR_UNKNOWN: 2,
  INDICATOR_CASE_FAILED: 2,
  SQL_NOT_PORTABLE: 2,
  INPUT_MISSING: 3,
  INPUT_CHANGED: 3,
  TABLE_REQUIRED: 3,
  FILE_REFUSED: 3,
  SNAPSHOT_MISSING: 3,
  SNAPSHOT_OLD: 3,
  SNAPSHOT_DAMAGED: 3,
  WHAT_IF_IMPOSSIBLE: 3,
  LABELS_UNUSABLE: 3,
  LABELS_INVALID: 2,
  LABELS_TOO_FEW: 3,
  OFFICERS_INVALID: 2,
  TAXPAYER_UNKNOWN: 3,
  RING_UNKNOWN: 3,
  EXPORT_EMPTY: 3,
  EXPORT_TOO_LARGE: 2,
  EXPORT_UNENCODABLE: 2,
  TOKEN_INVALID: 2,
  CONSERVATION_BROKEN: 4,
  QUALITY_GATE: 4,
  DRIFT_GATE: 4,
  INVARIANT_BROKEN: 4,
  RUN_LOCKED: 6,
  RUN_NOT_RESUMABLE: 2,
  AUDIT_UNAVAILABLE: 7,
  POOL_BUSY: 7,
  QUERY_TIMEOUT: 7,
  ENGINE_FAILED: 7,
  DISK_FAILED: 7,
  AUDIT_BROKEN: 8,
  INTERRUPTED: 143,
} as const;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/**
 * An error with a stable code. `message` says what was found, what was expected and what to do; `details` lists every offender.
 * Neither ever holds a taxpayer's values.
 */
export class VatRiskError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, options: { details?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'VatRiskError';
    this.code = code;
    this.details = options.details ?? [];
  }

  /** The process exit code that belongs to this error. */
  get exitCode(): number {
    return ERROR_CATALOGUE[this.code];
  }
}

/** The word of `known` nearest to `word` by edit distance, or undefined when nothing is reasonably near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const scored = known.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  const best = scored[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
