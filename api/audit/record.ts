import type { AuditEvent } from './audit-event.ts';
import { canonicalJson } from './canonical-json.ts';
import { chainHash } from './chain.ts';
import type { AuditKey } from './key.ts';

/** One line of the log. Names are in canonical order; what has no value is ''. */
export interface AuditRecord extends AuditEvent {
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly hash: string;
  /** HMAC-SM3 of the identifier of a taxpayer or claim; of a file set aside, of its bytes. */
  readonly object_hash: string;
  /** Last four characters of a hidden identifier. */
  readonly object_tail: string;
  readonly prev: string;
  readonly seq: number;
  readonly stream: string;
}

/** The place of a record in its stream. */
export interface Position {
  readonly stream: string;
  readonly seq: number;
  readonly prev: string;
  readonly at: string;
}

/** Kinds of objects whose identifiers the log must not hold. */
export const HIDDEN_OBJECTS: ReadonlySet<string> = new Set(['taxpayer', 'claim']);

const TAIL = 4;
/** How JSON.stringify begins half of a surrogate pair; also a backslash before these letters, which is as it may be. */
const ESCAPED_HALF = '\\ud';
const EVENT_TEXTS = ['action', 'actor', 'address', 'object_id', 'object_type', 'outcome', 'purpose', 'reason', 'request_id', 'snapshot_id'];
const TEXTS = [...EVENT_TEXTS, 'at', 'hash', 'object_hash', 'object_tail', 'prev', 'stream'];
const LISTS = ['regions', 'roles'];
const COUNTS = ['rows', 'seq'];
const NAMES = [...TEXTS, ...LISTS, ...COUNTS].sort().join();

/** The keyed hash under which a taxpayer's or a claim's identifier is found again. */
export function objectHash(key: AuditKey, id: string): string {
  return key.objects(id);
}

/**
 * The line of an event and its link. Serialises once: both halves round the place of `hash` are the text that is hashed, too.
 * `objectHash` stands for an identifier that must not be written, and is '' for others.
 */
export function writeRecord(key: AuditKey, event: AuditEvent, place: Position, objectHash: string): { line: string; hash: string } {
  let [head, rest] = halves(event, place, objectHash);
  if (head.includes(ESCAPED_HALF) || rest.includes(ESCAPED_HALF)) [head, rest] = halves(wellFormed(event), place, objectHash);
  const hash = chainHash(key.chain, place.prev, `${head},${rest}`);
  return { line: `${head},"hash":"${hash}",${rest}\n`, hash };
}

function halves(event: AuditEvent, { stream, seq, prev, at }: Position, objectHash: string): [head: string, rest: string] {
  const { action, actor, address, object_id: id, object_type, outcome, purpose, reason, regions, request_id, roles, rows, snapshot_id } = event;
  const isHidden = HIDDEN_OBJECTS.has(object_type);
  const tail = isHidden && id.length > TAIL ? id.slice(-TAIL) : '';
  const head = JSON.stringify({ action, actor, address, at });
  const rest = JSON.stringify({ object_hash: objectHash, object_id: isHidden ? '' : id, object_tail: tail, object_type, outcome, prev, purpose, reason, regions, request_id, roles, rows, seq, snapshot_id, stream });
  return [head.slice(0, -1), rest.slice(1)];
}

/** Refuses an event that would not read back, before it can spoil those it would be written with. Throws RangeError naming the fields. */
export function assertEvent(event: AuditEvent): void {
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  const wrong = EVENT_TEXTS.filter((name) => typeof fields[name] !== 'string');
  if (!isTexts(event.regions)) wrong.push('regions');
  if (!isTexts(event.roles)) wrong.push('roles');
  if (!Number.isSafeInteger(event.rows)) wrong.push('rows');
  if (wrong.length > 0) throw new RangeError(`an audit event needs texts, lists of texts and whole numbers; wrong: ${wrong.join(', ')}`);
}

/** Reads a line without its newline; undefined unless it is, byte for byte, what writing its record again gives. */
export function readRecord(line: Buffer): AuditRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  return Buffer.from(canonicalJson({ ...value }), 'utf8').equals(line) ? value : undefined;
}

/** Whether the hash of a record is its link to `previous`. */
export function isLinked(key: AuditKey, record: AuditRecord, previous: string): boolean {
  const { hash, ...rest } = record;
  return record.prev === previous && hash === chainHash(key.chain, previous, canonicalJson(rest));
}

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null || Object.keys(value).sort().join() !== NAMES) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return TEXTS.every((name) => typeof fields[name] === 'string') && LISTS.every((name) => isTexts(fields[name])) && COUNTS.every((name) => Number.isSafeInteger(fields[name]));
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((item) => typeof item === 'string');
}

/** Half of a surrogate pair is no character: other readers of JSON refuse what JSON.stringify writes for it. */
function wellFormed(event: AuditEvent): AuditEvent {
  const whole = (text: string) => text.replace(/\p{Surrogate}/gu, '\uFFFD');
  return JSON.parse(JSON.stringify(event, (_, value: unknown) => (typeof value === 'string' ? whole(value) : value))) as AuditEvent;
}
