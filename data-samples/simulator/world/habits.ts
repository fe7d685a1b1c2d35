/** What firms sell and buy, and the investments that give honest credits. */
import { GOODS, goodNumber } from '../facts/goods.ts';
import type { SimulateOptions } from '../options.ts';

const capital = (keys: readonly string[]): string => `[${keys.map(goodNumber).join(', ')}]`;

/** Sellers outside the province: the first ones serve one good each, so that every good can be had; the rest are like firms inside. */
function sellStatement(options: SimulateOptions): string {
  const single = GOODS.length * 4;
  return `insert into firm_good
    with choice as (
      select f.firm, g.good, g.share, i.role, row_number() over (partition by f.firm order by draw2(f.firm, g.good, 'sells') / g.share, g.good) as rank,
        case when i.role = 'trader' then whole(1, 3, draw(f.firm, 'lines of trade')) else whole(1, 2, draw(f.firm, 'lines of trade')) end as wanted
      from firm as f join industry as i using (industry) join industry_good as g on g.industry = f.industry and g.side = 'sell'
      where f.firm < ${options.taxpayers} or f.firm >= ${options.taxpayers + single}
    ), kept as (
      select firm, good, share * (0.6 + 0.8 * draw2(firm, good, 'sell share')) as weight from choice where rank <= wanted
      union all select firm, (firm - ${options.taxpayers}) % ${GOODS.length}, 1 from firm where firm >= ${options.taxpayers} and firm < ${options.taxpayers + single}
    )
    select firm, 'sell', good, weight / whole_of(sum(units(weight)) over (partition by firm)) from kept order by firm, good`;
}

/** Traders buy what they sell, and a little for themselves; the others buy their recipe. Small-scale taxpayers buy less of everything with an invoice. */
function buyStatement(): string {
  return `insert into firm_good
    with own as (
      select f.firm, f.vat_status, i.role, g.good, g.share * case when i.role = 'trader' then 0.06 else 1 end as share
      from firm as f join industry as i using (industry) join industry_good as g on g.industry = f.industry and g.side = 'buy'
      where f.is_internal and (g.share >= 0.05 or draw2(f.firm, g.good, 'buys little') < 0.6)
    ), resold as (
      select f.firm, f.vat_status, i.role, s.good, 0.94 * s.share from firm as f join industry as i using (industry) join firm_good as s on s.firm = f.firm and s.side = 'sell'
      where f.is_internal and i.role = 'trader'
    ), weighted as (
      select firm, good, sum(share) * (0.7 + 0.6 * draw2(firm, good, 'buy share')) as weight, any_value(vat_status) as vat_status from (select * from own union all select * from resold) group by firm, good
    ), kept as (
      select *, row_number() over (partition by firm order by weight desc, good) as rank from weighted
    )
    select firm, 'buy', good, weight / whole_of(sum(units(weight)) over (partition by firm))
    from kept where vat_status = 'general' or rank <= 2 order by firm, good`;
}

/**
 * Investments: a new plant is put up before its first sale; a standing firm invests now and then. Several months of sales, spread over months.
 * They are what most honest credits come from.
 */
function investmentStatement(options: SimulateOptions): string {
  const asset = `case i.role when 'service' then case when i.industry_code like 'G%' then ${goodNumber('truck')} else (${capital(['server', 'lathe', 'construction'])})[whole(1, 3, draw2(firm, step, 'asset'))] end
    when 'producer' then (${capital(['machine', 'machine', 'lathe', 'construction'])})[whole(1, 4, draw2(firm, step, 'asset'))] when 'farm' then ${goodNumber('machine')} else ${goodNumber('truck')} end`;
  return `insert into investment
    with episode as (
      select f.firm, f.industry, f.last_ym, f.monthly_sales,
        case when f.first_sale_ym > f.first_ym then f.first_ym else whole(first_ym(), last_ym(), draw(f.firm, 'invests when')) end as from_ym,
        case when f.first_sale_ym > f.first_ym then f.first_sale_ym - f.first_ym + 1 else whole(1, 9, draw(f.firm, 'invests for')) end as months,
        case when f.first_sale_ym > f.first_ym then 8 + 14 * draw(f.firm, 'invests much') else 2.5 + 11 * draw(f.firm, 'invests much') * draw(f.firm, 'invests much 2') end as sales_months
      from firm as f join industry as i using (industry)
      where f.is_internal and f.vat_status = 'general' and i.role <> 'developer' and f.monthly_sales > 0
        and (f.first_sale_ym > f.first_ym or draw(f.firm, 'invests') < i.investment_chance * ${options.months / 12})
    ), parts as (
      select e.*, i.role, i.industry_code, step, e.from_ym + step as ym from episode as e join industry as i using (industry) cross join range(40) as parts(step) where step < e.months
    ), priced as (
      select firm, ym, ${asset} as good, monthly_sales * sales_months / months * (0.5 + draw2(firm, step, 'part')) as amount
      from parts as i where ym <= least(last_ym, last_ym()) and draw2(firm, step, 'part comes') < 0.8
    )
    select firm, ym, good, round(amount, 2)::decimal(18, 2) from priced where amount >= 5000 order by firm, ym, good`;
}

export function habitStatements(options: SimulateOptions): string[] {
  return [sellStatement(options), buyStatement(), investmentStatement(options)];
}
