/** Annual settlements of the enterprise income tax: table `book_settlement`, with what was declared and what was true. */
import { windowOf } from '../calendar.ts';
import type { SimulateOptions } from '../options.ts';

/** 小型微利企业: 公告2023年第6号 and 第12号 (income, staff, assets); 5 % against 25 %. */
export const SMALL_PROFIT_INCOME_YUAN = 3_000_000;
export const SMALL_PROFIT_STAFF = 300;
export const SMALL_PROFIT_ASSETS_YUAN = 50_000_000;
const FULL_RATE = 0.25;
const SMALL_RATE = 0.05;

/** Revenue at which an income above the limit is a plausible margin. */
const LEAST_REVENUE_YUAN = 16_000_000;
const RESTRICTED_SHARE = 0.004;
const CORRECTED_SHARE = 0.007;
const LATE_SHARE = 0.006;

const u = (question: string): string => `draw2(firm, tax_year, 'settlement ${question}')`;

/** Years to settle: from the one that decides the first relief of the window to the last one whose deadline, the end of May, has come. */
function yearsOf(options: SimulateOptions): number[] {
  const { firstYm, cutoff } = windowOf(options);
  const first = Math.floor((firstYm - 6) / 12) - 1;
  const last = Number(cutoff.slice(0, 4)) - (cutoff.slice(5) > '05-31' ? 1 : 2);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Staff and assets are the averages of the figures delivered for the year; for years before the window, those of the first year in it. */
const figureStatements = [
  `create table book_year_staff as
    select firm, ym // 12 as tax_year, greatest(round(sum(insured_count) / count(*), 4), round(sum(pit_count) / count(*), 4))
      + round(sum(dispatched_count) / count(*), 4) as staff
    from book_staff group by firm, ym // 12`,
  `create table book_year_assets as
    with quarters as (
      select firm, ym, total_assets, lag(total_assets) over (partition by firm order by ym) as assets_before from book_balance where is_quarter_end(ym)
    )
    select firm, ym // 12 as tax_year, round(sum((total_assets + coalesce(assets_before, total_assets)) / 2) / count(*), 2) as assets
    from quarters group by firm, ym // 12`,
];

const firstOf = (table: string, figure: string): string =>
  `(select firm, ${figure} from ${table} qualify row_number() over (partition by firm order by tax_year) = 1)`;

/** Years within the window come from the books; before it the firm is what it was when the window opened. */
const yearStatement = (options: SimulateOptions): string => `create table book_year as
    with asked as (
      select firm, tax_year::integer as tax_year, registered_on, yearly_growth
      from book_firm cross join unnest([${yearsOf(options).join(', ')}]) as years_of(tax_year)
      where entity_kind = 'enterprise' and year(registered_on) <= tax_year and filed_to_ym >= least(tax_year * 12 + 15, last_ym())
    ), means as (
      select firm, round(sum(revenue) / count(*), 2)::double * 4 as revenue, round(sum(profit) / count(*), 2)::double * 4 as profit
      from book_income group by firm
    ), estimated as (
      select a.firm, a.tax_year, m.profit * (0.7 + 0.6 * draw2(a.firm, a.tax_year, 'settlement profit')) as profit,
        m.revenue * greatest(0.1, 1 - a.yearly_growth * ((first_ym() + last_ym()) / 24.0 - 0.5 - a.tax_year))
          * (0.9 + 0.2 * draw2(a.firm, a.tax_year, 'settlement year'))
          * case when year(a.registered_on) = a.tax_year then (12 - month(a.registered_on)) / 12.0 else 1 end as revenue
      from asked as a join means as m using (firm)
    )
    select a.firm, a.tax_year, coalesce(i.ytd_revenue::double, e.revenue, 0) as revenue, coalesce(i.ytd_profit::double, e.profit, 0) as profit,
      coalesce(s.staff, fs.staff, 0)::double as staff, coalesce(t.assets, ft.assets, 0)::double as assets
    from asked as a left join estimated as e on e.firm = a.firm and e.tax_year = a.tax_year
    left join book_income as i on i.firm = a.firm and i.ym = a.tax_year * 12 + 11
    left join book_year_staff as s on s.firm = a.firm and s.tax_year = a.tax_year
    left join book_year_assets as t on t.firm = a.firm and t.tax_year = a.tax_year
    left join ${firstOf('book_year_staff', 'staff')} as fs on fs.firm = a.firm
    left join ${firstOf('book_year_assets', 'assets')} as ft on ft.firm = a.firm`;

/** Who understates: in the year itself, or in the months in which it is settled. */
const understating = `(select firm, (ym - case when is_settling then 5 else 0 end) // 12 as tax_year, max(strength) as strength
        from book_conduct cross join (values (false), (true)) as looks(is_settling) where behaviour = 'understates_small_profit' group by 1, 2)`;

/**
 * What is declared. Recognition dates move revenue a little against the VAT sales, in a few honest years by up to 8 %. Whoever takes a relief without a
 * right, or understates to keep it, earns too much for it, or else its line of business is restricted.
 */
const toldQuery = `told as (
      select y.*, coalesce(c.strength, 0) > 0 as is_understating,
        (r.firm is not null or c.firm is not null) and revenue >= ${LEAST_REVENUE_YUAN} as is_too_large,
        revenue * (1 + (${u('deviates')} - 0.5)
          * case when ${u('outlier')} < 0.025 then 0.16 when ${u('outlier')} < 0.18 then 0.06 else 0.012 end) as told_revenue,
        draw(firm, 'settlement restricted') < ${RESTRICTED_SHARE} or (r.firm is not null and revenue < ${LEAST_REVENUE_YUAN}) as is_restricted
      from book_year as y left join (select distinct firm from conduct where behaviour = 'takes_relief_without_right') as r using (firm)
      left join ${understating} as c using (firm, tax_year)
    ), earned as (
      select *, case when is_too_large then greatest(profit, ${SMALL_PROFIT_INCOME_YUAN} * (1.05 + 0.5 * ${u('too large')}))
          else profit * (0.9 + 0.25 * ${u('adjusts')}) end as income
      from told
    ), judged as (
      select *, not is_restricted and income <= ${SMALL_PROFIT_INCOME_YUAN} and staff <= ${SMALL_PROFIT_STAFF}
          and assets <= ${SMALL_PROFIT_ASSETS_YUAN} as is_truly_small
      from earned
    ), declared as (
      select *, not is_truly_small and is_understating as is_understated,
        case when is_understating then least(income, ${SMALL_PROFIT_INCOME_YUAN} * (0.9 + 0.099 * ${u('pretends')})) else income end as told_income,
        case when is_understating then least(staff, floor(${SMALL_PROFIT_STAFF} * (0.95 + 0.05 * ${u('pretends staff')}))) else staff end as told_staff,
        case when is_understating then least(assets, ${SMALL_PROFIT_ASSETS_YUAN} * (0.93 + 0.069 * ${u('pretends assets')})) else assets end as told_assets
      from judged
    )`;

const settlementStatement = `create table book_settlement as
    with ${toldQuery}, versions as (
      select *, version::integer as version, make_date(tax_year + 1, 1, 10) + (141 * greatest(${u('day')}, ${u('day 2')}))::integer
          + case when ${u('late')} < ${LATE_SHARE} then whole(20, 90, ${u('days late')}) else 0 end
          + case when version = 2 then whole(20, 120, ${u('corrected on')}) else 0 end as settled_on
      from declared cross join unnest(range(1, case when ${u('corrected')} < ${CORRECTED_SHARE} then 3 else 2 end)) as versions_of(version)
    )
    select firm, tax_year, version, settled_on, round(told_revenue * case when version = 2 then 1.004 else 1 end, 2)::decimal(18, 2) as revenue,
      round(told_income, 2)::decimal(18, 2) as taxable_income, ceil(told_staff * 100) / 100 as average_headcount,
      round(told_assets, 2)::decimal(18, 2) as average_assets, is_restricted, is_truly_small or is_understated as is_small_profit, is_truly_small,
      -- true income at the full rate less the declared one at the rate of the small
      case when is_understated then greatest(0, round(greatest(0, income) * ${FULL_RATE} - greatest(0, told_income) * ${SMALL_RATE}, 2))
        else 0 end::decimal(18, 2) as tax_at_stake
    from versions where settled_on <= cutoff()`;

const effectStatements = [
  `insert into conduct_effect
    select firm, ym_of(settled_on), 'understates_small_profit', tax_at_stake
    from book_settlement where version = 1 and tax_at_stake > 0 order by firm, tax_year`,
  // revenue in the books that no VAT return shows, and sales parked among the advances, at the rate of the main good
  `insert into conduct_effect
    with untaxed as (
      select firm, ym, 'books_above_vat' as behaviour, revenue - declared as amount from book_flow where revenue > declared
      union all select firm, ym, 'parks_advances', parked from book_flow where parked > 0
    )
    select n.firm, n.ym, n.behaviour, round(n.amount * q.percent / 100, 2)::decimal(18, 2) as tax
    from untaxed as n join book_firm as b using (firm) join good as g on g.good = b.main_good
    join general_rate as q on q.rate_class = g.rate_class and n.ym between q.from_ym and q.to_ym
    where n.amount * q.percent >= 1 order by n.firm, n.ym, n.behaviour`,
];

/** Fills book_settlement from book_income, book_staff and book_balance. */
export const settlementStatements = (options: SimulateOptions): string[] => [
  ...figureStatements, yearStatement(options), settlementStatement, ...effectStatements,
  ...['book_year', 'book_year_staff', 'book_year_assets'].map((table) => `drop table ${table}`),
];
