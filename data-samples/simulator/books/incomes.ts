/** Income of the year to date at the ends of quarters: table `book_income`, with the quarter's own figures beside it. */

const COSTS = ['cost_of_sales', 'selling_expense', 'admin_expense', 'rd_expense', 'finance_expense'] as const;
const LINES = ['revenue', ...COSTS] as const;
/** Part of revenue that unexplained office expense may take at most. */
const GREATEST_OFFICE = 0.4;

/** Which share of services, wages and depreciation belongs to what was sold; the rest is overhead. */
const direct = (producer: number, service: number, farm: number): string =>
  `case role when 'producer' then ${producer} when 'service' then ${service} when 'farm' then ${farm} else 0 end`;
const RUNNING = direct(0.8, 0.7, 0.7);
const PAYROLL = direct(0.65, 0.75, 0.8);
const DEPRECIATION = direct(0.85, 0.6, 0.8);

/** Sums of a quarter. Rare large bills of small-scale taxpayers are spread over the window. */
const quarterQuery = `sums as (
      select l.firm, quarter_end_ym(l.ym) as ym, sum(l.revenue) as revenue, sum(l.goods_cost) as goods_cost, sum(l.running) as running,
        sum(coalesce(p.payroll, 0)) as payroll, sum(l.depreciation) as depreciation, count(*) as months
      from book_ledger as l left join book_staff as p on p.firm = l.firm and p.ym = l.ym group by l.firm, quarter_end_ym(l.ym)
    ), windows as (
      select firm, sum(revenue) as all_revenue, sum(running) as all_running, sum(months) as all_months from sums group by firm
    ), quarters as (
      select s.* replace (case when b.vat_status = 'small' then least(w.all_running, 0.22 * w.all_revenue)::double * s.months / w.all_months
          else s.running::double end as running), b.role, b.section, b.registered_on, b.files_monthly, b.general_ym, w.all_months
      from sums as s join windows as w using (firm) join book_firm as b using (firm) where b.keeps_books
    )`;

/** Cost of sales follows the stock, wages and services; office expense takes what would be an unlikely profit. */
const lineQuery = `costed as (
      select *, revenue::double as sales,
        goods_cost::double + running * ${RUNNING} + payroll::double * ${PAYROLL} + depreciation::double * ${DEPRECIATION} as costs,
        running * (1 - ${RUNNING}) + payroll::double * (1 - ${PAYROLL}) + depreciation::double * (1 - ${DEPRECIATION}) as overhead,
        case when section in ('C', 'I', 'M') and draw(firm, 'books innovates') < 0.28 then 0.02 + 0.05 * draw(firm, 'books research')
          else 0 end as rd_share,
        0.009 * draw(firm, 'books interest') as interest_share,
        -0.03 + 0.15 * draw(firm, 'books margin') * (0.5 + 0.5 * draw2(firm, ym // 12, 'books margin of the year')) as margin
      from quarters
    ), filled as (
      select *, overhead + least(${GREATEST_OFFICE} * greatest(0, sales),
          greatest(0, sales * (1 - rd_share - interest_share - margin) - costs - overhead)) as office
      from costed
    ), lines as (
      select firm, ym, registered_on, files_monthly, general_ym, all_months,
        revenue::decimal(18, 2) as revenue, round(costs, 2)::decimal(18, 2) as cost_of_sales,
        round(office * case role when 'trader' then 0.6 else 0.35 end, 2)::decimal(18, 2) as selling_expense,
        round(office * case role when 'trader' then 0.4 else 0.65 end, 2)::decimal(18, 2) as admin_expense,
        round(sales * rd_share, 2)::decimal(18, 2) as rd_expense, round(sales * interest_share, 2)::decimal(18, 2) as finance_expense
      from filled
    )`;

/** Months of the first year before the window are the mean of the window's. */
function incomeStatement(): string {
  const yearToDate = LINES.map((line) => `(sum(l.${line}) over year_to_date
          + case when l.ym // 12 = first_ym() // 12 then round(w.${line} * months_before / all_months, 2)::decimal(18, 2)
            else 0 end)::decimal(18, 2) as ytd_${line}`);
  return `create table book_income as
    with ${quarterQuery}, ${lineQuery}, totals as (
      select firm, ${LINES.map((line) => `sum(${line}) as ${line}`).join(', ')} from lines group by firm
    ), started as (
      select *, greatest(0, first_ym() - greatest(first_ym() - first_ym() % 12, ym_of(registered_on) + 1)
          -- the first quarter of a small-scale taxpayer holds some of them already
          - case when general_ym <= first_ym() or files_monthly then 0 else first_ym() % 3 end) as months_before
      from lines
    ), summed as (
      select l.firm, l.ym, ${LINES.map((line) => `l.${line}`).join(', ')}, ${yearToDate.join(',\n        ')}
      from started as l join totals as w using (firm)
      window year_to_date as (partition by l.firm, l.ym // 12 order by l.ym rows between unbounded preceding and current row)
    )
    select *, (revenue - ${COSTS.join(' - ')})::decimal(18, 2) as profit,
      (ytd_revenue - ${COSTS.map((line) => `ytd_${line}`).join(' - ')})::decimal(18, 2) as ytd_profit
    from summed`;
}

/** Dividends of the last year's profit, declared in the second quarter of the next. */
const dividendStatement = `create table book_dividend as
    select firm, ym + 6 as from_ym, round(ytd_profit * (0.2 + 0.5 * draw2(firm, ym // 12, 'books dividend share')), 2)::decimal(18, 2) as amount
    from book_income where ym % 12 = 11 and ytd_profit > 0 and draw2(firm, ym // 12, 'books dividend') < 0.07`;

export const incomeStatements = (): string[] => [incomeStatement(), dividendStatement];
