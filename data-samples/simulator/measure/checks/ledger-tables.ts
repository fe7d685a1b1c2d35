/** What firms declared beside what their documents say, as scratch tables. They are made in this order. */

/** Rows of schedule 1 that repeat part of other rows. */
const OF_WHICH = `('6', '7', '14', '15')`;
/** Kinds whose confirmed tax stands in row 1 of schedule 2. */
const ROW_1_KINDS = `('special', 'motor_vehicle', 'toll')`;
/** Small-scale sales of any kind. */
const SMALL_SALES = ['sales_3pct_q01', 'sales_5pct_q04', 'used_asset_sales_q07', 'exempt_sales_q09', 'export_exempt_sales_q13'].map((row) => `coalesce(${row}, 0)`).join(' + ');

const monthNumber = (period: string): string => `(substr(${period}, 1, 4)::integer * 12 + substr(${period}, 6, 2)::integer - 1)`;
const sameInvoice = (a: string, b: string): string => `${a}.invoice_number = ${b}.invoice_number and coalesce(${a}.invoice_code, '') = coalesce(${b}.invoice_code, '')`;
/** The newest version of each row of a form. */
const newest = (key: string): string => `row_number() over (partition by taxpayer_id, period, ${key} order by coalesce(version, 1) desc, filed_at desc) = 1`;

/** Who cheats, and the months in which an honest accident excuses a difference: its own and those beside it. */
const EXCUSES: readonly string[] = [
  `create temp table fraud_taxpayer as select distinct taxpayer_id from truth_labels where label is distinct from 'honest'`,
  `create temp table excused as
    select distinct taxpayer_id, ${monthNumber('period')} + step as ym
    from truth_noise cross join unnest([-1, 0, 1]) as steps(step) where regexp_full_match(period, '\\d{4}-\\d{2}')`,
];

/** Returns in force, and the schedules that belong to them. */
const RETURNS: readonly string[] = [
  `create temp table current_return as
    select *, coalesce(column_group, 'general') as item_group, ${monthNumber('period')} as ym, case period_kind when 'Q' then 3 else 1 end as months
    from vat_returns qualify ${newest(`coalesce(column_group, 'general')`)}`,
  `create temp table carried as
    select *, lag(ym) over chain as ym_before, lag(closing_credit_m20) over chain as credit_before
    from current_return window chain as (partition by taxpayer_id, item_group order by ym)`,
  `create temp table newest_version as select taxpayer_id, period, max(coalesce(version, 1)) as version from vat_returns group by all`,
  `create temp table declared as
    select s.taxpayer_id, s.period, sum(coalesce(special_sales_c01, 0) + coalesce(other_invoice_sales_c03, 0)) as amount,
      sum(coalesce(special_tax_c02, 0) + coalesce(other_invoice_tax_c04, 0)) as tax
    from vat_return_schedule1 as s join newest_version as n on n.taxpayer_id = s.taxpayer_id and n.period = s.period and n.version = coalesce(s.version, 1)
    where row_no not in ${OF_WHICH} group by all`,
];

/** Sales by the invoices of a month, beside those of the return. Returns of before the first invoice are history and have nothing to be compared with. */
const SALES: readonly string[] = [
  // What the tax office issued for a general taxpayer is taxed there; a small-scale one declares it with the rest.
  `create temp table sold as
    select seller_id, year(issued_at) * 12 + month(issued_at) - 1 as ym, sum(amount) as small_amount,
      coalesce(sum(amount) filter (not by_authority), 0) as amount, coalesce(sum(tax) filter (not by_authority), 0) as tax, bool_or(coalesce(difference_method, false)) as is_difference
    from (select *, coalesce(issued_by_authority, false) as by_authority from invoices)
    where status <> 'void' and invoice_kind is distinct from 'agri_purchase' and seller_id is not null group by all`,
  `create temp table compared as
    select r.taxpayer_id, r.period, r.ym, coalesce(d.amount, 0) - coalesce(sum(s.amount), 0) as sales_gap, coalesce(d.tax, 0) - coalesce(sum(s.tax), 0) as tax_gap,
      coalesce(bool_or(s.is_difference), false) as is_difference
    from (select distinct taxpayer_id, period, ym, months from current_return) as r join declared as d using (taxpayer_id, period)
    left join sold as s on s.seller_id = r.taxpayer_id and s.ym between r.ym - r.months + 1 and r.ym
    where r.ym - r.months + 1 >= (select min(ym) from sold) group by r.taxpayer_id, r.period, r.ym, d.amount, d.tax`,
  // Months in which a small-scale taxpayer filed as a general one do not count.
  `create temp table small_compared as
    with current_small as (
      select *, coalesce(item_group, 'all') as of_group, ${SMALL_SALES} as sales from small_scale_returns qualify ${newest(`coalesce(item_group, 'all')`)}
    ), filed as (
      select taxpayer_id, period, ${monthNumber('period')} as ym, case period_kind when 'M' then 1 else 3 end as months,
        coalesce(sum(sales) filter (of_group = 'all'), sum(sales)) as declared
      from current_small group by taxpayer_id, period, period_kind
    ), sold_small as (select sold.* from sold anti join current_return as r on r.taxpayer_id = sold.seller_id and r.ym = sold.ym)
    select f.taxpayer_id, f.period, f.ym, f.declared, coalesce(sum(s.small_amount), 0) as invoiced
    from filed as f left join sold_small as s on s.seller_id = f.taxpayer_id and s.ym between f.ym - f.months + 1 and f.ym
    where f.ym - f.months + 1 >= (select min(ym) from sold) group by f.taxpayer_id, f.period, f.ym, f.declared`,
];

/** Confirmed uses, by themselves with their invoice, and summed beside row 1 of schedule 2. */
const USES: readonly string[] = [
  `create temp table used as
    select u.*, i.buyer_id as invoice_buyer, i.status, i.tax as invoice_tax, i.invoice_number is not null as is_invoice
    from input_uses as u left join invoices as i on ${sameInvoice('i', 'u')}`,
  `create temp table row_1 as
    with confirmed as (
      select buyer_id as taxpayer_id, period, sum(effective_tax) as tax from input_uses
      where purpose = 'deduct' and coalesce(invoice_kind, 'special') in ${ROW_1_KINDS} group by all
    )
    select s.taxpayer_id, s.period, ${monthNumber('s.period')} as ym, s.tax as declared, coalesce(c.tax, 0) as confirmed
    from vat_return_schedule2 as s join newest_version as n on n.taxpayer_id = s.taxpayer_id and n.period = s.period and n.version = coalesce(s.version, 1)
    left join confirmed as c on c.taxpayer_id = s.taxpayer_id and c.period = s.period where s.row_no = '1'`,
];

export const LEDGER_TABLES: readonly string[] = [...EXCUSES, ...RETURNS, ...SALES, ...USES];
