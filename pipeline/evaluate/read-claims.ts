import { refundFrontier, type JudgedClaim, type RefundFrontier } from '../../models/evaluate/refund-frontier.ts';
import type { Engine } from '../engine/engine.ts';
import { loadCsv, type WantedColumn } from './load-csv.ts';

/** The refund frontier and what it stands on. */
export interface RefundFigures extends RefundFrontier {
  /** `excess`: claimed above what was due, from a claims file; `whole`: all that confirmed taxpayers claimed. */
  readonly fraud_basis: 'excess' | 'whole';
  /** Claims under test of taxpayers without a label: nothing is said of them. */
  readonly unlabelled_claims: number;
  /** Claims under test of confirmed taxpayers that the claims file does not hold, or without a readable amount: counted with 0 yuan. */
  readonly claims_without_due: number;
  /** Rows of the claims file with another number of cells than its header, or without a readable amount. */
  readonly unreadable_rows: number;
  /** Claimed above what was due by cleared taxpayers, by mistake; 0 without a claims file. */
  readonly honest_excess_yuan: number;
}

const CLAIM_COLUMNS: readonly WantedColumn[] = [
  { name: 'application_id', headers: ['application_id', '申请编号', '受理编号'], required: true },
  { name: 'due', headers: ['true_due_yuan', 'true_refundable_yuan', 'due_yuan', '应退税额'], required: true },
];

interface ClaimRead {
  readonly lane: string;
  readonly level: string;
  readonly score: number;
  readonly claimed: number;
  readonly is_positive: boolean | null;
  readonly due: number | null;
  readonly unmet_conditions: readonly string[];
  readonly hits: readonly string[];
  readonly is_large_refund: boolean;
  readonly is_city_review: boolean;
}

/** Judges the claims under test of labelled taxpayers. Throws as `loadCsv` does for the claims file. */
export async function refundFigures(engine: Engine, claimsFile: string | undefined): Promise<RefundFigures> {
  const unreadable = await readDue(engine, claimsFile);
  const claims = await engine.rows<ClaimRead>(`
    select c.lane, c.level, c.score, c.claimed, e.is_positive, d.due, c.unmet_conditions, c.hits, c.is_large_refund, c.is_city_review
    from claim_grades as c
    left join evaluate_row as e on e.taxpayer_id = c.taxpayer_id
    left join evaluate_due as d on d.application_id = c.application_id
    where c.is_under_test order by c.application_id asc nulls last`);
  const labelled = claims.filter(({ is_positive }) => is_positive !== null);
  const hasDue = claimsFile !== undefined;
  const honest = labelled.filter(({ is_positive }) => is_positive !== true);
  return {
    fraud_basis: hasDue ? 'excess' : 'whole',
    unlabelled_claims: claims.length - labelled.length,
    claims_without_due: hasDue ? labelled.filter(({ is_positive, due }) => is_positive === true && due === null).length : 0,
    unreadable_rows: unreadable,
    honest_excess_yuan: hasDue ? honest.reduce((cents, claim) => cents + Math.round(100 * excessYuan(claim)), 0) / 100 : 0,
    ...refundFrontier(labelled.map((claim) => judgedClaim(claim, hasDue))),
  };
}

/** Table `evaluate_due`: one row a claim whose amount due is known; empty without a file. Resolves to the rows that could not be read. */
async function readDue(engine: Engine, claimsFile: string | undefined): Promise<number> {
  let unreadable = 0;
  if (claimsFile === undefined) await engine.exec("create or replace table evaluate_claim as select '' as application_id, '' as due limit 0");
  else unreadable += (await loadCsv(engine, claimsFile, 'evaluate_claim', CLAIM_COLUMNS)).badRecordNumbers.length;
  await engine.exec(`create or replace table evaluate_due as
    select application_id, min(try_cast(replace(due, ',', '') as decimal(18,2))) as due from evaluate_claim group by application_id`);
  const [counted] = await engine.rows<{ rows: number }>("select count(*) as rows from evaluate_claim where try_cast(replace(due, ',', '') as decimal(18,2)) is null");
  return unreadable + (counted?.rows ?? 0);
}

function judgedClaim(claim: ClaimRead, hasDue: boolean): JudgedClaim {
  const isPositive = claim.is_positive === true;
  return {
    lane: claim.lane,
    level: claim.level,
    score: claim.score,
    claimedYuan: claim.claimed,
    isPositive,
    fraudYuan: !isPositive ? 0 : hasDue ? excessYuan(claim) : claim.claimed,
    reasons: reasonsOf(claim),
  };
}

function excessYuan({ claimed, due }: ClaimRead): number {
  return due === null ? 0 : Math.max(claimed - due, 0);
}

/** Codes of the doubts, then what is no doubt and still holds a claim up. */
function reasonsOf(claim: ClaimRead): readonly string[] {
  return [
    ...new Set([...claim.unmet_conditions, ...claim.hits]),
    ...(claim.level === 'insufficient_data' ? ['insufficient_data'] : []),
    ...(claim.is_large_refund ? ['large_refund'] : []),
    ...(claim.is_city_review ? ['city_review'] : []),
  ];
}
