/** Filings of the six taxes and two fees: table `book_six_tax`. Who may take half off, and what was taken. */
import { SMALL_PROFIT_ASSETS_YUAN, SMALL_PROFIT_STAFF } from './settlements.ts';

/** Newly general taxpayers that go on as small-scale for some months by mistake. */
const GOES_ON_SHARE = 0.02;
const GOES_ON_MONTHS = 3;

/** General taxpayers before their first settlement, by month: small enough at its end? */
const sizeStatement = `create table book_new_size as
    select b.firm, a.ym, t.insured_count + t.dispatched_count <= ${SMALL_PROFIT_STAFF} and a.total_assets <= ${SMALL_PROFIT_ASSETS_YUAN} as is_small
    from book_firm as b join book_balance as a using (firm) join book_staff as t on t.firm = a.firm and t.ym = a.ym
    where year(b.registered_on) >= (first_ym() - 6) // 12 and b.general_ym <= a.ym`;

/** Conduct of the months of filings, one column a behaviour. */
const conductStatement = `create table book_six_tax_conduct as
    select firm, ym, max(case when behaviour = 'takes_relief_without_right' then strength else 0 end) as without_right,
      max(case when behaviour = 'takes_relief_over_half' then strength else 0 end) as over_half,
      max(case when behaviour = 'understates_stamp_base' then strength else 0 end) as understates
    from book_conduct where behaviour in ('takes_relief_without_right', 'takes_relief_over_half', 'understates_stamp_base') group by firm, ym`;

/**
 * The identity of the month: small-scale, individual, small-profit by the settlement in force, or new and small at the end of the month before filing.
 * Honest firms halve when they may, and a few forget it; the behaviours take more or declare less.
 */
const filingStatement = `create table book_six_tax as
    with settled as (
      select firm, tax_year, is_small_profit, is_small_profit and not is_truly_small as is_understated
      from book_settlement qualify version = max(version) over (partition by firm, tax_year)
    ), known as (
      select d.*, b.general_ym > d.ym as is_small_scale, d.ym - b.general_ym as months_general, b.registered_on < month_start(b.general_ym) as is_converted,
        case when b.entity_kind = 'individual' then 'individual' when b.general_ym > d.ym then 'small_scale'
          when case when year(b.registered_on) > (d.ym - 6) // 12 - 1 then z.is_small else s.is_small_profit end then 'small_profit'
          else 'none' end as identity,
        coalesce(s.is_understated, false) and b.general_ym <= d.ym as is_understated,
        coalesce(c.without_right, 0) as without_right, coalesce(c.over_half, 0) as over_half,
        case when d.tax_item = 'stamp' then coalesce(c.understates, 0) else 0 end as understates
      from book_due as d join book_firm as b using (firm) left join settled as s on s.firm = d.firm and s.tax_year = (d.ym - 6) // 12 - 1
      left join book_new_size as z on z.firm = d.firm and z.ym = ym_of(d.filed_at) - 1 left join book_six_tax_conduct as c on c.firm = d.firm and c.ym = d.ym
      where d.filed_at < cutoff() + 1
    ), told as (
      select firm, ym, tax_item, filed_at, identity, over_half, is_understated, tax_due as true_due,
        round(tax_base * (1 - understates), 2)::decimal(18, 2) as tax_base,
        round(tax_base_sales * (1 - understates), 2)::decimal(18, 2) as tax_base_sales,
        round(tax_base_purchase * (1 - understates), 2)::decimal(18, 2) as tax_base_purchase,
        round(tax_due * (1 - understates), 2)::decimal(18, 2) as tax_due, case when is_waived then tax_due else 0 end::decimal(18, 2) as other_relief,
        identity <> 'none' and is_half_year(ym, is_small_scale) as is_owed, without_right > 0 and identity = 'none' as is_wrong,
        identity = 'none' and is_converted and months_general between 0 and ${GOES_ON_MONTHS - 1}
          and draw(firm, 'six taxes goes on') < ${GOES_ON_SHARE} as goes_on
      from known
    ), decided as (
      select *, is_wrong or goes_on or (is_owed and not forgets_relief(firm, ym)) as is_taken, half_of(tax_due - other_relief) as half from told
    )
    select * exclude (identity, over_half), over_half > 0.5 and is_taken as is_over,
      case when not is_taken then 0 when over_half > 0.5 then round((tax_due - other_relief) * least(1, over_half), 2) else half end::decimal(18, 2) as relief,
      case when goes_on then 'small_scale' when is_wrong then 'small_profit' when is_taken then identity else 'none' end as claimed_identity
    from decided`;

const effectStatement = `insert into conduct_effect
    select firm, ym, 'takes_relief_without_right', sum(half) from book_six_tax where is_wrong and relief > 0 group by firm, ym
    union all select firm, ym, 'takes_relief_over_half', sum(relief - half) from book_six_tax where is_over and relief > half group by firm, ym
    union all select firm, ym, 'splits_to_stay_small', sum(relief) from book_six_tax where relief > 0
      and firm in (select firm from book_conduct where behaviour = 'splits_to_stay_small') group by firm, ym
    union all select firm, ym, 'understates_small_profit', sum(relief) from book_six_tax where is_understated and relief > 0 group by firm, ym
    union all select firm, ym, 'understates_stamp_base', sum(true_due - tax_due) from book_six_tax where true_due > tax_due group by firm, ym
    order by 1, 2, 3`;

const noiseStatement = `insert into truth_noise
    select firm, ym, 'relief_forgotten', sum(half) from book_six_tax where is_owed and not is_taken and half >= 0.01 group by firm, ym
    union all select firm, ym, 'relief_after_registration', sum(relief) from book_six_tax where goes_on and relief > 0 group by firm, ym order by 1, 2, 3`;

/** Fills book_six_tax from book_due, the settlements, staff and balances. */
export const sixTaxStatements = (): string[] => [
  sizeStatement, conductStatement, filingStatement, effectStatement, noiseStatement,
  ...['book_due', 'book_new_size', 'book_six_tax_conduct'].map((table) => `drop table ${table}`),
];
