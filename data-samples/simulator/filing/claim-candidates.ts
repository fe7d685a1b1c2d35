/** Who may claim after the returns of a month, in which lane, and what the refund would be: as claimed and in truth. */
import { NEW_LANES_YM, SIZE_LANES_YM } from './lanes.ts';

/** Firms that ever think of claiming, and how many of these claim in a month by the size of the refund. */
const MINDED_SHARE = 0.5;
const CLAIMING = [[1_000_000, 0.35], [200_000, 0.2], [50_000, 0.09], [10_000, 0.03]] as const;
/** Share of claims with an honest slip in the ratio. */
const SLIP_SHARE = 0.003;

const CONDUCT = ['wants_refund', 'claims_too_much', 'overstates_ratio', 'claims_without_rating', 'claims_wrong_lane', 'claims_wrong_size',
  'leaves_refund_unposted', 'claims_after_offence', 'claims_beside_levy_refund', 'claims_before_its_time'];
/** Chance that a minded firm claims in a month, by an SQL expression of the refund. */
export const chanceOf = (refund: string): string => `case ${CLAIMING.map(([yuan, share]) => `when ${refund} >= ${yuan} then ${share}`).join(' ')} else 0 end`;

/**
 * Who may think of a claim after the return of a month: punctual filers with a credit and nothing under way. Scripts claim as soon as they can, honest firms
 * when it is worth it; a refund is at most the credit, so the credit tells who is out.
 */
function candidates(ym: number): string {
  const applied = ym + 1;
  const isBent = `coalesce(greatest(${CONDUCT.map((name) => `c.${name}`).join(', ')}) > 0, false)`;
  const sums = ([name, counted, travel, input]: readonly [string, string, string, string]): string => ['', '_year'].map((of) => {
    const sum = (value: string): string => `sum(${of === '' ? value : `case when ym >= ${ym - (ym % 12)} then ${value} else 0 end`})`;
    const numerator = applied >= NEW_LANES_YM ? `${counted} + ${travel}` : counted;
    return `case when ${sum(input)} > 0 then floor(10000 * greatest(0, least(1, ${sum(numerator)}::double / ${sum(input)}::double))) / 10000
      else 0 end as ${name}ratio${of === '' ? '_all' : of}`;
  }).join(', ');
  const declared = ['', 'r1_tax + r5_tax', 'r8b_tax', 'r12_tax'] as const;
  const honest = ['true_', 'r1_tax + r5_tax - false_counted_tax', 'r8b_tax - unfit_tax', 'r12_tax - false_counted_tax - false_other_tax'] as const;
  const sales = 'm01 + m05 + m07 + m08';
  const yearBefore = Math.floor(applied / 12) - 1;
  return `asked as (
      select k.*, g.general_ym, g.base::double as base, t.filed_at, t.is_quiet, ${CONDUCT.map((name) => `c.${name}`).join(', ')}, ${isBent} as is_bent
      from (select * from chain where ym = ${ym} and column_group = 'general' and m20 >= 3000) as k
        join (select * from filer where ym = ${ym} and not is_late) as t on t.firm = k.firm
      join chain_firm as g on g.firm = k.firm left join (select * from filing_conduct where ym = ${ym}) as c on c.firm = k.firm
      where not g.has_gap and (${isBent} or (draw(k.firm, 'minds refunds') < ${MINDED_SHARE} and draw2(k.firm, ${ym}, 'claims now') < ${chanceOf('k.m20')}))
        and k.firm not in (select firm from claim_plan where busy_until_ym > ${ym})
    ), shares as (
      select firm, ${sums(declared)}, ${sums(honest)}, sum(case when ym > ${ym - 12} then ${sales} else 0 end)::double as sales_12,
        12 * sum(case when ym // 12 = ${yearBefore} then ${sales} end)::double / count(case when ym // 12 = ${yearBefore} then 1 end) as sales_before
      from flow where ym <= ${ym} and firm in (select firm from asked) group by firm
    ), candidate as (
      select a.* exclude (m20, t20, december, true_december), a.m20::double as m20, a.t20::double as t20, a.december::double as december,
        a.true_december::double as true_december, s.* exclude (firm), f.industry,
        least(a.m20, coalesce(x.tax, 0))::decimal(18, 2) as export_pending,
        rating_on(f.firm, f.registered_on, f.status, f.status_from, a.filed_at::date) in ('A', 'B') as is_rated,
        m.levy_regime is not null as is_levied, coalesce(s.sales_before, 12 * f.monthly_sales::double) as year_sales,
          a.firm in (select firm from claim_plan where stock_amount > 0 and outcome = 'approved') as is_stock_taken
      from asked as a join shares as s on s.firm = a.firm join firm as f on f.firm = a.firm left join filing_good as m on m.firm = a.firm
        left join (select * from export_basis where ym = ${ym}) as x on x.firm = a.firm
      where (f.filed_to_ym > ${ym} or ${ym} = last_ym()) and (f.status = 'normal' or f.status_from > a.filed_at::date + 15)
    )`;
}

