const STAR = '*';
// A resident identity number of 18 characters, or with two more as an early taxpayer number: birth date in places 7 to 14 (GB 11643).
const RESIDENT_ID = /^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?:\d{2})?$/u;
const OLD_RESIDENT_ID = /^[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}$/u;

/** A name of a firm with its first two characters, of a person (up to four characters) with the first: 昆明** and 张**. Null stays null. */
export function maskName(name: string | null): string | null {
  if (name === null || name === '') return name;
  const characters = Array.from(name);
  return `${characters.slice(0, characters.length <= 4 ? 1 : 2).join('')}${STAR.repeat(2)}`;
}

/** An identifier with its first six and last four characters; shorter ones keep nothing but their length. */
export function maskIdentifier(id: string): string {
  return id.length < 15 ? STAR.repeat(id.length) : `${id.slice(0, 6)}${STAR.repeat(8)}${id.slice(-4)}`;
}

/** Whether an identifier is that of a person: a resident identity number, old or new, or a taxpayer number made from one. */
export function isResidentId(id: string): boolean {
  return RESIDENT_ID.test(id) || OLD_RESIDENT_ID.test(id);
}

/** Identifiers of firms stay, those of persons are masked. */
export function maskPersonId(id: string): string {
  return isResidentId(id) ? maskIdentifier(id) : id;
}

/** Columns that name somebody: names of parties, and keys of persons, telephones, addresses and devices. */
const NAMES = /(?:^|_)name$/u;
const PERSON_KEYS = /(?:^|_)(?:person_key|person_id|phone_hash|phone|address_key|device_id|ip_address|account)$/u;
const IDS = /(?:^|_)id$/u;
const NOT_NAMES = new Set(['goods_name', 'table_name', 'file_name']);

/** One cell as it is shown to someone who has not unmasked it; what a column holds is told by its name. */
export function maskCell(column: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (NAMES.test(column) && !NOT_NAMES.has(column)) return maskName(value);
  if (PERSON_KEYS.test(column)) return maskIdentifier(value);
  return IDS.test(column) ? maskPersonId(value) : value;
}
