import { createHash } from 'node:crypto';
import { Problem } from '../problems/problem.ts';

export type Place = readonly (string | number | null)[];

/** A page ends at a place in the order of one snapshot, for one question: a night that comes in between cannot shift the pages. */
export interface Cursor {
  readonly runId: string;
  readonly place: Place;
}

/** Short mark of a question, so that a cursor of another is told apart. Parts of a page are no part of the question. */
function markOf(question: object): string {
  const entries = Object.entries(question).filter(([name, value]) => !['after', 'limit', 'count'].includes(name) && value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 12);
}

export function writeCursor(runId: string, question: object, place: Place): string {
  return Buffer.from(JSON.stringify([runId, markOf(question), ...place])).toString('base64url');
}

/** Reads a cursor of this question with so many parts. Throws cursor-invalid. */
export function readCursor(text: string, question: object, kinds: readonly ('string' | 'number' | 'number?')[]): Cursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || parts.length !== kinds.length + 2 || parts[1] !== markOf(question) || typeof parts[0] !== 'string') throw new Problem('cursor-invalid');
    const place = parts.slice(2) as unknown[];
    if (!kinds.every((kind, at) => (kind === 'number?' && place[at] === null) || typeof place[at] === kind.replace('?', ''))) throw new Problem('cursor-invalid');
    // Scores and ranks are small; the engine takes no whole number beyond 64 bits.
    if (place.some((part) => typeof part === 'number' && !(Math.abs(part) <= Number.MAX_SAFE_INTEGER))) throw new Problem('cursor-invalid');
    return { runId: parts[0], place: place as Place };
  } catch {
    throw new Problem('cursor-invalid');
  }
}
