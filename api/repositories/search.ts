import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { searchCondition, type SearchFilters } from '../../pipeline/export/search-condition.ts';
import { claimColumns } from '../schemas/claim.ts';
import type { ClaimSearchBody, TaxpayerSearchBody } from '../schemas/search.ts';
import { gradeColumns } from '../schemas/taxpayer.ts';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';

export type FoundRow = Readonly<Record<string, unknown>> & { readonly taxpayer_id: string; readonly taxpayer_name: string | null };

/** Where a page begins, as the values of the order of its search, and how long it is. */
export interface PageWish<Place> {
  readonly after: Place | null;
  readonly limit: number;
  readonly isCounted: boolean;
}

export interface FoundPage<Place> {
  readonly rows: readonly FoundRow[];
  readonly next: Place | null;
  readonly total?: number;
}

export type TaxpayerPlace = readonly [score: number, taxpayerId: string];
export type ClaimPlace = readonly [rank: number, applicationId: string];

// Claims outside the queue come after all that stand in it.
const NO_RANK = 2_147_483_647;

/** Searches of one snapshot, within the regions of the caller. */
export class SearchRepository {
  readonly #snapshot: ServedSnapshot;

  constructor(snapshot: ServedSnapshot) {
    this.#snapshot = snapshot;
  }

  /** Taxpayers by falling score. */
  async taxpayers(scope: RegionScope, body: TaxpayerSearchBody, wish: PageWish<TaxpayerPlace>): Promise<FoundPage<TaxpayerPlace>> {
    const where = `${scope.condition('g.district_code')} and ${searchCondition('g', filtersOf(body))}`;
    const columns = Object.keys(gradeColumns).map((name) => `g.${name}`).join(', ');
    const after = wish.after === null ? 'true' : '(coalesce(g.score, -1) < $1 or (coalesce(g.score, -1) = $1 and g.taxpayer_id > $2))';
    const rows = await this.#snapshot.pool.rows<FoundRow & { score: number }>(
      `select ${columns} from taxpayer_grades as g where ${where} and ${after} order by coalesce(g.score, -1) desc nulls last, g.taxpayer_id asc nulls last limit ${wish.limit + 1}`,
      wish.after === null ? [] : [...wish.after],
    );
    const total = await this.#count(wish, `taxpayer_grades as g where ${where}`);
    return cut(rows, wish.limit, total, (row) => [row.score ?? -1, row.taxpayer_id]);
  }

  /** Claims by their place in the queue, those outside it by number. */
  async claims(scope: RegionScope, body: ClaimSearchBody, wish: PageWish<ClaimPlace>): Promise<FoundPage<ClaimPlace>> {
    if (!this.#snapshot.hasClaims) return { rows: [], next: null, ...(wish.isCounted ? { total: 0 } : {}) };
    const from = `claim_grades as c join taxpayer_grades as g using (taxpayer_id) where ${scope.condition('g.district_code')} and ${claimCondition(body)}`;
    const columns = Object.keys(claimColumns).map((name) => (FROM_TAXPAYER.has(name) ? `g.${name}` : `c.${name}`)).join(', ');
    const after = wish.after === null ? 'true' : `(coalesce(c.queue_rank, ${NO_RANK}) > $1 or (coalesce(c.queue_rank, ${NO_RANK}) = $1 and c.application_id > $2))`;
    const rows = await this.#snapshot.pool.rows<FoundRow & { application_id: string; queue_rank: number | null }>(
      `select ${columns} from ${from} and ${after} order by coalesce(c.queue_rank, ${NO_RANK}) asc nulls last, c.application_id asc nulls last limit ${wish.limit + 1}`,
      wish.after === null ? [] : [...wish.after],
    );
    const total = await this.#count(wish, from);
    return cut(rows, wish.limit, total, (row) => [row.queue_rank ?? NO_RANK, row.application_id]);
  }

  async #count({ isCounted }: { isCounted: boolean }, from: string): Promise<number | undefined> {
    if (!isCounted) return undefined;
    const [counted] = await this.#snapshot.pool.rows<{ total: number }>(`select count(*) as total from ${from}`);
    return counted?.total ?? 0;
  }
}

const FROM_TAXPAYER = new Set(['taxpayer_id', 'taxpayer_name', 'district_code', 'industry_code']);

function cut<Row extends FoundRow, Place>(rows: readonly Row[], limit: number, total: number | undefined, placeOf: (row: Row) => Place): FoundPage<Place> {
  const last = rows[limit - 1];
  return { rows: rows.slice(0, limit), next: rows.length > limit && last !== undefined ? placeOf(last) : null, ...(total === undefined ? {} : { total }) };
}

const list = <T>(words: T | readonly T[] | undefined): readonly T[] | undefined => (words === undefined ? undefined : Array.isArray(words) ? (words as readonly T[]) : [words as T]);

/** The filters of a body as the shared condition knows them: lists throughout, identifiers in capitals. */
export function filtersOf({ ids, name, level, color, region, industry, indicator, ring, amount }: TaxpayerSearchBody): SearchFilters {
  return withoutAbsent({
    ids: ids?.map((id) => id.toUpperCase()), name, level: list(level), color: list(color), region: list(region), industry: list(industry),
    indicator: list(indicator)?.map((code) => code.toUpperCase()), ring: ring?.toUpperCase(), amount: amount === undefined ? undefined : withoutAbsent(amount),
  });
}

function claimCondition(body: ClaimSearchBody): string {
  const { ids, taxpayer, lane, level, color, region, industry, indicator, period, open, amount } = body;
  const oneOf = (column: string, words: readonly string[] | undefined) => (words === undefined ? [] : [`${column} in (select unnest([${words.map(sqlText).join(', ')}]::varchar[]))`]);
  const hits = list(indicator)?.map((code) => sqlText(code.toUpperCase()));
  return [
    searchCondition('g', withoutAbsent({ ids: taxpayer?.map((id) => id.toUpperCase()), region: list(region), industry: list(industry) })),
    ...oneOf('c.application_id', ids), ...oneOf('c.lane', list(lane)), ...oneOf('c.level', list(level)), ...oneOf('c.color', list(color)),
    ...(hits === undefined ? [] : [`list_has_any(c.hits, [${hits.join(', ')}]::varchar[])`]),
    ...(period === undefined ? [] : [`c.period = ${sqlText(period)}`]),
    ...(open === undefined ? [] : [`coalesce(c.is_open_claim, false) = ${open}`]),
    ...(amount?.minimum === undefined ? [] : [`c.amount_at_risk >= ${amount.minimum}`]),
    ...(amount?.maximum === undefined ? [] : [`c.amount_at_risk <= ${amount.maximum}`]),
  ].join(' and ');
}

/** An object without the members that are undefined. */
function withoutAbsent<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
