import { loadFeatures, type Feature } from './load-features.ts';

/** Feature tables that somebody reads, each with the columns somebody may read, in the order of its description. */
export type NeededColumns = ReadonlyMap<string, readonly string[]>;

/** One row per taxpayer or subject, read by code as well as by SQL files: built with every column. */
const WHOLE = ['feat_subject', 'feat_taxpayer', 'feat_peer'];

interface Text {
  /** The feature the text makes; null for what only reads. */
  readonly makes: string | null;
  readonly words: ReadonlySet<string>;
}

/**
 * What must be built so that every one of `readers` (SQL texts of indicators, evidence, score) can run: the tables they name, the tables
 * those name in turn, and of each the key and the columns whose names occur in a text that names the table. A word may stand for another
 * table's column: then one column too many is built, never one too few.
 */
export function featuresNeeded(readers: readonly string[], features: readonly Feature[] = loadFeatures()): NeededColumns {
  const byName = new Map(features.map((feature) => [feature.table, feature]));
  const texts: Text[] = readers.map((sql) => ({ makes: null, words: wordsOf(sql) }));
  const reached = new Map<string, Feature>();
  const reach = (names: Iterable<string>): void => {
    for (const name of names) {
      const feature = byName.get(name);
      if (feature === undefined || reached.has(name)) continue;
      reached.set(name, feature);
      const words = wordsOf(feature.text);
      texts.push({ makes: name, words });
      reach(words);
    }
  };
  reach(WHOLE);
  for (const { words } of [...texts]) reach(words);
  return new Map([...reached.values()].map((feature) => [feature.table, columnsRead(feature, texts)]));
}

function columnsRead(feature: Feature, texts: readonly Text[]): readonly string[] {
  const columns = Object.keys(feature.columns);
  if (WHOLE.includes(feature.table)) return columns;
  const readers = texts.filter(({ makes, words }) => makes !== feature.table && words.has(feature.table));
  return columns.filter((column) => feature.key.includes(column) || readers.some(({ words }) => words.has(column)));
}

/** Names a text reads; one that only follows AS is given by it, not read. */
function wordsOf(sql: string): ReadonlySet<string> {
  return new Set(sql.replaceAll(/--[^\n]*|\bas\s+[a-z_]\w*/gu, ' ').match(/[a-z_][a-z0-9_]*/gu) ?? []);
}
