/** Taxes deferred by manufacturers in 2021 and 2022: table `book_deferral`. */
import { ymOf } from '../calendar.ts';
import { constantsTable } from '../sql.ts';

/** Manufacturers that deferred; the filing room delivers their returns of 2021 as history. */
const DEFERRING_SHARE = 0.2;
/** Sales of 2021 below which everything, and below which half may be deferred. */
const FULL_BELOW_YUAN = 20_000_000;
const HALF_BELOW_YUAN = 400_000_000;
const ITEMS = ['vat', 'urban_construction', 'education', 'local_education', 'cit'] as const;
const LATE_SHARE = 0.01;
const EARLY_SHARE = 0.2;

/**
 * Months and last days: 公告2021年第30号 deferred by three months, 公告2022年第2号 by six more and the first half of 2022 by six,
 * 公告2022年第17号 by four more from November 2021 but for January 2022. Days that fell on holidays are moved.
 */
const PERIODS: readonly (readonly [programme: string, ym: number, dueOn: string, extendedOn: string])[] = [
  ['2021-30', ymOf('2021-10'), '2021-11-15', '2022-08-15'],
  ['2021-30', ymOf('2021-11'), '2021-12-15', '2023-01-16'],
  ['2021-30', ymOf('2021-12'), '2022-01-19', '2023-02-15'],
  ['2022-02', ymOf('2022-01'), '2022-02-23', '2022-08-23'],
  ['2022-02', ymOf('2022-02'), '2022-03-15', '2023-01-16'],
  ['2022-02', ymOf('2022-03'), '2022-04-20', '2023-02-20'],
  ['2022-02', ymOf('2022-04'), '2022-05-19', '2023-03-20'],
  ['2022-02', ymOf('2022-05'), '2022-06-15', '2023-04-17'],
  ['2022-02', ymOf('2022-06'), '2022-07-15', '2023-05-15'],
];
/** The first month no programme covers, as some would have it. */
const AFTERWARDS = { ym: ymOf('2022-07'), dueOn: '2022-08-15', extendedOn: '2023-06-15' } as const;

/** Returns of the year that decides the band as they stand now, whether the window holds them or the history before it. */
const DECLARED_2021 = `select * from vat_return where ym between ${ymOf('2021-01')} and ${ymOf('2021-12')}
      qualify version = max(version) over (partition by firm, ym)`;

const strengthOf = (behaviour: string): string => `max(case when behaviour = '${behaviour}' then strength end)`;

/** Whose months: the manufacturers of the programme, and whoever defers without a right or out of scope. */
const payerStatement = `create table book_deferring as
    with declared_2021 as (${DECLARED_2021}), cheats as (
      select firm, ${strengthOf('defers_without_right')} as without_right, ${strengthOf('defers_out_of_scope')} as out_of_scope,
        ${strengthOf('leaves_deferral_unpaid')} as unpaid
      from conduct where behaviour in ('defers_without_right', 'defers_out_of_scope', 'leaves_deferral_unpaid') group by firm
    ), history as (
      select firm, sum(m01 + m05 + m07 + m08) as sales, sum(m24) as tax, count(distinct ym) as months
      from declared_2021 group by firm
    ), judged as (
      select b.firm, b.district_code, c.without_right, c.out_of_scope, c.unpaid, b.section = 'C' as is_manufacturer,
        coalesce(h.sales / h.months * 12, b.monthly_sales * 12)::double as year_sales, coalesce(h.tax / h.months, b.monthly_sales * 0.02)::double as monthly_tax
      from book_firm as b left join cheats as c using (firm) left join history as h using (firm)
      where year(b.registered_on) < 2021 and b.general_ym <= ${ymOf('2020-12')} and b.monthly_sales > 0
        and (c.firm is not null or (b.section = 'C' and draw(b.firm, 'defers') < ${DEFERRING_SHARE}))
    )
    select *, case when not is_manufacturer or year_sales >= ${HALF_BELOW_YUAN} then 0
      when year_sales >= ${FULL_BELOW_YUAN} then 0.5 else 1 end as allowed from judged`;

