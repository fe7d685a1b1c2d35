import { createHash } from 'node:crypto';

const tails = new Map<string, string>();
const MOST_TAILS = 4096;

/** Entity tag of an answer: the snapshot, and whatever else decides what it looks like. Answers change with the snapshot and with nothing else. */
export function answerTag(runId: string, parts: readonly string[]): string {
  const key = parts.join('\n');
  let tail = tails.get(key);
  if (tail === undefined) {
    if (tails.size >= MOST_TAILS) tails.clear();
    tail = createHash('sha256').update(key).digest('base64url').slice(0, 12);
    tails.set(key, tail);
  }
  return `"${runId}-${tail}"`;
}

/** Whether If-None-Match names the tag (RFC 9110, weak comparison). */
export function isFresh(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//u, '') === tag);
}
