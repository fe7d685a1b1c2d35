import { sqlText } from '../engine/sql-text.ts';

/** What a search of taxpayers asks for; parts that are absent ask for nothing, words of one list are alternatives, the parts must all be met. */
export interface SearchFilters {
  readonly ids?: readonly string[];
  /** A part of the name, at least two characters, taken literally. */
  readonly name?: string;
  readonly level?: readonly string[];
  readonly color?: readonly string[];
  /** Prefixes of division codes. */
  readonly region?: readonly string[];
  /** Prefixes of industry codes. */
  readonly industry?: readonly string[];
  /** Codes of indicators that hit; findings about the office itself do not count. */
  readonly indicator?: readonly string[];
  /** Members of this ring. */
  readonly ring?: string;
  /** Limits of the amount at risk in yuan, both included. */
  readonly amount?: { readonly minimum?: number; readonly maximum?: number };
}

/**
 * The filters as one SQL condition over a row of `taxpayer_grades` known as `alias`; reads the view `indicator_results` when indicators are asked for.
 * Values are quoted, never trusted. It knows no region of duty: whoever uses it adds the condition of a RegionScope. Check the filters with checkFilters first.
 */
export function searchCondition(alias: string, filters: SearchFilters): string {
  const column = (name: string): string => `${alias}.${name}`;
  const { minimum, maximum } = filters.amount ?? {};
  const parts = [
    oneOf(column('taxpayer_id'), filters.ids),
    filters.name === undefined ? undefined : `coalesce(contains(${column('taxpayer_name')}, ${sqlText(filters.name)}), false)`,
    oneOf(column('level'), filters.level),
    oneOf(column('color'), filters.color),
    prefixed(column('district_code'), filters.region),
    prefixed(column('industry_code'), filters.industry),
    filters.indicator === undefined ? undefined : `${column('taxpayer_id')} in (select h.taxpayer_id from indicator_results h where h.outcome = 'hit' and not h.supervision and ${oneOf('h.code', filters.indicator) ?? 'true'})`,
    filters.ring === undefined ? undefined : `list_contains(${column('ring_ids')}, ${sqlText(filters.ring)})`,
    minimum === undefined ? undefined : `${column('amount_at_risk')} >= ${yuan(minimum)}`,
    maximum === undefined ? undefined : `${column('amount_at_risk')} <= ${yuan(maximum)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? 'true' : parts.join(' and ');
}

// A subquery and no list of constants: thousands of ids are then looked up in a hash table, not compared one by one.
function oneOf(column: string, words: readonly string[] | undefined): string | undefined {
  return words === undefined ? undefined : `${column} in (select unnest([${words.map(sqlText).join(', ')}]::varchar[]))`;
}

function prefixed(column: string, prefixes: readonly string[] | undefined): string | undefined {
  if (prefixes === undefined) return undefined;
  return prefixes.length === 0 ? 'false' : `coalesce(${prefixes.map((prefix) => `starts_with(${column}, ${sqlText(prefix)})`).join(' or ')}, false)`;
}

const yuan = (value: number): string => `cast(${sqlText(value.toFixed(2))} as decimal(18,2))`;
