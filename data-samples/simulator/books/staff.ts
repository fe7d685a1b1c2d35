/** Who works there: table `book_staff`, every month of every firm that keeps books, and of a few individuals. */

const INDIVIDUALS_SHARE = 0.03;
const AGENCY_SHARE = 0.14;
/** Monthly wage by section, in yuan, of an average firm when the window opens. */
const WAGES = { A: 3600, B: 7200, C: 5600, D: 8200, E: 5800, F: 5000, G: 6200, H: 4200, I: 9800, K: 5800, L: 6200, M: 8800, N: 6400, O: 4800 } as const;
const OTHER_WAGE = 5200;

/** True sales of a usual month; an idle plant is measured by the sales it pretends. */
const usualQuery = `usual as (
      select f.firm, f.section, f.role, f.first_sale_ym, f.first_ym, f.to_ym, f.yearly_growth, f.thousand_per_head, f.cost_share,
        greatest(f.monthly_sales, coalesce(round(l.sold / l.months, 2), 0))::double as sales
      from book_firm as f left join (
        select l.firm, sum(l.sold + l.hidden + l.parked + case when c.firm is null then 0 else l.sold_paper end) as sold, count(*) as months
        from book_flow as l left join (select distinct firm from book_conduct where behaviour = 'idle_plant') as c using (firm) group by l.firm
      ) as l using (firm)
      where f.keeps_books or (f.entity_kind = 'individual' and draw(f.firm, 'staff of individuals') < ${INDIVIDUALS_SHARE})
    )`;

/**
 * Heads follow the true sales, not the declared ones: whoever only writes invoices needs hardly anybody, most of them nobody. They change once in half a year; a plant under
 * construction has a third of its people. `idle_plant` keeps the given share of the people its sales would need.
 */
const staffStatement = `create table book_staff as
    with ${usualQuery}, months as (
      select u.*, ym::integer as ym, ym // 6 as half_year from usual as u cross join unnest(range(first_ym, to_ym + 1)) as months_of(ym)
    ), counted as (
      select m.firm, m.ym, m.section, m.role, m.sales, m.cost_share, c.strength is not null as is_idle,
        greatest(case when m.sales < 1000 then whole(0, 2, draw(m.firm, 'staff of shells') * draw(m.firm, 'staff of shells 2')) else 1 end,
          round(m.sales / (m.thousand_per_head * 1000) * (0.7 + 0.6 * draw(m.firm, 'staff productivity'))
            * (0.95 + 0.1 * draw2(m.firm, m.half_year, 'staff of the half-year'))
            * (1 + m.yearly_growth * (m.half_year * 6 - (first_ym() + last_ym()) / 2) / 12)
            * case when m.ym < m.first_sale_ym then 0.34 else 1 end * coalesce(c.strength, 1))) as heads
      from months as m left join (select firm, ym, strength from book_conduct where behaviour = 'idle_plant') as c on c.firm = m.firm and c.ym = m.ym
    ), split as (
      select *, case when role in ('producer', 'service') and heads >= 8 and draw(firm, 'staff agency') < ${AGENCY_SHARE}
          then round(heads * (0.04 + 0.12 * draw(firm, 'staff agency share'))) else 0 end as dispatched,
        case section ${Object.entries(WAGES).map(([section, wage]) => `when '${section}' then ${wage}`).join(' ')} else ${OTHER_WAGE} end
          * (0.72 + 0.6 * draw(firm, 'staff wage')) as usual_wage
      from counted
    ), paid as (
      -- owners of tiny firms take what is left over
      select *, heads - dispatched as own, least(usual_wage, greatest(500, 0.7 * (1 - cost_share) * sales / greatest(1, heads))) as wage from split
    )
    select firm, ym,
      (own - case when is_idle then 0 else floor(heads * 0.14 * draw(firm, 'staff uninsured') * draw(firm, 'staff uninsured 2')) end)::integer as insured_count,
      own::integer as pit_count, dispatched::integer as dispatched_count,
      round(own * wage * (1 + 0.04 * (ym - first_ym()) / 12) * case ym % 12 when 11 then 1.25 when 0 then 1.1 else 1 end
        * (0.97 + 0.06 * draw2(firm, ym, 'staff payroll')), 2)::decimal(18, 2) as payroll
    from paid`;

export const staffStatements = (): string[] => [staffStatement];
