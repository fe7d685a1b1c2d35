import { sqlText } from '../engine/sql-text.ts';
import type { RegionOfficers } from './read-officers.ts';

/** Region of taxpayers whose district code begins with none of the regions given. */
export const NO_REGION = 'none';

/** Taxpayers with doubts; a desk never takes one without any, nor one that could not be graded. */
const QUEUED = "('high', 'medium', 'low')";

/** SELECT of the regions with their desks. */
export function regionsSql(regions: readonly RegionOfficers[]): string {
  const rows = regions.map(({ region, officers, cases_per_officer: cases }) => `(${sqlText(region)}, cast(${officers} as bigint), cast(${cases} as bigint), cast(${officers * cases} as bigint))`);
  return `select * from (values ${rows.join(', ')}) as r(region, officers, cases_per_officer, desks)`;
}

/**
 * SELECT of all taxpayers of `taxpayer_grades` with the region of the longest prefix of their district code, and of the outcome where it is known. Reads `capacity_region`, `capacity_label`.
 */
export const TAXPAYERS_SQL = `
  with districts as (
    select distinct coalesce(district_code, '') as district_code from taxpayer_grades
  ), placed as (
    select d.district_code, max_by(r.region, length(r.region)) as region
    from districts d join capacity_region r on starts_with(d.district_code, r.region) group by d.district_code
  )
  select g.taxpayer_id, g.level, g.color, cast(g.score as double) as score, cast(coalesce(g.amount_at_risk, 0) as decimal(38,2)) as amount_yuan,
    coalesce(p.region, '${NO_REGION}') as region, l.is_positive
  from taxpayer_grades g
  left join placed p on p.district_code = coalesce(g.district_code, '')
  left join capacity_label l on l.taxpayer_id = g.taxpayer_id`;

/** SELECT of every queue: place 1, 2, … of each taxpayer in its region, by score, then money at risk, then id. Reads `capacity_taxpayer`. */
export const QUEUE_SQL = `
  select t.*, cast(row_number() over (partition by t.region order by t.score desc nulls last, t.amount_yuan desc nulls last, t.taxpayer_id asc nulls last) as bigint) as place
  from capacity_taxpayer t where t.level in ${QUEUED}`;

/** SELECT of one row for each region and the number of desks: what is taken, what is left, and how good it is. `desks` is an SQL expression over `r`. */
export function cutSql(desks: string): string {
  return `with sized as (
    select r.region, cast(${desks} as bigint) as desks from capacity_region r
  ), lengths as (
    select s.region, s.desks, count(q.place) as queued, least(s.desks, count(q.place)) as taken
    from sized s left join capacity_queue q on q.region = s.region group by s.region, s.desks
  ), cut as (
    select n.*, q.score as cut_score from lengths n left join capacity_queue q on q.region = n.region and q.place = n.taken
  ), widths as (
    select c.*, cast(ceil(cast(c.taken as double) / 10) as bigint) as band from cut c
  )
  select c.region, cast(c.desks as bigint) as desks, cast(c.queued as bigint) as queued, cast(c.taken as bigint) as taken, cast(c.desks - c.taken as bigint) as unused_desks,
    case when c.taken = c.desks and c.taken < c.queued then c.cut_score end as cut_score,
    cast(count(*) filter (q.place <= c.taken and q.score = c.cut_score and c.taken < c.queued) as bigint) as tied_taken,
    cast(count(*) filter (q.place > c.taken and q.score = c.cut_score) as bigint) as tied_left,
    cast(count(*) filter (q.place <= c.taken and q.level = 'high') as bigint) as taken_high,
    cast(count(*) filter (q.place <= c.taken and q.level = 'medium') as bigint) as taken_medium,
    cast(count(*) filter (q.place <= c.taken and q.level = 'low') as bigint) as taken_low,
    cast(count(*) filter (q.place > c.taken and q.level = 'high') as bigint) as left_high,
    cast(count(*) filter (q.place > c.taken and q.level = 'medium') as bigint) as left_medium,
    cast(count(*) filter (q.place > c.taken and q.level = 'low') as bigint) as left_low,
    cast(coalesce(sum(q.amount_yuan) filter (q.place <= c.taken), 0) as double) as taken_yuan,
    cast(coalesce(sum(q.amount_yuan) filter (q.place > c.taken), 0) as double) as left_yuan,
    ${known('inside', 'q.place <= c.taken')},
    ${known('before', 'q.place <= c.taken and q.place > c.taken - c.band')},
    ${known('after', 'q.place > c.taken and q.place <= c.taken + c.band')}
  from widths c left join capacity_queue q on q.region = c.region
  group by c.region, c.desks, c.queued, c.taken, c.cut_score, c.band
  order by c.region asc nulls last`;
}

/** How many of some cases have a known outcome, and how many of these are positive. */
function known(name: string, cases: string): string {
  return `cast(count(*) filter (${cases} and q.is_positive is not null) as bigint) as ${name}_known,
    cast(count(*) filter (${cases} and q.is_positive) as bigint) as ${name}_positive`;
}

/** SELECT of what each further officer of a region would take: the worth of his or her cases. Reads `capacity_worth` (region, color, worth, by_amount). */
export const OFFICER_SQL = `
  select q.region, cast(floor(cast(q.place - 1 as double) / cast(r.cases_per_officer as double)) as bigint) as officer,
    cast(sum(case when w.by_amount then cast(q.amount_yuan as double) * w.worth else w.worth end order by q.place asc nulls last) as double) as worth
  from capacity_queue q join capacity_region r on r.region = q.region
  join capacity_worth w on w.region = q.region and w.color = q.color
  group by q.region, floor(cast(q.place - 1 as double) / cast(r.cases_per_officer as double))
  order by q.region asc nulls last, officer asc nulls last`;
