/** Schedule 1: what a firm sold, by printed row, as its books have it and as it is declared. */
import { GOODS } from '../facts/goods.ts';
import type { Good } from '../facts/goods.ts';
import { constantsTable } from '../sql.ts';
import type { MonthSpan } from './spans.ts';

/** Firms with an invoice of the last day of a month that slips into the next return, by honest mistake. */
const SLIP_SHARE = 0.0005;
/** Firms whose past sales an audit adjusts within the window. */
const AUDIT_SHARE = 0.003;
/** Share of the firms that sell software or treat waste water that have the tax refunded. */
const LEVY_REFUND_SHARE = 0.06;

const money = (expression: string): string => `(${expression})::decimal(18, 2)`;

/** Printed rows of a good under the general and the simple method: goods and labour apart from services and real property. */
function printedRows({ prefix, rateClass }: Good): readonly [general: string, simple: string] {
  const isGoods = prefix.startsWith('1') || prefix.startsWith('2');
  const general = rateClass === 'service' ? '5' : rateClass === 'standard' ? (isGoods ? '1' : '2') : isGoods ? '3' : '4';
  return [general, rateClass === 'levy5' ? '9b' : isGoods ? '11' : '12'];
}

/** Before the first month: the rows of goods, the slips, and the empty table of parts. */
export function saleGroundStatements(): string[] {
  return [
    constantsTable('good_row', { good: 'integer', general_row: 'varchar', simple_row: 'varchar', is_labour: 'boolean' },
      GOODS.map((each, at) => [at, ...printedRows(each), each.prefix.startsWith('2')])),
    // the main good of a firm; refunds of the tax levied are for software and for the treatment of waste water
    `create table filing_good as
    select firm, good, case when levy_regime is not null and draw(firm, 'levy refund') < ${LEVY_REFUND_SHARE} then levy_regime end as levy_regime
    from (
      select f.firm, s.good, case when g.good_key in ('software', 'treatment') then g.good_key end as levy_regime
      from firm as f join firm_good as s on s.firm = f.firm and s.side = 'sell' join good as g using (good) where f.is_internal and f.vat_status = 'general'
      qualify row_number() over (partition by f.firm order by s.share desc, s.good) = 1
    )`,
    `create table day_slip as
    select firm, ym from filer as t
    where is_quiet and not is_late and not is_missing and draw(firm, 'slips') < ${SLIP_SHARE}
      and ym = whole(first_ym(), last_ym() - 1, draw(firm, 'slips when'))
      and exists (from filer as n where n.firm = t.firm and n.ym = t.ym + 1 and not n.is_missing)`,
    `create temp table sale_part (
      firm integer, ym integer, row_no varchar, special_sales decimal(18, 2), special_tax decimal(18, 2), other_sales decimal(18, 2), other_tax decimal(18, 2),
      uninvoiced_sales decimal(18, 2), uninvoiced_tax decimal(18, 2), audit_sales decimal(18, 2), audit_tax decimal(18, 2),
      labour_sales decimal(18, 2), levy_sales decimal(18, 2), levy_tax decimal(18, 2), relief decimal(18, 2), slipped decimal(18, 2))`,
  ];
}

/**
 * Invoices of some months by seller and printed row. Relief is tax that the face of the form shows and the deduction of the difference method takes off again.
 * A red invoice of the time before general status reduces the simple row of its good.
 */
