/** Tax credit ratings: yearly from April, M from registration on, D at once where a firm is abnormal, and a few better classes in the middle of a year. */
import { ratingMacros } from '../facts/ratings.ts';

/**
 * Of the M, C and D classes of a year, how many are raised to B by a review or a repair; never those of firms that claim in spite of their class,
 * on purpose or by oversight.
 */
const RAISED_SHARE = 0.05;

export const ratingStatements = (): string[] => ratingMacros();

const rated = `f.is_internal and (f.entity_kind = 'enterprise' or f.vat_status = 'general')`;

/** Rows of `credit_ratings`. A class holds until the day before the next row, or until the end of March. */
export const ratingsSelect = (): string => `with years as (
    select year::integer as year from range((first_ym() // 12 - 1)::bigint, (year(cutoff()) + 1)::bigint) as years(year)
  ), annual as (
    select f.firm, make_date(y.year, 4, 1) as valid_from, 'annual' as change_reason,
      rating_class(f.firm, f.registered_on, f.status, f.status_from, y.year) as rating
    from firm as f cross join years as y where ${rated} and f.registered_on + 25 < make_date(y.year, 4, 1) and make_date(y.year, 4, 1) <= cutoff()
      and not (f.status in ('abnormal', 'absconded') and f.status_from = make_date(y.year, 4, 1))
  ), fresh as (
    select f.firm, f.registered_on + whole(3, 25, draw(f.firm, 'rating supplement')) as valid_from, 'supplement' as change_reason, 'M' as rating
    from firm as f where ${rated} and f.registered_on >= (select make_date(min(year), 4, 1) from years)
  ), fallen as (
    select f.firm, f.status_from, 'direct', 'D' from firm as f where ${rated} and f.status in ('abnormal', 'absconded') and f.status_from > f.registered_on + 25
  ), raised as (
    select a.firm, a.valid_from + whole(30, 300, draw2(a.firm, year(a.valid_from), 'rating raised day')) as valid_from,
      case when a.rating = 'M' then 'review' else 'repair' end, 'B'
    from annual as a join firm as f using (firm) where a.rating in ('M', 'C', 'D') and f.status not in ('abnormal', 'absconded')
      and draw2(a.firm, year(a.valid_from), 'rating raised') < ${RAISED_SHARE}
      and f.registered_on < a.valid_from - 700 and a.firm not in (select firm from conduct where behaviour = 'claims_without_rating'
        union all select firm from truth_noise where kind = 'claim_without_rating')
  ), listed as (
    select *, lead(valid_from) over (partition by firm order by valid_from) as next_from
    from (select * from annual union all select * from fresh union all select * from fallen union all select * from raised) where valid_from <= cutoff()
  )
  select f.taxpayer_id, l.rating,
    case l.rating when 'A' then 90 + 10 * u when 'B' then 70 + 20 * u when 'C' then 40 + 30 * u when 'D' then 40 * u
      when 'M' then case when change_reason = 'annual' and f.registered_on < valid_from - 700 then 70 + 25 * u end end::decimal(24, 2) as score,
    l.valid_from, coalesce(next_from - 1, make_date(year(valid_from) + case when month(valid_from) < 4 then 0 else 1 end, 3, 31)) as valid_to, l.change_reason
  from (select *, draw2(firm, year(valid_from) * 12 + month(valid_from), 'rating score') as u from listed) as l join firm as f using (firm)`;
