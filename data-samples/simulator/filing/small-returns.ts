/** Returns of small-scale taxpayers: how the form is filled in, by honest firms and by the others. */
import { EDUCATION_LIMIT_YUAN, EDUCATION_PERCENT, LOCAL_EDUCATION_PERCENT, SURCHARGE_MACROS } from '../books/surcharges.ts';
import { SMALL_CEILING_YUAN } from '../facts/law.ts';
import type { SimulateOptions } from '../options.ts';
import { SMALL_FORM_ROWS } from '../schema.ts';
import type { OutputTable } from '../sql.ts';
import { MAIN_GOOD, smallSalesStatements } from './small-sales.ts';

/** Shares of returns: late, filed with a slip and corrected, special invoices entered in the row of the others. */
const LATE_SHARE = 0.015;
const CORRECTED_SHARE = 0.01;
const WRONG_ROW_SHARE = 0.0005;
/** A correction comes up to this many days after the month's end. */
const CORRECTED_WITHIN_DAYS = 62;

/** Behaviours that change the form. */
const FORM_BEHAVIOURS = ['exempts_over_limit', 'exempts_special_sales', 'uses_wrong_levy_rate', 'leaves_out_small_sales'] as const;
type FormBehaviour = (typeof FORM_BEHAVIOURS)[number];
const BEHAVIOURS = [...FORM_BEHAVIOURS, 'stays_small'] as const;

/** The conduct of each return, as shares; absent behaviours are 0. */
function conductStatement(): string {
  const strengths = BEHAVIOURS.map((behaviour) => `max(case when c.behaviour = '${behaviour}' then c.strength else 0 end) as ${behaviour}`);
  return `create table small_conduct as
    select m.firm, m.period_ym, ${strengths.join(', ')}
    from conduct as c join small_month as m on m.firm = c.firm and m.ym between c.from_ym and c.to_ym
    where c.behaviour in (${BEHAVIOURS.map((behaviour) => `'${behaviour}'`).join(', ')}) group by m.firm, m.period_ym`;
}

/**
 * What is entered, in up to three variants of a return: `declared` is the one that stands, `slip` an earlier version with sales left out by mistake,
 * `honest` what a cheating firm should have filed, for the tax at stake. Sales left out are other invoices first: special ones the buyer deducts.
 */
function enteredQuery(): string {
  const strengths = FORM_BEHAVIOURS.map((behaviour) => `case when v.variant = 'honest' then 0 else coalesce(c.${behaviour}, 0) end as ${behaviour}`);
  const perLevy = (['3', '5'] as const).map((levy) => {
    const hidden = `round(leaves_out_small_sales * (special_${levy} + other_${levy}), 2)::decimal(18, 2)`;
    return `special_${levy} - greatest(0, ${hidden} - other_${levy}) as special_${levy}, other_${levy} - least(other_${levy}, ${hidden}) as other_${levy},
          case when variant = 'slip' then round(none_${levy} * 0.85, 2)::decimal(18, 2) else none_${levy} end as none_${levy}`;
  });
  return `known as (
      select b.*, c.firm is not null as is_cheating, draw2(b.firm, b.period_ym, 'small return corrected') < ${CORRECTED_SHARE}
          and month_start(b.period_ym + 1) + ${CORRECTED_WITHIN_DAYS} <= cutoff() as is_corrected
      from small_base as b left join small_conduct as c using (firm, period_ym)
    ), varied as (
      select b.*, v.variant, ${strengths.join(', ')}
      from known as b cross join unnest(['declared', 'slip', 'honest']) as v(variant) left join small_conduct as c using (firm, period_ym)
      where v.variant = 'declared' or (v.variant = 'slip' and b.is_corrected) or (v.variant = 'honest' and b.is_cheating)
    ), entered as (
      select * replace (${perLevy.join(',\n          ')}) from varied
    )`;
}