/**
 * The lane of a candidate and its refund, as claimed and in truth. Who sold nothing in its industry yet goes to the general lane, and so does a developer
 * that fails the test of its own.
 */
function refunds(ym: number): string {
  const applied = ym + 1;
  const isNew = applied >= NEW_LANES_YM;
  const settled = (lane: string, credit: string, december: string, run: string, aboveRun: string): string => {
    if (!isNew) return lane;
    return `case when ${lane} = 'four_industries' and (sales_12 <= 0 or ${ym} - general_ym < 2) then 'other'
      when ${lane} = 'real_estate' and not lane_holds('real_estate', ${credit}, base, ${december}, ${run}, ${aboveRun}) then 'other' else ${lane} end`;
  };
  const ratio = (lane: string, prefix = ''): string => `case when ${lane} = 'other' then ${prefix}ratio_year else ${prefix}ratio_all end`;
  const wrong2022 = `case when claims_wrong_lane > 0 then 'industry_2022' when claims_wrong_size > 0 then 'small_micro_2022' else right_lane end`;
  const wrongNew = `case when claims_wrong_lane > 0 then 'four_industries' else right_lane end`;
  const lane = isNew ? wrongNew : applied >= SIZE_LANES_YM ? wrong2022 : 'right_lane';
  return `sized as (
      select c.*, case when year_sales >= l.large then 'large' when year_sales >= l.medium then 'medium' when year_sales >= l.small then 'small'
        else 'micro' end as size_class,
        case when year_sales >= l.medium then w.larger_lane else w.small_lane end as law_lane
      from candidate as c join size_limit as l using (industry) join lane_law as w on w.industry = c.industry and ${applied} between w.from_ym and w.to_ym
    ), laned as (
      select *, ${settled('law_lane', 'm20', 'december', 'run', 'above_run')} as right_lane,
        ${settled('law_lane', 't20', 'true_december', 'true_run', 'true_above_run')} as true_lane,
        greatest(0, m20 - export_pending::double - m33::double) as net, greatest(0, t20 - export_pending::double - m33::double) as true_net
      from sized
    ), chosen as (
      select *, ${lane} as lane
      from laned
    ), measured as (
      select *, ${ratio('lane')} as own_ratio, ${ratio('true_lane', 'true_')} as true_ratio, ${ratio('right_lane')} as right_lane_ratio,
        case when is_quiet and draw2(firm, ${ym}, 'ratio slip') < ${SLIP_SHARE} then 0.02 + floor(400 * draw2(firm, ${ym}, 'ratio slip much')) / 10000
          else 0 end as slip
      from chosen
    ), stated as (
      select *, least(1, own_ratio + coalesce(overstates_ratio, 0) + slip) as ratio, lane_holds(lane, m20, base, december, run, above_run) as is_entitled,
        is_rated and not is_levied and coalesce(claims_after_offence, claims_beside_levy_refund) is null and lane_holds(true_lane, t20, base, true_december, true_run, true_above_run) as is_due
      from measured
    ), priced as (
      select *, lane_refund(lane, net, base, december, ratio) as computed, lane_refund(lane, net, base, december, own_ratio) as right_ratio_refund,
        case when lane_holds(right_lane, m20, base, december, run, above_run) then lane_refund(right_lane, net, base, december, right_lane_ratio)
          else 0 end as right_lane_refund,
        case when is_due then lane_refund(true_lane, true_net, base, true_december, true_ratio) else 0 end as true_refund
      from stated where is_entitled or claims_before_its_time > 0
    )`;
}

/** Table expressions that end in `priced`: candidates that pass the test of their lane. */
export function pricedCandidates(ym: number): string {
  return `${candidates(ym)}, ${refunds(ym)}`;
}
