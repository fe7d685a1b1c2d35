/** One table of a made-up night; `base` is a working table of the others. */
export interface NightTable {
  readonly name: string;
  readonly sql: string;
  readonly orderBy: string;
}

// A third of the taxpayers in Kunming, so that an export of one region has a size of its own; the others in fifteen more prefectures.
const DISTRICT = `case when n % 3 = 0 then '5301' || lpad(cast(n % 14 + 1 as varchar), 2, '0') else '53' || lpad(cast(n % 15 + 3 as varchar), 2, '0') || '0' || (n % 8 + 1) end`;
const NAME = `(array['昭鲁君成', '翠湖弘尔', '麒麟玖锐', '滇池云岭', '红河谷源', '玉溪澄江', '大理苍洱', '曲靖珠源'])[n % 8 + 1] || (array['商贸', '再生资源', '建筑装饰工程', '粮油食品', '酒店服务'])[n % 5 + 1] || n || '有限公司'`;
// Two hits for one taxpayer in ten and one for another: 0.3 results per taxpayer.
const HITS = 'case n % 10 when 0 then 2 when 1 then 1 else 0 end';
const COLOR = `case when n % 200 = 0 then 'red' when n % 120 = 0 then 'orange' when n % 50 = 0 then 'yellow' when n % 10 < 2 then 'blue' else 'none' end`;
const RING_SIZE = 5;
const MONTHS = 12;
/** November 2026 as a number of months. */
const LAST_MONTH = 2026 * 12 + 9;

const BASE = (taxpayers: number): string => `
  select cast(n as integer) as n, format('91530100MA{:08d}', n) as id, ${NAME} as name, ${DISTRICT} as district, (array['F5112', 'C1311', 'G5430', 'H6110', 'E5011'])[n % 5 + 1] as industry,
    (array['under_1m', '1m_5m', '5m_20m', '20m_100m'])[n % 4 + 1] as size_band, ${COLOR} as color, ${HITS} as hit_count,
    case when n % 20 = 0 then 'R' || lpad(cast(n // ${20 * RING_SIZE} as varchar), 10, '0') end as ring, n % 100 in (7, 40, 73) as has_claim
  from range(${taxpayers}) r(n)`;

const LEVEL = "case color when 'red' then 'high' when 'orange' then 'high' when 'yellow' then 'medium' when 'blue' then 'low' else 'none' end";
const SCORE = "cast(case color when 'red' then 82 when 'orange' then 61 when 'yellow' then 33 when 'blue' then 11 else 0 end + case when color = 'none' then 0 else n % 170 / 10.0 end as double)";

const GRADES = `
  select id as taxpayer_id, district as district_code, industry as industry_code, size_band, ${LEVEL} as level, color, ${SCORE} as score, ${SCORE} as points, hit_count as hits,
    (9 + n % 33)::integer as assessed, (11 + n % 37)::integer as applicable, (9 + n % 33) / (11.0 + n % 37)::double as coverage, (9 + n % 33) / (11.5 + n % 37)::double as coverage_weighted,
    n % 9 = 0 as limited_data, n % 500 = 0 as ineligible, n % 700 = 0 as recompute, color = 'red' as suspend, n % 900 = 0 as cautious, n % 30 = 0 as service,
    cast(case when hit_count > 0 then n * 1.37 else 0 end as decimal(18,2)) as amount_at_risk, case when ring is null then []::varchar[] else [ring] end as ring_ids,
    list_slice(['VR-22', 'VR-31'], 1, hit_count) as top_reasons, '5:' || size_band as peer_group, name as taxpayer_name, case when n % 4 = 0 then n / 300000000.0 else 0 end::double as ring_exposure, 'score' as color_rule
  from base`;