export function saleStatement(span: MonthSpan): string {
  const isSpecial = `kind in ('special', 'motor_vehicle')`;
  const sum = (value: string, when = 'true'): string => money(`coalesce(sum(case when ${when} then ${value} end), 0)`);
  return `insert into sale_part
    with sold as (
      select i.seller as firm, i.kind, i.amount, i.tax,
        ${money('case when i.difference_method then round(i.amount * i.rate_percent / 100, 2) else i.tax end')} as face_tax,
        i.ym as issue_ym, i.ym + case when p.firm is not null and i.issued_at::date = month_end(i.ym) then 1 else 0 end as ym,
        g.is_labour, coalesce(m.levy_regime is not null and m.good = i.good, false) as is_levy,
        case when i.method = 'exempt' then '18' when i.method = 'zero' then case when f.export_method = 'exempt_refund' then '18' else '16' end
          when i.method = 'general' then g.general_row when i.method = 'small' and i.rate_percent < 5 then replace(g.simple_row, '9b', '12')
          else g.simple_row end as row_no
      from invoice as i join firm as f on f.firm = i.seller join good_row as g using (good)
      left join filing_good as m on m.firm = i.seller left join day_slip as p on p.firm = i.seller and p.ym = i.ym
      where i.ym between ${span.fromYm} and ${span.toYm} and f.is_internal and f.general_ym <= i.ym and i.status <> 'void' and not i.by_authority
        and i.kind <> 'agri_purchase'
    )
    select firm, ym, row_no, ${sum('amount', isSpecial)}, ${sum('face_tax', isSpecial)}, ${sum('amount', `not (${isSpecial})`)},
      ${sum('face_tax', `not (${isSpecial})`)}, 0, 0, 0, 0,
      ${sum('amount', 'is_labour')}, ${sum('amount', `is_levy and row_no in ('1', '5')`)}, ${sum('tax', `is_levy and row_no in ('1', '5')`)},
        ${sum('face_tax - tax')}, ${sum('tax', 'ym <> issue_ym')}
    from sold group by firm, ym, row_no`;
}

/** Sales without an invoice, and audit adjustments, in the row of the main good. A farm's own produce is exempt. */
function otherSaleStatements(): string[] {
  return [
    `insert into sale_part
    select firm, ym, row_no, 0, 0, 0, 0, amount, tax, 0, 0, case when is_labour then amount else 0 end, case when is_levy then amount else 0 end,
      case when is_levy then tax else 0 end, 0, 0
    from (
      select u.firm, u.ym, u.amount, r.is_labour, coalesce(m.levy_regime is not null and m.good = u.good, false) as is_levy,
        case when n.role = 'farm' and g.rate_class = 'farm' then '18' when g.rate_class = 'levy5' then r.simple_row else r.general_row end as row_no,
        ${money(`round(u.amount * case when n.role = 'farm' and g.rate_class = 'farm' then 0 when g.rate_class = 'levy5' then 5 else q.percent end / 100,
          2)`)} as tax
      from uninvoiced as u join firm as f using (firm) join industry as n using (industry) join good as g using (good) join good_row as r using (good)
        left join filing_good as m on m.firm = u.firm
      join general_rate as q on q.rate_class = case when g.rate_class in ('farm', 'toll') then 'low' when g.rate_class = 'levy5' then 'service'
        else g.rate_class end and u.ym between q.from_ym and q.to_ym
      where f.general_ym <= u.ym
    )`,
    `create table audit_plan as
    with drawn as (
      select t.firm, t.ym, f.monthly_sales, r.general_row as row_no, q.percent, draw(t.firm, 'audit paid') < 0.6 as is_paid_at_once
      from filer as t join firm as f using (firm) join filing_good as m using (firm) join good as g using (good) join good_row as r using (good)
      join general_rate as q on q.rate_class = g.rate_class and t.ym between q.from_ym and q.to_ym
      where t.is_quiet and not t.is_missing and draw(t.firm, 'audited') < ${AUDIT_SHARE} and t.ym = whole(first_ym(), last_ym(), draw(t.firm, 'audited when'))
        and g.rate_class in ('standard', 'low', 'service')
        and m.levy_regime is null
    )
    select firm, ym, row_no, is_paid_at_once, round(monthly_sales::double * (0.05 + 0.5 * draw(firm, 'audit sales')), 2)::decimal(18, 2) as sales,
      round(round(monthly_sales::double * (0.05 + 0.5 * draw(firm, 'audit sales')), 2) * percent / 100, 2)::decimal(18, 2) as tax
    from drawn`,
    `insert into sale_part select firm, ym, row_no, 0, 0, 0, 0, 0, 0, sales, tax, 0, 0, 0, 0, 0 from audit_plan where sales > 0`,
  ];
}

