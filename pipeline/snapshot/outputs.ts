import { sqlText } from '../engine/sql-text.ts';
import type { ClaimMark } from '../shared/grade-words.ts';
import { RING_OUTPUTS } from './ring-outputs.ts';

/** One file of a snapshot: its rows and the total order that makes the bytes reproducible; null keeps the order of the table. */
export interface Output {
  readonly name: string;
  readonly sql: string;
  readonly orderBy: string | null;
  /** Written only when this table was delivered. */
  readonly onlyWith?: string;
}

/** The files of a snapshot (interfaces.md section 2), each with its fixed columns first. */
export function snapshotOutputs(codes: readonly string[]): readonly Output[] {
  const matrix = codes.flatMap((code) => [`m.${code}_value`, `cast(m.${code}_state as utinyint) as ${code}_state`]);
  return [
    { name: 'taxpayer_grades', sql: TAXPAYER_GRADES, orderBy: 'taxpayer_id' },
    { name: 'claim_grades', sql: CLAIM_GRADES, orderBy: 'application_id', onlyWith: 'refund_applications' },
    {
      name: 'indicator_matrix',
      sql: `select ${['t.taxpayer_id', ...matrix].join(', ')} from indicator_matrix m join taxpayers t using (taxpayer_key)`,
      orderBy: 'taxpayer_id',
    },
    { name: 'indicator_results', sql: INDICATOR_RESULTS, orderBy: 'taxpayer_id, code, subject' },
    { name: 'score_bars', sql: SCORE_BARS, orderBy: 'taxpayer_id, subject, bar_no' },
    ...RING_OUTPUTS,
    { name: 'quality', sql: QUALITY, orderBy: 'file, table_name, measure, code, subject' },
    { name: 'quarantine', sql: QUARANTINE, orderBy: 'file, row_number, table_name' },
  ];
}

/** COPY of one output into a Parquet file. Call it on one thread: the number of threads must not show in the bytes. */
export function copyOutput(output: Pick<Output, 'sql' | 'orderBy'>, file: string): string {
  const ordered = output.orderBy === null ? output.sql : `select * from (${output.sql}) order by ${output.orderBy}`;
  return `copy (${ordered}) to ${sqlText(file)} (format parquet, compression zstd, row_group_size 122880)`;
}

const TAXPAYER_GRADES = `
  select g.taxpayer_id, g.district_code, g.industry_code, g.size_band, g.level, g.color, g.score, g.points, g.hits, g.assessed,
    g.applicable, g.coverage, g.coverage_weighted, g.limited_data, g.ineligible, g.recompute, g.suspend, g.cautious, g.service,
    g.amount_at_risk, coalesce(r.ring_ids, []::varchar[]) as ring_ids, coalesce(h.top_reasons, []::varchar[]) as top_reasons,
    g.peer_group, t.taxpayer_name, coalesce(x.exposure, 0) as ring_exposure, g.color_rule
  from grade_taxpayer g
  join taxpayers t using (taxpayer_key)
  left join (
    select p.party_key, list(i.ring_id order by i.ring_id) as ring_ids from ring_identity i join ring_part p using (ring_no) group by all
  ) r on r.party_key = g.taxpayer_key
  left join ring_exposure x on x.taxpayer_key = g.taxpayer_key
  left join (
    select i.taxpayer_key, list(i.code order by coalesce(c.points, 0) desc, i.weight desc, i.code)[:5] as top_reasons
    from score_item i left join score_contribution c on c.scope = i.scope and c.scope_no = i.scope_no and c.code = i.code
    where i.scope = 'taxpayer' and i.is_doubt group by all
  ) h on h.taxpayer_key = g.taxpayer_key`;

/** Marks of a claim, each with the column that is true where it holds; a mark without words does not compile. */
type Marks = Readonly<Partial<Record<ClaimMark, string>>>;

/** Names of the marks of a claim that are true, in this order. */
const marks = (columns: Marks): string =>
  `list_filter([${Object.entries(columns).map(([name, column]) => `case when f.${column} then '${name}' end`).join(', ')}], mark -> mark is not null)`;

// Why a claim is handled otherwise than its grade alone would have it (indicators.md 10.4).
const HANDLING = { large_amount: 'is_large_amount', district_top: 'is_district_top', city_review: 'is_city_review', cautious_status: 'is_cautious' } satisfies Marks;

