/** What is due of the six taxes and two fees, before any relief: table `book_due`. */
import { EDUCATION_LIMIT_YUAN, EDUCATION_PERCENT, LOCAL_EDUCATION_PERCENT } from './surcharges.ts';

/** Stamp tax on contracts of sale and on leases, property tax on values and on rents, resource tax on coal and stone. */
const STAMP = 0.0003;
const STAMP_ON_LEASES = 0.001;
const PROPERTY_VALUE = 0.012;
const PROPERTY_RENT = 0.12;
const COAL_PERCENT = 6;
const STONE_PERCENT = 5;
/** Small-scale enterprises with smaller quarters have no written contracts. */
const SMALL_CONTRACTS_YUAN = 50_000;
/** Firms whose framework contracts name no amount: their base comes late. */
const FRAMEWORK_SHARE = 0.01;

/** The VAT of each return, less refunds of credit that were not taken off before (财税〔2018〕80号). */
const baseStatement = `create table book_surcharge_base as
    with paid as (
      select firm, ym_of(paid_on) as ym, sum(paid_amount) as refund
      from claim where paid_on is not null and paid_amount is not null group by firm, ym_of(paid_on)
    ), taxed as (
      select d.firm, d.ym, d.surcharge_base as base, 0 as refund, d.declared, d.filed_at from book_declared as d where d.firm not in (select firm from paid)
      union all
      select coalesce(d.firm, p.firm), coalesce(d.ym, p.ym), coalesce(d.surcharge_base, 0), coalesce(p.refund, 0), coalesce(d.declared, 0), d.filed_at
      from (select * from book_declared where firm in (select firm from paid)) as d full outer join paid as p on p.firm = d.firm and p.ym = d.ym
    ), refunded as (
      select *, sum(refund - base) over (partition by firm order by ym rows between unbounded preceding and current row) as walk
      from taxed where firm in (select firm from paid)
    ), pooled as (
      select *, walk - least(0, min(walk) over (partition by firm order by ym rows between unbounded preceding and current row)) as pool from refunded
    )
    select firm, ym, declared, filed_at, base::decimal(18, 2) as base from taxed where base > 0 and firm not in (select firm from paid)
    union all
    select firm, ym, declared, filed_at, (base - (coalesce(lag(pool) over (partition by firm order by ym), 0) + refund - pool))::decimal(18, 2) from pooled`;

/** Contracts, leases and mines by quarter. */
const contractStatement = `create table book_contract as
    with trade as (
      select firm, quarter_end_ym(ym) as ym, sold_goods, sold + sold_paper - sold_goods - sold_rent as sold_services, sold_rent,
        0 as bought_goods, 0 as bought_services
      from book_sold
      union all select firm, quarter_end_ym(ym), 0, 0, 0, bought_goods, bought - bought_goods from book_bought
    )
    select t.firm, t.ym, greatest(0, sum(sold_goods))::decimal(18, 2) as sold_goods, greatest(0, sum(sold_services))::decimal(18, 2) as sold_services,
      greatest(0, sum(sold_rent))::decimal(18, 2) as sold_rent, greatest(0, sum(bought_goods))::decimal(18, 2) as bought_goods,
      greatest(0, sum(bought_services))::decimal(18, 2) as bought_services, any_value(f.role) as role, any_value(f.industry_code) as industry_code,
      bool_or(f.keeps_books) as keeps_books, max(f.general_ym) as general_ym, max(f.monthly_sales) as monthly_sales, max(f.filed_to_ym) as filed_to_ym
    from trade as t join book_firm as f using (firm) where t.ym <= least(f.filed_to_ym, last_ym()) and f.entity_kind <> 'natural_person' group by t.firm, t.ym`;

