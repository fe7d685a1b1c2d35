/** What small-scale taxpayers have to declare: the periods of their returns and the sales that belong into each. */
import { windowOf } from '../calendar.ts';
import type { SimulateOptions } from '../options.ts';

/** Returns that are never filed. */
const MISSING_SHARE = 0.003;
/** Firms that fill in goods and services apart. */
const TWO_COLUMNS_SHARE = 0.1;
/** Returns with the sale of a used asset. */
const USED_ASSET_SHARE = 0.0004;
/** Other invoices of the last day that are declared with the next period. */
const NEXT_PERIOD_SHARE = 0.004;

/** The good a firm sells most of; a table for FROM. */
export const MAIN_GOOD = `(select firm, arg_max(good, share * 1000 - good * 1e-6) as good from firm_good where side = 'sell' group by firm)`;

const COLUMN_MACRO = `create macro item_column(firm, goods_code) as case
    when draw(firm, 'small return columns') >= ${TWO_COLUMNS_SHARE} then 'all'
    when substr(goods_code, 1, 1) in ('1', '2') then 'goods_labour' else 'services' end`;

/**
 * Every month as a small-scale taxpayer and the return that holds it. The months of a quarter that an end or a registration cuts short are
 * filed singly.
 */
const monthStatement = `create table small_month as
    with living as (
      select firm, files_monthly, first_ym, least(filed_to_ym, general_ym - 1, last_ym()) as to_ym,
        general_ym <= least(filed_to_ym, last_ym()) or status = 'deregistered' as is_final
      from firm where is_internal and general_ym > first_ym and (entity_kind <> 'natural_person' or monthly_sales > 0)
    ), months as (
      select firm, is_final, ym::integer as ym, files_monthly, files_monthly or quarter_end_ym(ym) > to_ym as is_single
      from living cross join unnest(range(first_ym, to_ym + 1)) as months_of(ym)
    )
    select firm, ym, case when is_single then 'M' else 'Q' end as period_kind, case when is_single then ym else quarter_end_ym(ym) end as period_ym
    from months where files_monthly or is_final or not is_single`;

/** Returns to file, each with the item column of the firm's main good. */
const dueStatement = `create table small_due as
    select m.firm, m.period_ym, m.period_kind, f.entity_kind in ('individual', 'natural_person') as is_person, f.district_code,
      item_column(m.firm, coalesce(g.goods_code, '1')) as main_column
    from small_month as m join firm as f using (firm) left join ${MAIN_GOOD} as s using (firm) left join good as g using (good)
    where m.ym = m.period_ym and draw2(m.firm, m.period_ym, 'small return missing') >= ${MISSING_SHARE}`;

/** One row a sale: invoices (`is_late` = declared with the next period) and what went without, red ones with their minus. */
const saleStatements = [
  `create table small_sale as
    select i.seller as firm, i.ym, i.good, i.method = 'exempt' as is_free, case when i.kind = 'special' then 'special' else 'other' end as paper,
      i.amount, case when i.by_authority then i.tax else 0 end::decimal(18, 2) as prepaid,
      not i.by_authority and i.kind <> 'special' and i.issued_at::date = month_end(i.ym) and (f.files_monthly or is_quarter_end(i.ym))
        and draw(i.invoice, 'small return next period') < ${NEXT_PERIOD_SHARE} as is_late
    from invoice as i join firm as f on f.firm = i.seller and f.is_internal and f.general_ym > i.ym
    where i.status <> 'void' and i.method in ('small', 'exempt') and i.kind <> 'agri_purchase'
    union all
    select u.firm, u.ym, u.good, g.rate_class = 'farm' and n.role = 'farm', 'none', u.amount, 0, false
    from uninvoiced as u join firm as f on f.firm = u.firm and f.general_ym > u.ym
    join good as g using (good) join industry as n on n.industry = f.industry`,
  `insert into truth_noise
    select firm, ym, 'small_sales_declared_next_period', sum(amount) from small_sale where is_late group by firm, ym order by firm, ym`,
];

