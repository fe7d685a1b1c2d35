import { readCatalogue } from '../snapshot/catalogue.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';

/** What an export says of an indicator. */
export interface IndicatorWords {
  readonly name: string;
  /** The question it asks. */
  readonly meaning: string;
}

/** Names and questions of the indicators of a snapshot's own night, by code; of none where its version kept no catalogue. */
export function catalogueNames(snapshot: Pick<Snapshot, 'runId' | 'folder' | 'manifest'>): ReadonlyMap<string, IndicatorWords> {
  if (snapshot.manifest.catalogue === undefined) return new Map();
  return new Map(readCatalogue(snapshot).indicators.map(({ code, name, question }) => [code, { name: name.zh, meaning: question.zh }]));
}