/** Sales, exempt and taxed. Below the limit everything but special invoices is exempt; above it everything is taxed. */
function salesQuery(): string {
  const row = 'special_3 + other_3 + none_3 + special_5 + other_5 + none_5 + free + used';
  const part = (amount: string, behaviour: FormBehaviour): string => `round((${amount}) * ${behaviour}, 2)`;
  const free = (levy: '3' | '5', isWhollyFree: string): string => `(case when ${isWhollyFree} then other_${levy} + none_${levy}
            else ${part(`other_${levy} + none_${levy}`, 'exempts_over_limit')} end + ${part(`special_${levy}`, 'exempts_special_sales')})::decimal(18, 2)`;
  return `split_total as (
      select firm, period_ym, variant, sum(${row}) as total from entered where item_group <> 'all' group by firm, period_ym, variant
    ), judged as (
      select e.*, r.levy_percent, r.is_full_exemption, case when e.item_group = 'all' then ${row} else t.total end as total,
        r.quarter_limit / case when e.period_kind = 'M' then 3 else 1 end as sales_limit
      from entered as e join small_rule as r on e.period_ym between r.from_ym and r.to_ym
      left join split_total as t on t.firm = e.firm and t.period_ym = e.period_ym and t.variant = e.variant
    ), exempted as (
      select *, total <= sales_limit as is_free, is_full_exemption and total > sales_limit as is_free_by_policy,
        ${free('3', 'total <= sales_limit or is_full_exemption')} as free_3, ${free('5', 'total <= sales_limit')} as free_5,
        case when total <= sales_limit then used else 0 end::decimal(18, 2) as free_used
      from judged
    ), sales as (
      select *, special_3 + other_3 + none_3 - free_3 as q01, special_3 - ${part('special_3', 'exempts_special_sales')} as special_taxed_3,
        case when is_free or is_full_exemption then 0 else other_3 - ${part('other_3', 'exempts_over_limit')} end as other_taxed_3,
        special_5 + other_5 + none_5 - free_5 as q04, special_5 - ${part('special_5', 'exempts_special_sales')} as q05,
        case when is_free then 0 else other_5 - ${part('other_5', 'exempts_over_limit')} end as q06, used - free_used as q07,
        free_5 + free_used + case when is_free_by_policy then 0 else free_3 end as limit_free, free + case when is_free_by_policy then free_3 else 0 end as q12,
        not is_free and variant = 'declared' and special_3 > 0 and draw2(firm, period_ym, 'small return wrong row') < ${WRONG_ROW_SHARE} as is_misplaced
      from exempted
    )`;
}

/** Rows 1 to 25 of every variant: table `small_form`. */
function formStatement(): string {
  const fee = (percent: number): string => `round(round(surcharge_base * ${percent / 100}, 2) * has_education * fee_part, 2)`;
  return `create table small_form as
    with ${enteredQuery()}, ${salesQuery()}, taxes as (
      select *, round(q01 * 0.03, 2) + round(q04 * 0.05, 2) + round(q07 * 0.03, 2) as q15,
        round(q01 * (3 - levy_percent) / 100, 2) + round(q07 * 0.01, 2) + round(q01 * levy_percent / 100 * uses_wrong_levy_rate, 2) as q16,
        round((free_used + case when is_free_by_policy then 0 else free_3 end) * 0.03, 2) + round(free_5 * 0.05, 2) as limit_free_tax
      from sales
    ), payable as (
      select *, greatest(0, q15 - q16 - prepaid) as surcharge_base,
        case when is_half_year(period_ym, true) and not forgets_relief(firm, period_ym) then 0.5 else 1 end as fee_part,
        case when total <= ${EDUCATION_LIMIT_YUAN} * case when period_kind = 'M' then 1 else 3 end then 0 else 1 end as has_education
      from taxes
    )
    select firm, period_ym as ym, period_kind, item_group, variant, is_corrected, is_misplaced, total,
      q01, case when is_misplaced then 0 else special_taxed_3 end as q02, other_taxed_3 + case when is_misplaced then special_taxed_3 else 0 end as q03,
      q04, q05, q06, q07, 0 as q08, limit_free + q12 as q09, case when is_person then 0 else limit_free end as q10,
      case when is_person then limit_free else 0 end as q11, q12, 0 as q13, 0 as q14, q15, q16, limit_free_tax + round(q12 * 0.03, 2) as q17,
      case when is_person then 0 else limit_free_tax end as q18, case when is_person then limit_free_tax else 0 end as q19,
      q15 - q16 as q20, prepaid as q21, q15 - q16 - prepaid as q22,
      round(round(surcharge_base * urban_percent(firm, district_code) / 100, 2) * fee_part, 2) as q23,
      ${fee(EDUCATION_PERCENT)} as q24, ${fee(LOCAL_EDUCATION_PERCENT)} as q25
    from payable`;
}

/** Versions and dates. */
function filedStatement(): string {
  const rows = SMALL_FORM_ROWS.map((row) => `q${String(row).padStart(2, '0')}`).join(', ');
  return `insert into small_return
    with timed as (
      select *, month_start(ym + 1) + whole(0, 14, draw2(firm, ym, 'small return day')) + case
          when is_corrected then case variant when 'declared' then whole(3, 48, draw2(firm, ym, 'small return corrected on')) else 0 end
          when draw2(firm, ym, 'small return late') < ${LATE_SHARE} then whole(15, 55, draw2(firm, ym, 'small return days late')) else 0 end as filed_on
      from small_form where variant <> 'honest'
    )
    select firm, ym, case when is_corrected and variant = 'declared' then 2 else 1 end as version, period_kind, item_group,
      filed_on + to_seconds(30600 + floor(32000 * draw2(firm, ym * 2 + case when variant = 'slip' then 1 else 0 end, 'small return time'))::integer), ${rows}
    from timed where filed_on <= cutoff() order by firm, ym, item_group, version`;
}

