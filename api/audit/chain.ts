import type { Mac } from './sm3.ts';

/** What the first record of a stream names as its predecessor. */
export const GENESIS = '0'.repeat(64);

/** The link of a record: HMAC-SM3(key, hash of the predecessor || canonical JSON of the record without its own hash). */
export function chainHash(mac: Mac, previous: string, canonical: string): string {
  return mac(previous + canonical);
}
