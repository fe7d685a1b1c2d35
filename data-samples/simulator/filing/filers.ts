/** Who files a return for which month and when, and what scripts make firms do in it. */
import { BEHAVIOURS } from '../conduct/behaviours.ts';
import type { Behaviour } from '../conduct/behaviours.ts';

/** Most firms are punctual; some are late again and again. About 2.6 % of returns are late. */
const SLOPPY_SHARE = 0.2;
const LATE_SHARE = { sloppy: 0.09, punctual: 0.01 } as const;
/** Returns that never reached the database. */
const MISSING_SHARE = 0.002;

/** Behaviours that this room carries out for general taxpayers. */
const CARRIED_OUT: readonly Behaviour[] = [
  'leaves_out_sales', 'books_negative_uninvoiced', 'claims_unconfirmed_input', 'claims_unfit_vouchers', 'keeps_exception_input', 'keeps_nondeductible_input',
  'keeps_red_input', 'confirms_void', 'breaks_carry', 'wants_refund', 'claims_too_much', 'overstates_ratio', 'claims_without_rating', 'claims_wrong_lane',
  'claims_wrong_size', 'leaves_refund_unposted', 'claims_after_offence', 'claims_beside_levy_refund', 'claims_before_its_time',
];

/** Macros of the tax calendar: `office_day` moves a weekend within the first half of a month, `working_days_after` counts Monday to Friday. */
export function calendarMacros(): string[] {
  return [
    `create macro office_day(d) as (d + case isodow(d) when 6 then case when day(d) <= 13 then 2 else -1 end when 7 then case when day(d) <= 14 then 1
      else -2 end else 0 end)::date`,
    `create macro working_days_after(d, n) as (d + (n + 2 * ((isodow(d) - 1 + n) // 5))::integer)::date`,
    `create macro office_time(d, u) as d + interval 9 hour + to_seconds(floor(8.3 * 3600 * (u))::integer)`,
  ];
}

/** Table filing_conduct: one row for each firm and month with behaviours of this room, a column of strength for each; null = not at work. */
function conductStatement(): string {
  const unknown = CARRIED_OUT.filter((name) => !(name in BEHAVIOURS));
  if (unknown.length > 0) throw new Error(`no behaviour ${unknown.join(', ')}`);
  const columns = CARRIED_OUT.map((name) => `max(strength) filter (behaviour = '${name}') as ${name}`).join(', ');
  return `create table filing_conduct as
    select firm, ym::integer as ym, ${columns}
    from (select * from conduct where behaviour in (${CARRIED_OUT.map((name) => `'${name}'`).join(', ')})) as c
    cross join unnest(range(greatest(from_ym, first_ym()), least(to_ym, last_ym()) + 1)) as months(ym)
    group by firm, ym`;
}

/**
 * Table filer: every return that is known at the cutoff. Usual filing is from the 1st to the 15th of the next month at office hours, after the holidays
 * of early October; late returns come in the second half of the month, those of the last period too late to be known.
 */
function filerStatement(): string {
  return `create table filer as
    with asked as (
      select f.firm, greatest(first_ym(), f.general_ym) as from_ym, least(last_ym(), f.filed_to_ym) as to_ym,
        c.firm is null as is_quiet, case when draw(f.firm, 'sloppy filer') < ${SLOPPY_SHARE} then ${LATE_SHARE.sloppy}
          else ${LATE_SHARE.punctual} end as late_share
      from firm as f left join (select distinct firm from conduct) as c using (firm) where f.is_internal and f.vat_status = 'general'
    ), months as (
      select firm, is_quiet, ym::integer as ym, draw2(firm, ym, 'late return') < late_share as is_late
      from asked cross join unnest(range(from_ym, to_ym + 1)) as months(ym)
    ), dated as (
      select *, case when (ym + 1) % 12 = 9 then 9 + floor(7 * u) else 1 + floor(15 * u) end as usual_day
      from (select *, greatest(draw2(firm, ym, 'filing day'), 0.7 * draw2(firm, ym, 'filing day 2')) as u from months)
    )
    select firm, ym, is_late, is_quiet, is_quiet and ym < last_ym() and draw2(firm, ym, 'return missing') < ${MISSING_SHARE} as is_missing,
      office_time(case when is_late then working_day(day_in(ym + 1, 16 + whole(1, 11, draw2(firm, ym, 'days late'))))
        else office_day(day_in(ym + 1, usual_day)) end, draw2(firm, ym, 'filing time')) as filed_at
    from dated where ym < last_ym() or not is_late
    order by ym, firm`;
}

export function filerStatements(): string[] {
  return [conductStatement(), filerStatement()];
}
