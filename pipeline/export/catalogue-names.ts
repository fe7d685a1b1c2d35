import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../snapshot/open-snapshot.ts';

/** What an export says of an indicator. */
export interface CatalogueEntry {
  readonly name: string;
  /** The question it asks; '' when it is not known. */
  readonly meaning: string;
}

interface Listed {
  readonly code: string;
  readonly name?: { readonly zh?: string };
  readonly question?: { readonly zh?: string };
}

/** Names and questions of the indicators of a snapshot's own night, by code, from its catalogue.json; of none where its version kept no catalogue. */
export function catalogueNames({ folder }: Pick<Snapshot, 'folder'>): ReadonlyMap<string, CatalogueEntry> {
  const file = join(folder, 'catalogue.json');
  if (!existsSync(file)) return new Map();
  const { indicators = [] } = JSON.parse(readFileSync(file, 'utf8')) as { readonly indicators?: readonly Listed[] };
  return new Map(indicators.map(({ code, name, question }) => [code, { name: name?.zh ?? code, meaning: question?.zh ?? '' }]));
}