const CLAIMS = `
  select 'LD53202610' || lpad(cast(n as varchar), 8, '0') as application_id, id as taxpayer_id, '2026-09' as period, ${LEVEL} as level, color,
    (array['normal', 'suspend', 'condition_not_met', 'fast'])[n % 4 + 1] as lane, cast(n * 100 as decimal(18,2)) as claimed, cast(n * 99 as decimal(18,2)) as recomputed, cast(n as decimal(18,2)) as amount_at_risk,
    case when n % 4 = 2 then ['VR-03'] else []::varchar[] end as unmet_conditions, list_slice(['VR-22', 'VR-31'], 1, hit_count) as hits, ${SCORE} as score, true as is_under_test, n % 50 = 7 as is_large_refund,
    false as is_city_review, true as is_open_claim, 'score' as color_rule, color as handled_as, []::varchar[] as handling, cast(n as decimal(18,2)) as expected_yuan,
    cast(row_number() over (order by n) as integer) as queue_rank, case when n % 4 = 2 then ['财政部 税务总局公告2025年第7号第一条'] else []::varchar[] end as unmet_clauses, []::varchar[] as fast_lane_gaps,
    cast(n * 100 as decimal(18,2)) as claimed_credit_yuan, cast(n * 99 as decimal(18,2)) as recomputed_credit_yuan, 1.0::double as claimed_ratio, 0.99::double as recomputed_ratio, cast(n as decimal(18,2)) as correction_yuan
  from base where has_claim`;

/** States as they come in kinds: what applies follows from what sort of taxpayer it is, what is not assessed from what it lacks. */
const matrix = (codes: readonly string[]): string => {
  const columns = codes.map((code, at) => {
    const isMissing = `(n % 97 + ${at}) % 11 = 0`;
    const state = `case when n % 5 < 3 and ${at} >= ${Math.floor(codes.length / 3)} then 11 when ${isMissing} then 20 + (n % 7) % 6 when n % 10 = ${at % 10} and hit_count > 0 and ${at} % 16 = 5 then 1 else 0 end`;
    return `case when (${state}) < 2 then (n * ${at + 1} % 1000) / 999.0 end::double as ${code}_value, cast(${state} as utinyint) as ${code}_state`;
  });
  return `select id as taxpayer_id, ${columns.join(', ')} from base`;
};

// Some 180 bytes each, the average of the committed sample.
const REASON = `'2024年10月至2026年9月抵扣税额' || format('{:,}', n + 1000) || '.44元中，' || format('{:,}', n) || '.58元（43.4%）来自' || (n % 7 + 1) || '户走逃、非正常的销方，共15张凭证，线索待核实'`;
const REASON_EN = `'Of input tax of ' || format('{:,}', n + 1000) || '.44 yuan deducted from October 2024 to September 2026, 43.4 % came from ' || (n % 7 + 1) || ' seller(s) that have fled or are irregular (15 vouchers); a lead to be verified'`;

const RESULTS = `
  select id as taxpayer_id, code, '' as subject, true as is_primary, 'hit' as outcome, n % 1000 / 1000.0 + 1e-9 as value, 0.05::double as threshold, 'bad_upstream' as branch, 1.0::double as intensity,
    12.0::double as raw_points, 12.0::double as points, '5:' || size_band as peer_group, 57::bigint as peer_count, n % 997 / 997.0 as peer_percentile, ${REASON} as reason,
    cast(n * 1.37 as decimal(18,2)) as amount, '1-8f1e8e71' as parameter_version, ${REASON_EN} as reason_en, 'T3' as tier, 'inflated_input' as family, 'G2' as correlation_group,
    false as ineligible, false as recompute, false as suspend, false as service, cast(n as decimal(18,2)) as tax_at_stake, false as supervision, false as is_watch, 5::integer as weight, 12.0::double as group_points,
    true as scores, false as material, false as red_trigger, false as live_claim, false as open_claim
  from base, (values ('VR-22', 1), ('VR-31', 2)) as c(code, place) where place <= hit_count`;

const MEMBERS = `
  select ring as ring_id, id as taxpayer_id, case when row_number() over (partition by ring order by n) = 1 then 'issuer' else 'member' end as role, 0.2::double as share, true as is_taxpayer,
    name as taxpayer_name, cast(n as decimal(18,2)) as sold_inside, cast(n as decimal(18,2)) as bought_inside, 0::decimal(18,2) as claims_amount
  from base where ring is not null`;