/**
 * Table sale_line: schedule 1 as declared, with what was hidden. Developers deduct the price of land from what they sell; leaving out
 * touches invoiced sales under tax, negative sales without invoice stand in the largest row of the month.
 */
function lineStatement(): string {
  const leftOut = (column: string): string => money(`case when leaves_out_sales > 0 and is_taxed then round(${column}::double * leaves_out_sales, 2)
    else 0 end`);
  const kept = (column: string): string => money(`${column} - ${leftOut(column)}`);
  const land = `case when role = 'developer' and row_no = '4' and relief = 0
          then round(greatest(0, special_sales + other_sales + special_tax + other_tax) * (0.1 + 0.14 * draw(firm, 'land price')), 2) end`;
  const negative = `round(least(books_negative_uninvoiced * monthly_sales::double, 0.9 * greatest(0, special_sales + other_sales)::double), 2)`;
  const amounts = ['special_sales', 'special_tax', 'other_sales', 'other_tax', 'uninvoiced_sales', 'uninvoiced_tax', 'audit_sales', 'audit_tax',
    'labour_sales', 'levy_sales', 'levy_tax'];
  return `create table sale_line as
    with summed as (
      select firm, ym, row_no, ${amounts.map((column) => `sum(${column}) as ${column}`).join(', ')}, sum(relief) as relief,
        row_no in ('1', '2', '3', '4', '5') as is_general, row_no not in ('16', '17', '18', '19') as is_taxed
      from sale_part group by firm, ym, row_no
    ), ranked as (
      select s.*, c.leaves_out_sales, c.books_negative_uninvoiced, n.role, f.monthly_sales, q.percent,
        row_number() over (partition by s.firm, s.ym order by is_general desc, special_sales + other_sales desc, row_no) = 1 and is_general as is_main
      from summed as s join filer as t using (firm, ym) join firm as f using (firm) join industry as n using (industry)
      left join general_rate as q on q.rate_class = case when row_no in ('1', '2') then 'standard' when row_no in ('3', '4') then 'low'
        when row_no = '5' then 'service' end and s.ym between q.from_ym and q.to_ym
      left join filing_conduct as c using (firm, ym)
    ), declared as (
      select * replace (${kept('special_sales')} as special_sales, ${kept('special_tax')} as special_tax, ${kept('other_sales')} as other_sales,
        ${kept('other_tax')} as other_tax),
        ${money(`special_tax + other_tax - ${kept('special_tax')} - ${kept('other_tax')}`)} as left_out_tax, uninvoiced_tax as honest_uninvoiced_tax,
        case when books_negative_uninvoiced > 0 and is_main then -${money(negative)} end as negative_sales
      from ranked
    ), reduced as (
      select * replace (coalesce(negative_sales, uninvoiced_sales) as uninvoiced_sales, coalesce(round(negative_sales * percent / 100, 2),
        uninvoiced_tax) as uninvoiced_tax)
      from declared
    ), deducted as (
      select *, special_tax + other_tax + uninvoiced_tax + audit_tax as total_tax, ${land} as land from reduced
    )
    select firm, ym, row_no, is_general, ${amounts.map((column) => `${money(column)} as ${column}`).join(', ')}, coalesce(percent, 0) as percent, is_main,
      -- under 5 % a relief of 1 stands for a deduction of 21, tax included
      ${money('coalesce(land, 21 * relief)')} as deduction, ${money('total_tax - coalesce(round(land * percent / (100 + percent), 2), relief)')} as net_tax,
      left_out_tax, ${money('honest_uninvoiced_tax - uninvoiced_tax')} as negative_tax
    from deducted`;
}

/** After all months: sales without invoice, audits, and the lines of schedule 1. */
export function saleLineStatements(): string[] {
  return [...otherSaleStatements(), lineStatement()];
}
