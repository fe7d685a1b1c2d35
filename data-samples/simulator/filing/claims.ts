/** Claims for the refund of retained credit: who claims after which return, and what the office does with it. */
import { chanceOf, pricedCandidates } from './claim-candidates.ts';
import { NEW_LANES_YM, SIZE_LANES_YM } from './lanes.ts';

/** Honest faults: a claim although the class does not allow it, a refund that is posted late, a comparison left open. */
const UNRATED_SHARE = 0.004;
const LATE_POSTING_SHARE = 0.004;
const OPEN_COMPARISON_SHARE = 0.002;
const SUSPENDED_SHARE = 0.06;
const WITHDRAWN_SHARE = 0.01;

export const CLAIM_PLAN_TABLE = `create temp table claim_plan (
  firm integer, ym integer, lane varchar, size_class varchar, industry_share double, ratio double, credit decimal(18, 2), amount decimal(18, 2),
    stock_amount decimal(18, 2), increment_amount decimal(18, 2),
  export_pending decimal(18, 2), arrears decimal(18, 2), true_refundable decimal(18, 2), true_ratio double, right_ratio_amount decimal(18, 2),
    right_lane_amount decimal(18, 2), computed_amount decimal(18, 2), is_rated boolean,
  noise varchar, applied_at timestamp, accepted_at timestamp, suspended_at timestamp, resumed_at timestamp, decided_at timestamp, outcome varchar,
    paid_on date, paid_amount decimal(18, 2),
  decided_ym integer, post_ym integer, busy_until_ym integer)`;

/** Claims decided this month on a credit that has shrunk since: the latest credit is the most that is paid. */
export function decideStatements(ym: number): string[] {
  return [
    `update claim_plan set paid_amount = greatest(0, least(claim_plan.amount, b.m20)) from chain as b
    where b.ym = ${ym - 1} and b.column_group = 'general' and b.firm = claim_plan.firm and claim_plan.decided_ym = ${ym} and claim_plan.outcome = 'approved'`,
    `update claim_plan set outcome = 'withdrawn', post_ym = null, paid_on = null, paid_amount = null, resumed_at = coalesce(resumed_at, decided_at)
      where decided_ym = ${ym} and outcome = 'approved' and paid_amount = 0`,
  ];
}

/** Who does claim: scripts whatever it is worth, honest firms when it is and they may. */
function wishes(ym: number): string {
  return `claiming as (
      select *, round(computed * (1 + coalesce(claims_too_much, 0)), 2)::decimal(18, 2) as amount,
        case when is_bent then null when not is_rated then 'claim_without_rating' when slip > 0 and ratio > own_ratio then 'ratio_slip' end as fault
      from priced
      where computed >= 1000 and case when is_bent then (is_rated or claims_without_rating > 0) and (not is_levied or claims_wrong_lane > 0)
        else draw2(firm, ${ym}, 'claims now') < ${chanceOf('computed')} and not is_levied and (is_rated
          or (is_quiet and draw2(firm, ${ym}, 'claims unrated') < ${UNRATED_SHARE})) end
    )`;
}

/**
 * The course: applied for on the day of the return or the next working day, accepted at once, decided within ten working days unless suspended, paid some days
 * later, and taken off the credit in the return of the month of the decision.
 */
