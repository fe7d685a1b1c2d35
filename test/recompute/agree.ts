/** Both unknown, or equal to one part in a million. */
export function agree(expected: number | null, found: number | null): boolean {
  if (expected === null || found === null) return expected === found;
  return Math.abs(expected - found) <= 1e-6 * Math.max(1, Math.abs(expected));
}