const SIGNS = ['goods_stay_inside', 'kept_in_order', 'value_kept', 'close_in_time', 'shared_keys', 'without_input', 'without_staff', 'gone', 'young', 'goods_switch', 'claims_inside'];
const RINGS = `
  select ring_id, ['closed_loop', 'same_control'] as kinds, 0.87::double as score, cast(count(*) as integer) as members, cast(sum(sold_inside) as decimal(18,2)) as amount, date '2025-11-07' as first_date,
    date '2026-01-09' as last_date, 0.934::double as retained_share, 0::decimal(18,2) as claims_amount, false as truncated, cast(count(*) as integer) as taxpayers, cast(sum(sold_inside) as decimal(18,2)) as amount_inside,
    ${SIGNS.map((sign) => `0.5::double as ${sign}`).join(', ')}, []::varchar[] as dampers
  from ring_members group by ring_id`;
const EDGES = `
  select ring_id, taxpayer_id as seller_id, lead(taxpayer_id, 1, first_id) over (partition by ring_id order by taxpayer_id) as buyer_id, date '2025-11-07' as first_date, date '2025-12-01' as last_date,
    4::integer as invoices, 1675515.35::decimal(18,2) as amount, cast(row_number() over (partition by ring_id order by taxpayer_id) as integer) as hop, []::varchar[] as invoice_numbers
  from (select *, first_value(taxpayer_id) over (partition by ring_id order by taxpayer_id) as first_id from ring_members)`;
const TIES = `select ring_id, 'shared_keys' as kind, seller_id as first_id, buyer_id as second_id, 0::decimal(18,2) as amount, ['person'] as shared_keys from ring_edges`;

// What the evidence of VR-12 reads: its periods, and twelve rows of schedule 2 for every taxpayer.
const SUBJECTS = `select n as taxpayer_key, n as subject_no, ${LAST_MONTH} as p_ym from base`;
const SCHEDULE_2 = `select n as taxpayer_key, cast(${LAST_MONTH} - m as integer) as ym, ${['r01', 'r05', 'r06', 'r07', 'r08a', 'r08b', 'r12'].map((row, at) => `cast(n * 1.13 + m * ${at + 1} as decimal(18,2)) as ${row}_tax_yuan`).join(', ')}
  from base, range(${MONTHS}) as months(m)`;

/** The tables of a night of so many taxpayers; columns as the nightly run writes them, evidence for VR-12 alone. `codes` are those of the indicators, such as VR_01. */
export function nightTables(taxpayers: number, codes: readonly string[]): readonly NightTable[] {
  return [
    { name: 'base', sql: BASE(taxpayers), orderBy: 'n' },
    { name: 'taxpayer_grades', sql: GRADES, orderBy: 'taxpayer_id' },
    { name: 'claim_grades', sql: CLAIMS, orderBy: 'application_id' },
    { name: 'indicator_matrix', sql: matrix(codes), orderBy: 'taxpayer_id' },
    { name: 'indicator_results', sql: RESULTS, orderBy: 'taxpayer_id, code, subject' },
    { name: 'ring_members', sql: MEMBERS, orderBy: 'ring_id, taxpayer_id' },
    { name: 'rings', sql: RINGS, orderBy: 'ring_id' },
    { name: 'ring_edges', sql: EDGES, orderBy: 'ring_id, seller_id, buyer_id, first_date' },
    { name: 'ring_ties', sql: TIES, orderBy: 'ring_id, kind, first_id, second_id' },
    { name: 'evidence/taxpayers', sql: 'select n as taxpayer_key, id as taxpayer_id, name as taxpayer_name, district as district_code from base', orderBy: 'taxpayer_key' },
    { name: 'evidence/feat_subject', sql: SUBJECTS, orderBy: 'subject_no' },
    { name: 'evidence/feat_schedule2_month', sql: SCHEDULE_2, orderBy: 'taxpayer_key, ym' },
  ];
}