function course(ym: number): string {
  const u = (question: string): string => `draw2(firm, ${ym}, '${question}')`;
  const after = (question: string, least: number, most: number): string => `whole(${least}, ${most}, ${u(question)})`;
  return `applied as (
      select *, case when ${u('applies at once')} < 0.5 or filed_at::date >= day_in(${ym + 1}, 12)
          then filed_at + to_seconds(900 + floor(5400 * ${u('application time')})::integer)
          else office_time(working_days_after(filed_at::date, 1), ${u('application time')}) end as applied_at
      from claiming
    ), accepted as (
      select *, applied_at + to_seconds(600 + floor(5000 * ${u('acceptance')})::integer) as accepted_at, ${u('suspended')} < ${SUSPENDED_SHARE} as is_suspended,
        case when not is_rated and ${u('refused')} < case when is_bent then 0.4 else 0.7 end then 'refused' when not is_bent
          and ${u('withdrawn')} < ${WITHDRAWN_SHARE} then 'withdrawn' else 'approved' end as outcome
      from applied
    ), suspended as (
      select *, case when is_suspended then office_time(working_days_after(accepted_at::date, ${after('suspended after', 3, 8)}),
        ${u('suspended time')}) end as suspended_at
      from accepted
    ), resumed as (
      select *, case when is_suspended
          then office_time(working_days_after(suspended_at::date, whole(6, 60, ${u('resumed after')} * ${u('resumed after 2')})),
            ${u('resumed time')}) end as resumed_at
      from suspended
    ), decided as (
      select *, case when is_suspended then office_time(working_days_after(resumed_at::date, ${after('decided after', 1, 5)}), ${u('decision time')})
          else office_time(working_days_after(accepted_at::date, ${after('decided after', 2, 9)}), ${u('decision time')}) end as decided_at
      from resumed
    ), dated as (
      select *, ym_of(decided_at::date) as decided_ym, working_day(decided_at::date + whole(2, 8, ${u('paid after')})) as paid_on,
        case when is_quiet and ${u('posted late')} < ${LATE_POSTING_SHARE} then 2 when lane in ('other', 'real_estate', 'general_2019')
          and ${u('posted next month')} < 0.12 then 1 else 0 end as posting_delay
      from decided
    )`;
}

/** Claims after the returns of one month. */
export function claimStatement(ym: number): string {
  const isStock = `lane in ('industry_2022', 'small_micro_2022')`;
  const stockPart = `round(amount::double * case when is_stock_taken then 0 else least(net, base) end / net, 2)::decimal(18, 2)`;
  const isPosted = `outcome = 'approved' and leaves_refund_unposted is null`;
  const size = `case when claims_wrong_size is null then size_class when size_class in ('large', 'medium') then 'small' else 'micro' end`;
  const stated = (from: number, basisPoints: number): string => `${from} + floor(${basisPoints} * draw2(firm, ${ym}, 'industry share')) / 10000`;
  const money = (column: string): string => `${column}::decimal(18, 2)`;
  return `insert into claim_plan
    with ${pricedCandidates(ym)}, ${wishes(ym)}, ${course(ym)}
    select firm, ${ym}, lane, ${ym + 1 >= SIZE_LANES_YM && ym + 1 < NEW_LANES_YM ? size : 'null'},
      case when lane in ('four_industries', 'real_estate', 'industry_2022', 'advanced_manufacturing')
        then case when lane <> right_lane then ${stated(0.55, 2500)} else ${stated(0.93, 700)} end end,
      ratio, ${money('m20')}, amount, case when ${isStock} then ${stockPart} end, case when ${isStock} then amount - ${stockPart} end,
      export_pending, m33, case when fault = 'ratio_slip' then ${money('right_ratio_refund')} else least(amount, ${money('true_refund')}) end, true_ratio,
      ${money('right_ratio_refund')}, ${money('right_lane_refund')}, ${money('computed')}, is_rated,
      case when fault is not null then fault when ${isPosted} and posting_delay = 2 then 'refund_posted_late'
        when is_quiet and draw2(firm, ${ym}, 'comparison') < ${OPEN_COMPARISON_SHARE} then 'open_comparison' end,
      applied_at, accepted_at, suspended_at, resumed_at, decided_at, outcome,
      case when outcome = 'approved' then paid_on end, case when outcome = 'approved' then amount end,
      decided_ym, case when ${isPosted} then decided_ym + posting_delay end, case when ${isPosted} then decided_ym + posting_delay else decided_ym end
    from dated order by firm`;
}
