/**
 * Credit class of a taxpayer, one rule for everybody who needs it: claims are made by it, and the register of ratings delivers it.
 * Nothing a firm does about its taxes in secret changes its class.
 */

/** Upper ends of the classes of a rated firm on [0, 1): what is left after the newcomers, who are M, gives about A 12 %, B 55 %, M 22 %, C 8 %, D 3 %. */
const CLASS_ENDS = { A: 0.15, B: 0.835, M: 0.875, C: 0.98 } as const;

/** Share of firms that are rated afresh in a year; the others keep the class of the year before. */
const RATED_AFRESH = 0.2;

/**
 * Macros of the ratings; they may be created more than once.
 *
 * `rating_class(firm, registered_on, status, status_from, rating_year)`: the class of the yearly rating that is published in April of
 * `rating_year` and holds until the end of March of the next year. The first five arguments are columns of table `firm`. It judges the
 * calendar year before; a firm that is younger than that year is M.
 *
 * `rating_on(firm, registered_on, status, status_from, on_day)`: the class in force on a day. A firm that became abnormal or absconded
 * is D from that day on, without waiting for April.
 */
export function ratingMacros(): string[] {
  const classes = Object.entries(CLASS_ENDS).map(([name, end]) => `when u < ${end} then '${name}'`).join(' ');
  return [
    `create or replace macro rating_of_draw(u) as case ${classes} else 'D' end`,
    `create or replace macro rating_class(firm, registered_on, status, status_from, rating_year) as
      case when status in ('abnormal', 'absconded') and status_from < make_date((rating_year)::integer, 4, 1) then 'D'
           when registered_on >= make_date((rating_year)::integer - 1, 1, 1) then 'M'
           when draw2(firm, rating_year, 'rated afresh') < ${RATED_AFRESH} then rating_of_draw(draw2(firm, rating_year, 'rating of the year'))
           else rating_of_draw(draw(firm, 'rating')) end`,
    `create or replace macro rating_on(firm, registered_on, status, status_from, on_day) as
      case when status in ('abnormal', 'absconded') and status_from <= on_day then 'D'
           else rating_class(firm, registered_on, status, status_from, year(on_day) - case when month(on_day) < 4 then 1 else 0 end) end`,
  ];
}
