/** Words of a grade. */
const WORDS = ['district_code', 'industry_code', 'size_band', 'level', 'color', 'color_rule', 'peer_group'] as const;
/** Numbers of a grade. */
const NUMBERS = ['score', 'points', 'hits', 'assessed', 'applicable', 'coverage', 'coverage_weighted', 'ring_exposure'] as const;
const FLAGS = ['limited_data', 'ineligible', 'recompute', 'suspend', 'cautious', 'service'] as const;
const LISTS = ['ring_ids', 'top_reasons'] as const;

const member = (name: string, json: string): string => `'"${name}":' || coalesce(${json}, 'null')`;
/** Whole numbers without a fraction, as JSON.stringify writes them; what is no number is null. */
const number = (column: string): string =>
  `case when not isfinite(${column}) then 'null' when ${column} = trunc(${column}) and abs(${column}) < 1e15 then cast(cast(${column} as bigint) as varchar) else cast(${column} as varchar) end`;
const money = (column: string): string => `cast(${column} as varchar)`;

// Findings about the office itself are for internal supervision and leave it by no route.
const REASONS = `
  select r.taxpayer_id, cast(to_json(list({
      code: r.code, subject: r.subject, outcome: r.outcome, branch: r.branch, value: r.value, threshold: r.threshold, points: r.points, amount: ${money('r.amount')},
      peer_group: r.peer_group, peer_count: r.peer_count, peer_percentile: r.peer_percentile, reason: r.reason, reason_en: r.reason_en
    } order by r.points desc nulls last, r.code asc nulls last, r.subject asc nulls last)) as varchar) as reasons
  from indicator_results as r
  where not r.supervision
  group by r.taxpayer_id`;

const CLAIMS = `
  select c.taxpayer_id,
    '"lanes":' || cast(to_json(list_sort(list_distinct(list(c.lane)))) as varchar) || ',"claims":' || cast(to_json(list({
      application_id: c.application_id, period: c.period, lane: c.lane, level: c.level, color: c.color, claimed: ${money('c.claimed')}, recomputed: ${money('c.recomputed')},
      amount_at_risk: ${money('c.amount_at_risk')}, unmet_conditions: c.unmet_conditions, unmet_clauses: c.unmet_clauses, is_open_claim: c.is_open_claim, queue_rank: c.queue_rank
    } order by c.period desc nulls last, c.application_id asc nulls last)) as varchar) as claims
  from claim_grades as c
  group by c.taxpayer_id`;

const NO_CLAIMS = `'"lanes":[],"claims":[]'`;

/**
 * One row per taxpayer by identifier: identifier, name, district, the answer as JSON members between its name and what was not
 * assessed, and a letter per indicator for its state. The engine writes the text, off the thread that answers. `codes` are those of
 * the matrix, such as VR-01.
 */
export function gradeRowsSql(codes: readonly string[], hasClaims: boolean): string {
  const letters = codes.map((code) => `chr(48 + m.${code.replace('-', '_')}_state)`);
  const members = [
    ...WORDS.map((word) => member(word, `cast(to_json(g.${word}) as varchar)`)),
    ...NUMBERS.map((name) => member(name, number(`cast(g.${name} as double)`))),
    ...FLAGS.map((flag) => member(flag, `cast(g.${flag} as varchar)`)),
    `'"amount_at_risk":"' || coalesce(${money('cast(g.amount_at_risk as decimal(18,2))')}, '0.00') || '"'`,
    ...LISTS.map((list) => member(list, `cast(to_json(g.${list}) as varchar)`)),
    `'"reasons":' || coalesce(r.reasons, '[]')`,
    hasClaims ? `coalesce(c.claims, ${NO_CLAIMS})` : NO_CLAIMS,
  ];
  return `select g.taxpayer_id, g.taxpayer_name, g.district_code, ${members.join(` || ',' || `)} as members, ${letters.length === 0 ? "''" : letters.join(' || ')} as states
  from taxpayer_grades as g
  left join indicator_matrix as m using (taxpayer_id)
  left join (${REASONS}) as r using (taxpayer_id)
  ${hasClaims ? `left join (${CLAIMS}) as c using (taxpayer_id)` : ''}
  order by g.taxpayer_id asc nulls last`;
}
