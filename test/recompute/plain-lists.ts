/** Dated reference lists read straight from their files. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type ListEntry = Readonly<Record<string, string | number | boolean | null | undefined>>;

const read = new Map<string, readonly ListEntry[]>();

/** All entries of a list, whatever their dates. */
export function listEntries(name: string): readonly ListEntry[] {
  const known = read.get(name) ?? (parse(readFileSync(new URL(`../../indicators/lists/${name}.yaml`, import.meta.url), 'utf8')) as { readonly entries: readonly ListEntry[] }).entries;
  read.set(name, known);
  return known;
}

/** A code starts with a prefix of the list. */
export const isListed = (name: string, code: string | undefined): boolean => listEntries(name).some(({ prefix }) => typeof prefix === 'string' && (code ?? '').startsWith(prefix));