/** Half-years of those with premises of their own, by kind of business, and of those who let premises. */
const premisesStatement = `create table book_premises as
    with halves as (
      select firm, (ym - ym % 6 + 5)::integer as ym, any_value(role) as role, bool_or(keeps_books) as keeps_books,
        max(monthly_sales) as monthly_sales, sum(sold_rent) as rent
      from book_contract where ym - ym % 6 + 5 <= least(filed_to_ym, last_ym()) group by firm, ym - ym % 6 + 5
    ), valued as (
      select *, case when keeps_books
            and draw(firm, 'premises') < case role when 'producer' then 0.7 when 'service' then 0.18 when 'trader' then 0.1 else 0.05 end
          then round(monthly_sales::double * (2 + 8 * draw(firm, 'premises value')), -2) else 0 end as building_yuan
      from halves
    )
    select firm, ym, rent, building_yuan, round(300 + 9000 * draw(firm, 'premises area') * draw(firm, 'premises area 2')) as area_m2
    from valued where building_yuan > 0 or rent > 0`;

const surcharges = `select s.firm, s.ym, s.filed_at, tax_item, s.base as tax_base,
      null::decimal(18, 2) as tax_base_sales, null::decimal(18, 2) as tax_base_purchase,
      round(s.base * case tax_item when 'urban_construction' then urban_percent(s.firm, b.district_code)
        when 'education' then ${EDUCATION_PERCENT} else ${LOCAL_EDUCATION_PERCENT} end / 100, 2)::decimal(18, 2) as tax_due,
      tax_item <> 'urban_construction' and s.declared <= ${EDUCATION_LIMIT_YUAN} * case when m.period_kind = 'Q' then 3 else 1 end as is_waived
    from book_surcharge_base as s join book_firm as b using (firm) left join small_month as m on m.firm = s.firm and m.ym = s.ym
    cross join unnest(['urban_construction', 'education', 'local_education']) as items(tax_item) where s.base > 0 and s.filed_at is not null`;

const filedAt = `(month_start(ym + 1) + whole(1, 14, draw2(firm, ym, 'six taxes day'))
        + to_seconds(31000 + floor(30000 * draw2(firm, ym, 'six taxes time'))::integer)) as filed_at`;
/** Contracts are signed a little before or after the invoices are written. */
const dated = (amount: string, side: string): string => `round(${amount} * (0.94 + 0.1 * draw2(firm, ym, 'stamp ${side}'))
        * case when draw(firm, 'stamp framework') < ${FRAMEWORK_SHARE} then 0.6 else 1 end, 2)::decimal(18, 2)`;
const stamp = `select firm, ym, ${filedAt}, 'stamp', (sales + purchase + services + sold_rent)::decimal(18, 2), sales, purchase,
      round((sales + purchase + services) * ${STAMP} + sold_rent * ${STAMP_ON_LEASES}, 2)::decimal(18, 2), false
    from (select firm, ym, general_ym, sold_rent, ${dated('sold_goods', 'sales')} as sales, ${dated('bought_goods', 'purchases')} as purchase,
        round(sold_services * 0.8 + bought_services * 0.3, 2)::decimal(18, 2) as services
      from book_contract where keeps_books)
    where sales + purchase + services + sold_rent >= case when general_ym <= ym then 1 else ${SMALL_CONTRACTS_YUAN} end`;
const resource = `select firm, ym, ${filedAt}, 'resource', sold_goods, null, null,
      round(sold_goods * case industry_code when 'B0610' then ${COAL_PERCENT} else ${STONE_PERCENT} end / 100, 2)::decimal(18, 2), false
    from book_contract where industry_code in ('B0610', 'B1019') and sold_goods > 0`;
const property = `select firm, ym, ${filedAt}, 'property', (building_yuan * 0.7 + rent)::decimal(18, 2), null, null,
      round(building_yuan * 0.7 * ${PROPERTY_VALUE / 2} + rent * ${PROPERTY_RENT}, 2)::decimal(18, 2), false from book_premises`;
const land = `select firm, ym, ${filedAt}, 'land_use', area_m2::decimal(18, 2), null, null,
      round(area_m2 * whole(2, 9, draw(firm, 'premises land rate')) / 2, 2)::decimal(18, 2), false from book_premises where building_yuan > 0`;

/** Fills book_due. */
export const dueStatements = (): string[] => [
  baseStatement, contractStatement, premisesStatement,
  `create table book_due as ${[surcharges, stamp, resource, property, land].map((part) => `select * from (${part})`).join(' union all ')}`,
  'drop table book_surcharge_base', 'drop table book_contract', 'drop table book_premises',
];
