import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import type { ApiWorld } from './api-world.ts';

export interface PlainTaxpayer {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string;
  readonly district_code: string | null;
  readonly industry_code: string | null;
  readonly level: string;
  readonly color: string;
  readonly score: number;
  readonly amount: string;
  readonly ring_ids: readonly string[];
  readonly hit_codes: readonly string[];
}

export interface PlainClaim {
  readonly application_id: string;
  readonly taxpayer_id: string;
  readonly lane: string | null;
  readonly level: string | null;
  readonly color: string | null;
  readonly period: string | null;
  readonly queue_rank: number | null;
  readonly is_open_claim: boolean | null;
  readonly amount: string | null;
  readonly hits: readonly string[];
}

export interface Filters {
  readonly ids?: readonly string[];
  readonly taxpayer?: readonly string[];
  readonly name?: string;
  readonly level?: string | readonly string[];
  readonly color?: string | readonly string[];
  readonly region?: string | readonly string[];
  readonly industry?: string | readonly string[];
  readonly indicator?: string | readonly string[];
  readonly lane?: string | readonly string[];
  readonly ring?: string;
  readonly period?: string;
  readonly open?: boolean;
  readonly amount?: { readonly minimum?: number; readonly maximum?: number };
}

const LAST = Number.MAX_SAFE_INTEGER;

/** All taxpayers and claims of a snapshot, read from its files, in the order that searches promise. */
export async function readPlainRows({ outDirectory, services }: ApiWorld): Promise<{ taxpayers: readonly PlainTaxpayer[]; claims: readonly PlainClaim[] }> {
  const snapshot = await openSnapshot(outDirectory, services.store.current!.runId);
  try {
    const taxpayers = await snapshot.engine.rows<PlainTaxpayer>(`
      select taxpayer_id, taxpayer_name, district_code, industry_code, level, color, score, cast(amount_at_risk as varchar) as amount, ring_ids,
        coalesce((select list(distinct code) from indicator_results as i where i.taxpayer_id = g.taxpayer_id and outcome = 'hit' and supervision is distinct from true), []) as hit_codes from taxpayer_grades as g`);
    const claims = await snapshot.engine.rows<PlainClaim>('select application_id, taxpayer_id, lane, level, color, period, queue_rank, is_open_claim, cast(amount_at_risk as varchar) as amount, hits from claim_grades');
    const byText = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    return {
      taxpayers: [...taxpayers].sort((a, b) => b.score - a.score || byText(a.taxpayer_id, b.taxpayer_id)),
      claims: [...claims].sort((a, b) => (a.queue_rank ?? LAST) - (b.queue_rank ?? LAST) || byText(a.application_id, b.application_id)),
    };
  } finally {
    await snapshot.close();
  }
}

const words = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
const isOne = (wish: string | readonly string[] | undefined, value: string | null): boolean => wish === undefined || (value !== null && words(wish).includes(value));
const begins = (wish: string | readonly string[] | undefined, value: string | null): boolean => wish === undefined || (value !== null && words(wish).some((prefix) => value.startsWith(prefix)));
const shares = (wish: string | readonly string[] | undefined, values: readonly string[]): boolean => wish === undefined || words(wish).some((word) => values.includes(word));
const cents = (text: string): bigint => BigInt(text.replace('.', ''));

function isWithin(wish: Filters['amount'], amount: string | null): boolean {
  const { minimum, maximum } = wish ?? {};
  if (minimum === undefined && maximum === undefined) return true;
  if (amount === null) return false;
  return (minimum === undefined || cents(amount) >= BigInt(Math.round(minimum * 100))) && (maximum === undefined || cents(amount) <= BigInt(Math.round(maximum * 100)));
}

/** Whether a taxpayer meets all parts of a search, worked out without any SQL. */
export function meets(one: PlainTaxpayer, { ids, name, level, color, region, industry, indicator, ring, amount }: Filters): boolean {
  return isOne(ids, one.taxpayer_id) && (name === undefined || one.taxpayer_name.includes(name)) && isOne(level, one.level) && isOne(color, one.color) && begins(region, one.district_code)
    && begins(industry, one.industry_code) && shares(indicator, one.hit_codes) && (ring === undefined || one.ring_ids.includes(ring)) && isWithin(amount, one.amount);
}

/** The same for a claim, which lies where its taxpayer lies. */
export function claimMeets(claim: PlainClaim, owner: PlainTaxpayer | undefined, { ids, taxpayer, lane, level, color, region, industry, indicator, period, open, amount }: Filters): boolean {
  return owner !== undefined && isOne(ids, claim.application_id) && isOne(taxpayer, claim.taxpayer_id) && isOne(lane, claim.lane) && isOne(level, claim.level) && isOne(color, claim.color)
    && begins(region, owner.district_code) && begins(industry, owner.industry_code) && shares(indicator, claim.hits) && (period === undefined || claim.period === period)
    && (open === undefined || (claim.is_open_claim ?? false) === open) && isWithin(amount, claim.amount);
}
