/** Returns of before the window that later questions need: the year 2021 of firms that deferred taxes, and March 2019 of those whose claims count from it. */
import { ymOf } from '../calendar.ts';
import { BASE_YM } from './lanes.ts';
import { returnColumns, surchargeColumns } from './return-columns.ts';

/** Share of the manufacturers of 2021 that deferred taxes; books/ draws by the same question. */
const DEFERRING_SHARE = 0.2;
const DEFERRING_BEHAVIOURS = `('defers_without_right', 'defers_out_of_scope', 'leaves_deferral_unpaid')`;

/** Main forms of 2021, without schedules: sales by size, growth and season; the credit is the running sum above its lowest point. */
function year2021Statement(): string {
  const rows = returnColumns({
    1: 'm01', 2: `case when is_goods then m01 else 0 end`, 11: 'm11', 12: 'm12', 13: 'm13', 17: 'm12 + m13', 18: 'least(m12 + m13, m11)',
      19: 'm11 - least(m12 + m13, m11)', 20: 'm20',
    24: '(m11 - least(m12 + m13, m11))', 25: 'm25', 30: 'm25',
  });
  return `insert into vat_return
    with asked as (
      select f.*, n.season, n.cost_share, s.good from firm as f join industry as n using (industry) join filing_good as s using (firm)
      where f.is_internal and f.vat_status = 'general' and year(f.registered_on) < 2021 and f.general_ym <= ${ymOf('2020-12')}
        and ((n.section = 'C' and draw(f.firm, 'defers') < ${DEFERRING_SHARE}) or f.firm in (select firm from conduct
          where behaviour in ${DEFERRING_BEHAVIOURS}))
    ), months as (
      select f.*, ym::integer as ym, q.percent, g.goods_code like '1%' as is_goods,
        monthly_sales::double * s.factor * greatest(0.35, 1 + yearly_growth * (ym - (first_ym() + last_ym()) / 2) / 12) as usual
      from asked as f cross join unnest(range(${ymOf('2021-01')}, ${ymOf('2021-12')} + 1)) as months(ym)
      join season as s on s.season = f.season and s.month_of_year = ym % 12 + 1 join good as g on g.good = f.good
      join general_rate as q on q.rate_class = case when g.rate_class in ('farm', 'levy5', 'toll') then 'low' else g.rate_class end
        and ym between q.from_ym and q.to_ym
      -- a month lies between these years and the window, which has credits of its own
      where ym < first_ym() - 1
    ), traded as (
      select *, round(greatest(200, usual * noise_factor(draw2(firm, ym, 'sales of 2021'))), 2)::decimal(18, 2) as m01,
        round(usual / factor_of(season, ym) * cost_share * 0.118 * noise_factor(draw2(firm, ym, 'input of 2021')), 2)::decimal(18, 2) as m12 from months
    ), taxed as (select *, round(m01 * percent / 100, 2)::decimal(18, 2) as m11 from traded),
    walked as (select *, sum(m12 - m11) over (partition by firm order by ym rows between unbounded preceding and current row) as height from taxed),
    carried as (select *, (height - least(0, min(height) over so_far))::decimal(18, 2) as m20
      from walked window so_far as (partition by firm order by ym rows between unbounded preceding and current row)),
    linked as (select *, coalesce(lag(m20) over (partition by firm order by ym), 0) as m13 from carried),
    paid as (select *, coalesce(lag(m11 - least(m12 + m13, m11)) over (partition by firm order by ym), 0) as m25, ${surchargeColumns('m01')} from linked as f)
    select firm, ym, 1, office_time(office_day(day_in(ym + 1, whole(2, 15, draw2(firm, ym, 'filing day')))), draw2(firm, ym, 'filing time')), 'general', true,
      ${rows}
    from paid order by ym, firm`;
}

/** The return of March 2019 of claimants whose increment or stock is counted from it. */
function march2019Statement(): string {
  const rows = returnColumns({ 1: 'm01', 2: 'm01', 11: 'm11', 12: 'm12', 13: 'm13', 17: 'm12 + m13', 18: 'least(m12 + m13, m11)',
    19: 'm11 - least(m12 + m13, m11)', 20: 'm12 + m13 - least(m12 + m13, m11)', 24: '(m11 - least(m12 + m13, m11))' }, false);
  return `insert into vat_return
    with based as (
      select b.firm, b.base, round(coalesce(q.usual_input, 0), 2)::decimal(18, 2) as usual_tax from credit_2019 as b left join usual_input as q using (firm)
      where ${BASE_YM} < first_ym() and b.firm in (select firm from claim_plan where lane in ('real_estate', 'general_2019', 'industry_2022',
        'small_micro_2022', 'advanced_manufacturing'))
    ), parted as (select *, round(usual_tax * 0.8, 2)::decimal(18, 2) as m12, case when base > 0 then base + round(usual_tax * 0.1, 2)
      else 0 end::decimal(18, 2) as m13 from based),
    taxed as (select *, case when base > 0 then m12 + m13 - base else round(usual_tax * 0.95, 2) end::decimal(18, 2) as m11 from parted),
    sold as (select *, round(m11 / 0.16, 2)::decimal(18, 2) as m01 from taxed)
    select firm, ${BASE_YM}, 1, office_time(office_day(day_in(${BASE_YM + 1}, whole(2, 15, draw(firm, 'filing of 2019')))),
      draw(firm, 'filing time of 2019')), 'general', true, ${rows}
    from sold order by firm`;
}

export function historyStatements(): string[] {
  return [
    `create macro factor_of(of_season, of_ym) as (select factor from season where season.season = of_season and month_of_year = of_ym % 12 + 1)`,
    year2021Statement(), march2019Statement(),
  ];
}
