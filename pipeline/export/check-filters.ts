import type { RegionScope } from '../shared/region-scope.ts';
import { nearest, VatRiskError } from '../shared/errors.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import type { SearchFilters } from './search-condition.ts';

export const LEVELS = ['high', 'medium', 'low', 'none', 'insufficient_data'] as const;
export const COLORS = ['red', 'orange', 'yellow', 'blue', 'none'] as const;
const SHORTEST_NAME = 2;
const LARGEST_YUAN = 1e15;

/**
 * Holds filters against what the snapshot knows inside the scope. Throws USAGE with every word that is not known and the nearest one that is; ids, names and
 * rings are not looked up, so that nobody learns from an error what lies outside.
 */
export async function checkFilters(scope: RegionScope, snapshot: Snapshot, filters: SearchFilters): Promise<void> {
  const faults = [
    ...unknown('level', filters.level, LEVELS),
    ...unknown('color', filters.color, COLORS),
    ...unknown('indicator', filters.indicator, codesOf(snapshot)),
    ...(filters.region === undefined ? [] : unknown('region', filters.region, prefixesOf(await valuesOf(scope, snapshot, 'district_code')))),
    ...(filters.industry === undefined ? [] : unknown('industry', filters.industry, prefixesOf(await valuesOf(scope, snapshot, 'industry_code')))),
    ...(filters.name !== undefined && Array.from(filters.name.trim()).length < SHORTEST_NAME ? [`name: at least ${SHORTEST_NAME} characters`] : []),
    ...amountFaults(filters.amount),
  ];
  if (faults.length > 0) throw new VatRiskError('USAGE', `The search asks for ${faults.length} thing(s) this snapshot does not know; correct what is listed.`, { details: faults });
}

function unknown(part: string, words: readonly string[] | undefined, known: readonly string[]): string[] {
  return (words ?? []).filter((word) => !known.includes(word)).map((word) => {
    const near = nearest(word, known);
    return `${part}: ${word} is not known${near === undefined ? (known.length <= 10 ? `; known: ${known.join(', ')}` : '') : `; did you mean ${near}?`}`;
  });
}

function amountFaults(amount: SearchFilters['amount']): string[] {
  const { minimum, maximum } = amount ?? {};
  const unfit = Object.entries({ minimum, maximum }).filter(([, value]) => value !== undefined && !(Math.abs(value) < LARGEST_YUAN));
  const crossed = minimum !== undefined && maximum !== undefined && minimum > maximum;
  return [...unfit.map(([limit]) => `amount: the ${limit} is an amount of yuan, such as 50000`), ...(crossed ? ['amount: the minimum lies above the maximum'] : [])];
}

/** Indicators of the night: those with parameters, and those with a weight (some have no parameters). */
function codesOf({ manifest }: Snapshot): string[] {
  const scoring = manifest.scoring as { readonly weights?: Readonly<Record<string, number>> } | undefined;
  return [...new Set([...Object.keys(manifest.parameters), ...Object.keys(scoring?.weights ?? {})])].sort();
}

async function valuesOf(scope: RegionScope, { engine }: Snapshot, column: string): Promise<string[]> {
  const rows = await engine.rows<{ value: string }>(
    `select distinct ${column} as value from taxpayer_grades where ${column} is not null and ${scope.condition('district_code')} order by value asc nulls last`,
  );
  return rows.map(({ value }) => value);
}

/** Every beginning of every code. */
function prefixesOf(codes: readonly string[]): string[] {
  return [...new Set(codes.flatMap((code) => Array.from(code, (_, at) => code.slice(0, at + 1))))].sort();
}
