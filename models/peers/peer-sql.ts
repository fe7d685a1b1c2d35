/**
 * Statistics of one measure over peer groups (input contract, section 9), as one SELECT.
 *
 * Definitions, the same as simple-statistics, R and numpy:
 * percentile and median: type 7, linear interpolation between order statistics, on DOUBLE;
 * mad: median of absolute deviations from the median, not scaled by 1.4826;
 * z: (x − median) / (1.4826 · mad), NULL when mad is 0.
 * Values are winsorised at the group's P1 and P99 before the statistics; `_percentile` counts raw values at or below.
 */

export const LEAST_MEMBERS = 30;

export interface PeerSpec {
  /** Table with subject_no and the measured column, one row per subject. */
  readonly measureTable: string;
  /** Short name; output columns are peer_<measure>_…. */
  readonly measure: string;
  readonly column: string;
  /** Whole percentiles, 1 to 99. */
  readonly percentiles: readonly number[];
}

const LEVELS = [1, 2, 3, 4, 5] as const;

/**
 * SELECT of subject_no, peer_<m>_p<nn>…, _median, _mad, _z, _count, _group, _percentile: one row per subject that has a value
 * and a group. `_group` is `<widening level>:<group key>`. Reads the measure table and feat_peer (subject_no, is_eligible, g1..g5).
 * Subjects that are not eligible are compared but do not shape the distribution.
 */
export function compilePeerSql(spec: PeerSpec): string {
  const prefix = `peer_${spec.measure}`;
  const percentiles = [...new Set(spec.percentiles)].sort((a, b) => a - b);
  const named = (column: string): string => `cast(s.${column} as double) as ${prefix}_${column}`;
  return `with ${valuesCte(spec)},
${groupsCte()},
${statisticsCte(percentiles)},
${standingCte()}
select
  c.subject_no,
  ${[...percentiles.map((p) => `p${p}`), 'median', 'mad'].map(named).join(',\n  ')},
  cast((c.value - s.median) / nullif(1.4826e0 * s.mad, 0) as double) as ${prefix}_z,
  cast(c.member_count as bigint) as ${prefix}_count,
  cast(c.group_level as varchar) || ':' || c.group_key as ${prefix}_group,
  cast(t.at_or_below as double) / cast(c.member_count as double) as ${prefix}_percentile
from chosen as c
join statistics as s on s.group_level = c.group_level and s.group_key = c.group_key
join standing as t on t.subject_no = c.subject_no`;
}

function valuesCte(spec: PeerSpec): string {
  return `valued as (
  select m.subject_no, cast(m.${spec.column} as double) as value, p.is_eligible as is_member, p.g1, p.g2, p.g3, p.g4, p.g5
  from ${spec.measureTable} as m
  join feat_peer as p on p.subject_no = m.subject_no
  where abs(cast(m.${spec.column} as double)) < 1e300
)`;
}

/** The first level of the widening at which the subject's group has enough members with a value. */
function groupsCte(): string {
  const sizes = LEVELS.map((level) => `select ${level} as group_level, g${level} as group_key, count(*) as member_count from valued where is_member and g${level} is not null group by g${level} having count(*) >= ${LEAST_MEMBERS}`);
  const joins = LEVELS.map((level) => `left join sizes as n${level} on n${level}.group_level = ${level} and n${level}.group_key = v.g${level}`);
  const firstLevel = `case ${LEVELS.map((level) => `when n${level}.member_count is not null then ${level}`).join(' ')} end`;
  const firstKey = `case ${LEVELS.map((level) => `when n${level}.member_count is not null then v.g${level}`).join(' ')} end`;
  return `sizes as (
  ${sizes.join('\n  union all\n  ')}
),
placed as (
  select
    v.subject_no,
    v.value,
    v.is_member,
    ${firstLevel} as group_level,
    ${firstKey} as group_key,
    coalesce(${LEVELS.map((level) => `n${level}.member_count`).join(', ')}) as member_count
  from valued as v
  ${joins.join('\n  ')}
),
chosen as (
  select subject_no, value, is_member, group_level, group_key, member_count from placed where group_level is not null
),
asked_groups as (
  select distinct group_level, group_key from chosen
),
members as (
  ${LEVELS.map((level) => `select a.group_level, a.group_key, v.subject_no, v.value from valued as v join asked_groups as a on a.group_level = ${level} and a.group_key = v.g${level} where v.is_member`).join('\n  union all\n  ')}
)`;
}

function statisticsCte(percentiles: readonly number[]): string {
  const quantile = (p: number): string => `percentile_cont(${p / 100}) within group (order by value asc nulls last) as p${p}`;
  return `bounds as (
  select
    group_level,
    group_key,
    percentile_cont(0.01) within group (order by value asc nulls last) as low,
    percentile_cont(0.99) within group (order by value asc nulls last) as high
  from members
  group by group_level, group_key
),
winsorised as (
  select m.group_level, m.group_key, greatest(b.low, least(b.high, m.value)) as value
  from members as m
  join bounds as b on b.group_level = m.group_level and b.group_key = m.group_key
),
centres as (
  select group_level, group_key, ${[...percentiles.map(quantile), 'median(value) as median'].join(', ')}
  from winsorised
  group by group_level, group_key
),
spreads as (
  select w.group_level, w.group_key, median(abs(w.value - c.median)) as mad
  from winsorised as w
  join centres as c on c.group_level = w.group_level and c.group_key = w.group_key
  group by w.group_level, w.group_key
),
statistics as (
  select c.group_level, c.group_key, ${[...percentiles.map((p) => `c.p${p}`), 'c.median'].join(', ')}, d.mad
  from centres as c
  join spreads as d on d.group_level = c.group_level and d.group_key = c.group_key
)`;
}

/** How many members lie at or below each compared subject: one sorted pass over members and compared subjects together. */
function standingCte(): string {
  return `compared as (
  select group_level, group_key, cast(null as bigint) as subject_no, value, 1 as member_weight from members
  union all
  select group_level, group_key, cast(subject_no as bigint) as subject_no, value, 0 as member_weight from chosen
),
ranked as (
  select
    subject_no,
    sum(member_weight) over (
      partition by group_level, group_key order by value asc nulls last
      range between unbounded preceding and current row
    ) as at_or_below
  from compared
),
standing as (
  select subject_no, at_or_below from ranked where subject_no is not null
)`;
}