/** Tax at stake. Whoever should have registered owes the general rate on what comes after the ceiling, without any deduction. */
function effectStatements(): string[] {
  const behaviour = `case ${FORM_BEHAVIOURS.map((each) => `when c.${each} > 0 then '${each}'`).join(' ')} end`;
  return [
    `insert into conduct_effect
    with taxes as (
      select firm, ym, sum(case when variant = 'honest' then q20 else -q20 end)::decimal(18, 2) as tax
      from small_form where variant in ('honest', 'declared') group by firm, ym
    )
    select t.firm, t.ym, ${behaviour}, t.tax from taxes as t join small_conduct as c on c.firm = t.firm and c.period_ym = t.ym
    where t.tax > 0 and ${behaviour} is not null order by t.firm, t.ym`,
    `insert into conduct_effect
    with periods as (
      select firm, ym, max(total) as sales, sum(q20) as tax from small_form where variant = 'honest' group by firm, ym
    ), rolled as (
      select *, sum(sales) over (partition by firm order by ym range between 11 preceding and current row) as year_sales from periods
    ), reached as (
      select *, min(case when year_sales > ${SMALL_CEILING_YUAN} then ym end)
        over (partition by firm order by ym rows between unbounded preceding and current row) as over_from from rolled
    )
    select r.firm, r.ym, 'stays_small', greatest(0, round(r.sales * q.percent / 100, 2) - r.tax)::decimal(18, 2)
    from reached as r join small_conduct as c on c.firm = r.firm and c.period_ym = r.ym and c.stays_small > 0
    join ${MAIN_GOOD} as m on m.firm = r.firm join good as g on g.good = m.good
    join general_rate as q on q.rate_class = g.rate_class and r.ym between q.from_ym and q.to_ym
    where r.over_from <= r.ym and r.sales * q.percent / 100 > r.tax order by r.firm, r.ym`,
  ];
}

/** Honest slips that a reconciliation finds. */
const noiseStatements = [
  `insert into truth_noise
    select firm, ym, 'special_sales_in_wrong_row', sum(q03) from small_form where is_misplaced group by firm, ym order by firm, ym`,
  `insert into truth_noise
    select firm, ym, 'used_asset_sold', sum(q07) from small_form where q07 > 0 and variant = 'declared' group by firm, ym order by firm, ym`,
];

/** Fills `small_return`; leaves `small_month`, which tells the return of each month, for the books. */
export function smallReturnStatements(options: SimulateOptions): string[] {
  return [
    ...SURCHARGE_MACROS, ...smallSalesStatements(options), conductStatement(), formStatement(), filedStatement(), ...effectStatements(), ...noiseStatements,
    ...['small_base', 'small_conduct', 'small_form'].map((table) => `drop table ${table}`),
  ];
}

const NAMES = [
  'sales_3pct', 'special_sales_3pct', 'other_invoice_sales_3pct', 'sales_5pct', 'special_sales_5pct', 'other_invoice_sales_5pct', 'used_asset_sales',
  'used_asset_invoiced', 'exempt_sales', 'micro_exempt_sales', 'below_threshold_sales', 'other_exempt_sales', 'export_exempt_sales',
  'export_invoiced_sales', 'tax_payable', 'tax_reduction', 'exempt_tax', 'micro_exempt_tax', 'below_threshold_tax', 'tax_total', 'prepaid', 'due',
  'urban_tax', 'education_fee', 'local_education_fee',
] as const;
const formColumns = NAMES.map((name, at) => `r.q${String(at + 1).padStart(2, '0')} as ${name}_q${String(at + 1).padStart(2, '0')}`).join(', ');

const returns = (months: string): string => `select f.taxpayer_id, period_of(r.ym) as period, r.period_kind, r.item_group,
    strftime(r.filed_at, '%Y-%m-%d %H:%M:%S') as filed_at, r.version, ${formColumns}
  from (select * from small_return where ${months}) as r join firm as f using (firm)`;

/** Table `small_scale_returns` of the delivery. */
export const smallReturnsOutput: OutputTable = {
  table: 'small_scale_returns', select: returns, orderBy: 'taxpayer_id, period, item_group, version', isMonthly: true,
};