/** The tax of a month of 2021, the surcharges on it, a quarter's income tax; what was deferred of it and what might have been. */
const itemQuery = `taxed as (
      select d.*, p.programme_code, p.ym, p.due_on, p.extended_on,
        coalesce(v.tax::double, d.monthly_tax * (0.3 + 1.4 * draw2(d.firm, p.ym, 'deferral tax'))) as vat
      from book_deferring as d cross join deferral_period as p
      left join (select firm, ym, sum(m24) as tax from declared_2021 group by firm, ym) as v on v.firm = d.firm and v.ym = p.ym
    ), items as (
      select *, tax_item, case when without_right > 0 then 1 else allowed end as taken, round(case tax_item when 'vat' then vat
          when 'urban_construction' then vat * urban_percent(firm, district_code) / 100 when 'education' then vat * 0.03 when 'local_education' then vat * 0.02
          else year_sales / 4 * 0.008 * (0.5 + draw2(firm, ym, 'deferral income tax')) end, 2)::decimal(18, 2) as tax_due
      from taxed cross join unnest([${ITEMS.map((item) => `'${item}'`).join(', ')}]) as items_of(tax_item) where tax_item <> 'cit' or is_quarter_end(ym)
    ), scoped as (
      select firm, programme_code, tax_item, ym, due_on, extended_on, tax_due, round(tax_due * taken, 2)::decimal(18, 2) as deferred,
        round(tax_due * allowed, 2)::decimal(18, 2) as rightful, coalesce(unpaid, 0) as unpaid, without_right > 0 as is_without_right, false as is_out_of_scope
      from items
      union all
      -- income tax withheld from wages, and a month after the programme
      select firm, programme_code, 'withheld_pit', ym, due_on, extended_on, round(vat * 0.1, 2)::decimal(18, 2), round(vat * 0.1, 2)::decimal(18, 2), 0,
        coalesce(unpaid, 0), false, true
      from taxed where out_of_scope > 0 and draw2(firm, ym, 'deferral out of scope') < 0.3 + 0.4 * out_of_scope
      union all
      select firm, '2022-02', 'vat', ${AFTERWARDS.ym}, date '${AFTERWARDS.dueOn}', date '${AFTERWARDS.extendedOn}', round(vat, 2)::decimal(18, 2),
        round(vat, 2)::decimal(18, 2), 0, coalesce(unpaid, 0), false, true
      from taxed where out_of_scope > 0 and ym = ${AFTERWARDS.ym - 1}
    )`;

/** Some pay early, most within days of the last one, a few some days late. */
const deferralStatement = `create table book_deferral as
    with declared_2021 as (${DECLARED_2021}), ${itemQuery}, paid as (
      select *, extended_on - case when draw2(firm, ym, 'deferral paid early') < ${EARLY_SHARE} then whole(20, 120, draw2(firm, ym, 'deferral days early'))
          else whole(0, 9, draw2(firm, ym, 'deferral days early')) end
        + case when draw2(firm, ym, 'deferral paid late') < ${LATE_SHARE} then whole(10, 25, draw2(firm, ym, 'deferral days late')) else 0 end as planned_on
      from scoped where deferred > 0 and due_on <= cutoff()
    )
    select firm, programme_code, tax_item, ym, tax_due, deferred, rightful, due_on, extended_on, is_without_right, is_out_of_scope,
      unpaid > 0 as is_left_unpaid,
      case when unpaid = 0 and planned_on <= cutoff() then planned_on end as paid_on,
      case when planned_on <= cutoff() then round(deferred * (1 - least(1, unpaid)), 2) else 0 end::decimal(18, 2) as paid_amount
    from paid`;

const effectStatement = `insert into conduct_effect
    select firm, ym, 'defers_without_right', sum(deferred - rightful) from book_deferral where is_without_right and deferred > rightful group by firm, ym
    union all select firm, ym, 'defers_out_of_scope', sum(deferred) from book_deferral where is_out_of_scope group by firm, ym
    union all select firm, ym, 'leaves_deferral_unpaid', sum(deferred - paid_amount) from book_deferral where is_left_unpaid group by firm, ym
    order by 1, 2, 3`;

/** Fills book_deferral. */
export function deferralStatements(): string[] {
  const columns = { programme_code: 'varchar', ym: 'integer', due_on: 'date', extended_on: 'date' };
  return [
    constantsTable('deferral_period', columns, PERIODS.map((period) => [...period])), payerStatement, deferralStatement, effectStatement,
    'drop table book_deferring', 'drop table deferral_period',
  ];
}