// What kept a claim out of the fast lane.
const FAST_LANE_GAPS = {
  doubt: 'has_doubt', firm_hit: 'has_firm_hit', cautious_status: 'is_cautious', large_amount: 'is_large_amount', district_top: 'is_district_top', rating: 'is_rating_short', age: 'is_young',
  earlier_claims: 'is_history_short', stable_supply: 'is_supply_unstable', coverage: 'is_data_short', key_indicators: 'is_key_missing',
} satisfies Marks;

// Unmet conditions name the indicators whose statutory condition failed; hits list every doubt the claim is judged by.
const CLAIM_GRADES = `
  select g.application_id, g.taxpayer_id, g.period, g.level, g.color, g.lane, g.claimed, g.recomputed, g.amount_at_risk,
    coalesce(h.unmet_conditions, []::varchar[]) as unmet_conditions, coalesce(h.hits, []::varchar[]) as hits,
    g.score, g.is_under_test, g.is_large_refund, g.is_city_review, g.is_open_claim, g.color_rule, g.handled_as,
    ${marks(HANDLING)} as handling, g.expected_yuan, g.queue_rank,
    coalesce(u.unmet_clauses, []::varchar[]) as unmet_clauses,
    case when g.is_under_test then ${marks(FAST_LANE_GAPS)} else []::varchar[] end as fast_lane_gaps,
    f.claimed_credit_yuan, f.recomputed_credit_yuan, f.claimed_ratio, f.recomputed_ratio, f.correction_yuan
  from grade_claim g
  join claim_fact f using (application_id)
  left join (select subject_no, list(clause order by code) as unmet_clauses from unmet_condition group by all) u on u.subject_no = g.subject_no
  left join (
    select scope_no as subject_no, list(code order by code) filter (is_ineligible) as unmet_conditions, list(code order by code) as hits
    from score_item where scope = 'claim' and is_doubt group by all
  ) h on h.subject_no = g.subject_no`;

// Findings about the office itself are marked: they are for internal supervision, not for the taxpayer's file.
const INDICATOR_RESULTS = `
  select t.taxpayer_id, o.code, o.application_id as subject, o.is_primary, o.outcome, o.value, o.threshold, o.branch,
    cast(o.intensity as double) as intensity,
    cast(coalesce(i.raw_points, 0) as double) as raw_points,
    cast(case when o.is_primary then coalesce(c.points, 0) else 0 end as double) as points,
    o.peer_group, o.peer_count, o.peer_percentile, o.reason_zh as reason, o.amount_yuan as amount, k.parameter_version,
    o.reason_en, o.tier, i.family, i.correlation_group, o.has_ineligible as ineligible, o.has_recompute as recompute,
    o.has_suspend as suspend, o.has_service as service, o.stake_yuan as tax_at_stake,
    a.family is not null and not o.has_suspend and not o.has_service as supervision,
    o.is_watch, k.weight, cast(c.group_points as double) as group_points, o.is_scoring as scores, coalesce(i.is_material, false) as material,
    coalesce(i.is_red_trigger, false) as red_trigger, coalesce(i.has_live_claim, false) as live_claim, coalesce(i.is_open_claim, false) as open_claim
  from indicator_outcome o
  join indicator_catalogue k using (code)
  join taxpayers t using (taxpayer_key)
  left join authority_family a on a.family = k.family
  left join score_item i on i.code = o.code and i.subject_no = o.subject_no
    and i.scope = case when o.is_primary then 'taxpayer' else 'claim' end
  left join score_contribution c on c.scope = 'taxpayer' and c.scope_no = case when o.is_primary then o.taxpayer_key end and c.code = o.code`;

// Bars of a taxpayer have no subject, those of a claim under test its application.
const SCORE_BARS = `
  select t.taxpayer_id, case when b.scope = 'claim' then s.application_id else '' end as subject, b.bar_no, b.kind, b.name, b.points
  from score_bar b
  join taxpayers t using (taxpayer_key)
  left join feat_subject s on s.subject_no = case when b.scope = 'claim' then b.scope_no end`;

const QUALITY = `
  select coalesce(f.file, '') as file, q.table_name, q.measure, q.code, q.subject, q.count
  from ingest_quality q left join ingest_files f using (file_no)`;

const QUARANTINE = `
  select f.file, r.line, r.row_no as row_number, r.table_name as table_name, r.code, r.codes, r.message, r.raw, r.pointer
  from ingest_rejects r join ingest_files f using (file_no)`;
