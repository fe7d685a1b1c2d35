/** True sales and usual purchases of every firm in every month it trades. */

/**
 * Sales follow size, season, growth, shocks of the industry and noise; purchases follow the sales of a usual month, so that stock swells before
 * the season and credits come and go. `hides_sales` changes nothing here: these are the true figures.
 */
export function firmMonthStatement(): string {
  const middle = '((first_ym() + last_ym()) / 2)';
  return `insert into firm_month
    with shock as (
      select industry, ym, 0.93 + 0.14 * draw2(industry, ym // 3, 'quarter')
        -- one industry in ten has a slump of some months
        * case when draw(industry, 'slump') < 0.1 and ym between first_ym() + whole(2, 18, draw(industry, 'slump when')) and first_ym() + whole(2, 18, draw(industry, 'slump when')) + 5 then 0.65 else 1 end as factor
      from industry cross join range(first_ym(), last_ym() + 1) as months(ym)
    ), alive as (
      select f.firm, s.ym, f.monthly_sales::double * s.factor * (1 + f.yearly_growth * (s.ym - ${middle}) / 12)
          -- a young firm grows into its size
          * case when f.registered_on >= month_start(first_ym()) then least(1, 0.35 + 0.11 * (s.ym - f.first_ym)) else 1 end as usual,
        i.role, i.cost_share, i.season, f.first_sale_ym, f.last_ym, f.first_ym, f.registered_on
      from firm as f join industry as i using (industry) join shock as s on s.industry = f.industry and s.ym between f.first_ym and f.last_ym
      where f.is_internal and f.monthly_sales > 0
    )
    select a.firm, a.ym::integer,
      case when a.ym < a.first_sale_ym then 0
           -- a developer sells in lots
           when a.role = 'developer' then case when draw2(a.firm, a.ym, 'lot') < 0.5 then round(a.usual * 2 * noise_factor(draw2(a.firm, a.ym, 'sales')), 2) else 0 end
           else round(greatest(200, a.usual * n.factor * noise_factor(draw2(a.firm, a.ym, 'sales'))), 2) end::decimal(18, 2),
      case when a.ym < a.first_sale_ym and a.role <> 'developer' then 0
           else round(a.usual * a.cost_share * noise_factor(draw2(a.firm, a.ym, 'purchases')) * coalesce(c.strength, 1), 2) end::decimal(18, 2)
    from alive as a join season as n on n.season = a.season and n.month_of_year = a.ym % 12 + 1
    left join (select firm, from_ym, to_ym, max(strength) as strength from conduct where behaviour = 'buys_ahead' group by all) as c on c.firm = a.firm and a.ym between c.from_ym and c.to_ym
    order by a.ym, a.firm`;
}