/** A quarter that began before the window had months like its first one in it. */
function earlierStatements(options: SimulateOptions): string[] {
  const monthsBefore = windowOf(options).firstYm % 3;
  if (monthsBefore === 0) return [];
  return [`insert into small_sale
    select s.firm, s.ym, s.good, s.is_free, 'none',
      round(s.amount * ${monthsBefore} * (0.8 + 0.4 * draw(s.firm, 'small return before the window')), 2)::decimal(18, 2), 0, false
    from small_sale as s join firm as f using (firm)
    where s.ym = first_ym() and not f.files_monthly and f.registered_on < month_start(first_ym() - ${monthsBefore}) and s.amount > 0`];
}

const LEVIES = ['3', '5'] as const;
const PAPERS = ['special', 'other', 'none'] as const;

/** Sums of each return and item column: columns `special_3` … `none_5`, `free`, `prepaid`. */
function sumStatement(): string {
  const sum = (levy: string, paper: string): string =>
    `sum(case when levy = '${levy}' and paper = '${paper}' then amount else 0 end)::decimal(18, 2) as ${paper}_${levy}`;
  return `create table small_sum as
    with placed as (
      select s.firm, m.period_ym, item_column(s.firm, g.goods_code) as item_group,
        case when s.is_free then 'free' when g.rate_class = 'levy5' then '5' else '3' end as levy, s.paper, s.amount, s.prepaid
      from small_sale as s join small_month as m on m.firm = s.firm and m.ym = s.ym + case when s.is_late then 1 else 0 end
      join good as g on g.good = s.good
    )
    select firm, period_ym, item_group,
      ${LEVIES.flatMap((levy) => PAPERS.map((paper) => sum(levy, paper))).join(',\n      ')},
      greatest(0, sum(case when levy = 'free' then amount else 0 end))::decimal(18, 2) as free, greatest(0, sum(prepaid))::decimal(18, 2) as prepaid
    from placed group by firm, period_ym, item_group`;
}

/** Three expressions of one levy rate: red invoices above the blue ones of a row are taken off the next row, so that no row is negative. */
function settled(levy: (typeof LEVIES)[number]): string {
  const of = (paper: (typeof PAPERS)[number]): string => `coalesce(s.${paper}_${levy}, 0)`;
  const left = `${of('other')} + least(0, ${of('special')})`;
  return `greatest(0, ${of('special')})::decimal(18, 2) as special_${levy}, greatest(0, ${left})::decimal(18, 2) as other_${levy},
      greatest(0, ${of('none')} + least(0, ${left}))::decimal(18, 2) as none_${levy}`;
}

/** Table `small_base`: what each item column of each return to file holds if it tells the truth. */
function baseStatement(): string {
  const columns = (itemGroup: string): string => `d.firm, d.period_ym, ${itemGroup} as item_group, d.period_kind, d.is_person, d.district_code,
      ${LEVIES.map(settled).join(',\n      ')},
      coalesce(s.free, 0) as free, coalesce(s.prepaid, 0) as prepaid`;
  return `create table small_base as
    select ${columns('d.main_column')},
      case when not d.is_person and draw2(d.firm, d.period_ym, 'small return used asset') < ${USED_ASSET_SHARE}
        then round(2000 + 38000 * draw2(d.firm, d.period_ym, 'small return used asset price'), 2) else 0 end::decimal(18, 2) as used
    from small_due as d left join small_sum as s on s.firm = d.firm and s.period_ym = d.period_ym and s.item_group = d.main_column
    union all
    select ${columns('s.item_group')}, 0
    from small_sum as s join small_due as d on d.firm = s.firm and d.period_ym = s.period_ym where s.item_group <> d.main_column`;
}

/** Fills small_month, small_due and small_base. */
export function smallSalesStatements(options: SimulateOptions): string[] {
  return [
    COLUMN_MACRO, monthStatement, dueStatement, ...saleStatements, ...earlierStatements(options), sumStatement(), baseStatement(),
    'drop table small_sale', 'drop table small_sum', 'drop table small_due', 'drop macro item_column',
  ];
}
