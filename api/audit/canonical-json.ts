export type CanonicalValue = string | number | readonly string[];

/**
 * Canonical JSON (RFC 8785) of a flat record: names in the order of their UTF-16 units, no blanks, strings as ECMAScript writes
 * them. Throws RangeError for a number that is not a safe integer, so that no question of how to write a fraction arises.
 */
export function canonicalJson(record: Readonly<Record<string, CanonicalValue>>): string {
  const names = Object.keys(record).sort();
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${name}: a record holds whole numbers only`);
  }
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(record[name])}`).join(',')}}`;
}
