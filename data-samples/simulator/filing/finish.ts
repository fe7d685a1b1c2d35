/** The returns of each month as filed, with their corrections, and the refunds of the tax levied. */
import { groupRows } from './flows.ts';
import { returnColumns, surchargeColumns } from './return-columns.ts';
import type { MonthSpan } from './spans.ts';

const money = (expression: string): string => `(${expression})::decimal(18, 2)`;

/** Share of quiet returns without credit that leave a sale out at first and are corrected weeks later. */
const CORRECTED_SHARE = 0.022;
/** Refunds under the software rule: what exceeds 3 % of the sales; for the treatment of waste water 70 % of the tax. */
const SOFTWARE_BURDEN = 0.03;
const TREATMENT_SHARE = 0.7;

/** Tables correction (the sale that the first version lacks) and levy_refund. */
export function finishGroundStatements(): string[] {
  return [
    `create table correction as
    with fit as (
      select t.firm, t.ym, t.filed_at, l.row_no, l.percent,
        least(k.m19, l.special_tax)::double * (0.3 + 0.5 * draw2(t.firm, t.ym, 'first version')) as tax_about
      from filer as t join chain as k using (firm, ym) join sale_line as l on l.firm = t.firm and l.ym = t.ym and l.is_main
      where k.column_group = 'general' and t.is_quiet and not t.is_late and not t.is_missing and k.m20 = 0 and k.m19 >= 2000 and l.special_tax >= 2000
        and l.percent > 0 and l.audit_sales = 0
        and draw2(t.firm, t.ym, 'corrected') < ${CORRECTED_SHARE} and t.firm not in (select firm from claim_plan)
          and t.firm not in (select firm from filing_good where levy_regime is not null)
    ), dated as (
      select *, office_time(working_day(filed_at::date + whole(18, 70, draw2(firm, ym, 'corrected after'))), draw2(firm, ym, 'corrected at')) as corrected_at,
        floor(tax_about * 100 / percent) as sales from fit
    )
    select firm, ym, row_no, corrected_at, ${money('sales')} as sales, ${money('round(sales * percent / 100, 2)')} as tax from dated
      where corrected_at::date <= cutoff() and sales > 0`,
    `insert into levy_refund
    with due as (
      select k.firm, k.ym, t.filed_at::date + whole(12, 45, draw2(k.firm, k.ym, 'levy refunded')) as back_on,
        case m.levy_regime when 'software' then greatest(0, k.m24::double - ${SOFTWARE_BURDEN} * w.m01::double)
          else ${TREATMENT_SHARE} * k.m24::double end as amount
      from chain as k join levy_part as w using (firm, ym) join filer as t using (firm, ym) join filing_good as m using (firm)
        where k.column_group = 'levy_refund' and not t.is_missing
    )
    select firm, ym, 'JZJT' || strftime(back_on, '%Y%m') || lpad(firm::varchar, 7, '0') || lpad((ym % 12 + 1)::varchar, 2, '0'), working_day(back_on),
      ${money('round(amount, 2)')}
    from due where amount >= 500 and working_day(back_on) <= cutoff() order by firm, ym`,
    // what was refunded in the years before the window, to firms that claim their credit now
    `insert into levy_refund
    with earlier as (
      select f.firm, f.monthly_sales::double as monthly_sales, (first_ym() - month)::integer as ym from firm as f cross join unnest(range(4, 11)) as months_of(month)
      where f.firm in (select firm from conduct where behaviour = 'claims_beside_levy_refund') and f.registered_on < month_start(first_ym() - month)
    )
    select firm, ym, 'JZJT' || replace(period_of(ym), '-', '') || lpad(firm::varchar, 7, '0'), working_day(month_start(ym + 1) + whole(20, 45, draw2(firm, ym, 'levy refunded'))),
      ${money("round(greatest(600, monthly_sales * (0.004 + 0.02 * draw2(firm, ym, 'levy refund of old'))), 2)")}
    from earlier where draw2(firm, ym, 'levy refunded at all') < 0.7 or ym = first_ym() - 4 order by firm, ym`,
    // a refund of credit frees the same amount of tax from the surcharges, from the month of payment on (财税〔2018〕80号)
    `create table surcharge_relief as
    with paid as (select firm, ym_of(paid_on) as ym, sum(paid_amount) as refund from claim_plan where paid_on <= cutoff() group by firm, ym_of(paid_on)),
    walked as (
      select k.firm, k.ym, coalesce(p.refund, 0) as refund,
        sum(coalesce(p.refund, 0) - k.m24) over (partition by k.firm order by k.ym rows between unbounded preceding and current row) as walk
      from chain as k left join paid as p using (firm, ym) where k.column_group = 'general' and k.firm in (select firm from paid)
    ), pooled as (select *, walk - least(0, min(walk) over (partition by firm order by ym rows between unbounded preceding and current row)) as pool
      from walked),
    linked as (select *, coalesce(lag(pool) over (partition by firm order by ym), 0) as pool_before from pooled)
    select firm, ym, ${money('pool_before + refund - pool')} as free from linked where pool_before + refund > pool`,
    // one row for each version of each return that reached the database
    `create table filed as
    select t.firm, t.ym, 1 as version, t.filed_at, c.firm is not null as is_wrong from filer as t left join correction as c using (firm, ym)
      where not t.is_missing
    union all select firm, ym, 2, corrected_at, false from correction
    order by ym, firm, version`,
  ];
}

/** The main forms of some months. A first version that was corrected lacks a sale and its tax. */
function returnStatement(months: string): string {
  const lacks = (column: string, lack: string): string => `${column} - case when is_wrong then ${lack} else 0 end`;
  const rows = returnColumns({
    1: lacks('m01', 'lack_sales'), 2: lacks('m02', `case when lack_row in ('1', '3') then least(m02, lack_sales) else 0 end`), 3: 'm03', 4: 'm04', 5: 'm05',
      7: 'm07', 8: 'm08', 9: 'm08',
    11: lacks('m11', 'lack_tax'), 12: 'm12', 13: 'm13', 14: 'm14', 15: 'm15', 16: 'm16', 17: 'm17', 18: 'm18', 19: lacks('m19', 'lack_tax'), 20: 'm20',
      21: 'm21', 24: `(${lacks('m24', 'lack_tax')})`,
    25: 'm25', 30: 'm30', 31: 'm31', 35: 'm35', 36: 'm36', 37: 'm37', 38: 'm16 + m36 - m37',
  });
  return `insert into vat_return
    with back as (select firm, ym_of(refunded_on) as ym, sum(amount) as amount from levy_refund group by firm, ym_of(refunded_on)),
    audited as (
      select firm, ym, 0 as m36, case when is_paid_at_once then tax else 0 end as m37 from audit_plan where sales > 0
      union all select firm, ym + 1, tax, tax from audit_plan where sales > 0 and not is_paid_at_once
    ), joined as (
      select d.firm, d.ym, d.version, d.filed_at, d.is_wrong, k.* exclude (firm, ym), w.m01, w.m02, w.m03, w.m04, w.m05, w.m07, w.m08, w.m11, w.m12, w.m16,
        w.m21,
        coalesce(c.sales, 0) as lack_sales, coalesce(c.tax, 0) as lack_tax, c.row_no as lack_row,
          case when k.column_group = 'levy_refund' then coalesce(b.amount, 0) else 0 end as m35,
        case when k.column_group = 'general' then coalesce(a.m36, 0) else 0 end as m36, case when k.column_group = 'general' then coalesce(a.m37, 0)
          else 0 end as m37, ${surchargeColumns('w.m01 + w.m05 + w.m07 + w.m08', `case when k.column_group = 'general' then coalesce(s.free, 0) else 0 end`)}
      from (select * from filed where ${months}) as d join firm as f on f.firm = d.firm join (select * from chain where ${months}) as k on k.firm = d.firm
        and k.ym = d.ym
      join ${groupRows(months)} as w on w.firm = k.firm and w.ym = k.ym and w.column_group = k.column_group
      left join correction as c on c.firm = d.firm and c.ym = d.ym left join back as b on b.firm = d.firm and b.ym = d.ym
        left join audited as a on a.firm = d.firm and a.ym = d.ym
      left join surcharge_relief as s on s.firm = d.firm and s.ym = d.ym
    )
    select firm, ym, version, filed_at, column_group, false, ${rows} from joined order by ym, firm, version, column_group`;
}

/** Schedule 1. A return without sales has its main row with zeros. */
function salesRowStatement(months: string): string {
  const columns = ['special_sales', 'special_tax', 'other_sales', 'other_tax', 'uninvoiced_sales', 'uninvoiced_tax', 'audit_sales', 'audit_tax', 'deduction',
    'net_tax'];
  const lacking: Readonly<Record<string, string>> = { special_sales: ' - lack_sales', special_tax: ' - lack_tax', net_tax: ' - lack_tax' };
  return `insert into sales_row
    with line as (select * from sale_line where ${months}), version as (select * from filed where ${months}),
    written as (
      select d.firm, d.ym, d.version, l.row_no, ${columns.map((column) => `l.${column}`).join(', ')},
        case when d.is_wrong and c.row_no = l.row_no then c.sales else 0 end as lack_sales,
          case when d.is_wrong and c.row_no = l.row_no then c.tax else 0 end as lack_tax
      from version as d join line as l on l.firm = d.firm and l.ym = d.ym left join correction as c on c.firm = d.firm and c.ym = d.ym
      union all
      -- row 7 repeats the services whose tax is refunded
      select d.firm, d.ym, d.version, '7', 0, 0, l.levy_sales, l.levy_tax, 0, 0, 0, 0, 0, l.levy_tax, 0, 0
      from version as d join line as l on l.firm = d.firm and l.ym = d.ym join filing_good as m on m.firm = d.firm
        where m.levy_regime is not null and l.levy_sales <> 0
      union all
      select d.firm, d.ym, d.version, coalesce(r.general_row, '1'), ${columns.map(() => '0').join(', ')}, 0, 0
      from version as d left join filing_good as m on m.firm = d.firm left join good_row as r on r.good = m.good
        anti join line as l on l.firm = d.firm and l.ym = d.ym
    )
    select firm, ym, version, row_no, ${columns.map((column) => money(`${column}${lacking[column] ?? ''}`)).join(', ')} from written order by ym, firm,
      version, row_no`;
}

/** Schedule 2: rows that are not 0, and row 12 always. */
function inputRowStatement(months: string): string {
  const row = (name: string, tax: string, documents = 'null', amount = 'null'): string => `{'row_no': '${name}', 'documents': (${documents})::integer,
    'amount': (${amount})::decimal(18, 2), 'tax': (${tax})::decimal(18, 2)}`;
  const rows = [
    row('1', 'r1_tax', 'r1_documents', 'r1_amount'), row('2', 'r1_tax', 'r1_documents', 'r1_amount'),
    row('4', 'r5_tax + r6_tax + r8a_tax + r8b_tax', 'r5_documents + r6_documents + r8b_documents', 'r5_amount + r6_amount + r8b_amount'),
    row('5', 'r5_tax', 'r5_documents', 'r5_amount'), row('6', 'r6_tax', 'r6_documents', 'r6_amount'), row('8a', 'r8a_tax'),
      row('8b', 'r8b_tax', 'r8b_documents', 'r8b_amount'),
    row('9', 'r9_tax', 'null', 'r9_amount'), row('10', 'r8b_tax', 'r8b_documents', 'r8b_amount'),
    row('12', 'r12_tax', 'r1_documents + r5_documents + r6_documents + r8b_documents', 'r1_amount + r5_amount + r6_amount + r8b_amount'),
    row('13', 'fixed_out + r21 + r22'), row('14', 'r14_tax'), row('15', 'r15_tax'), row('17', 'r17_tax'), row('20', 'r20_tax'), row('21', 'r21'),
      row('22', 'r22'), row('23a', 'r23a_tax'),
    row('35', 'r1_tax', 'r1_documents', 'r1_amount'),
  ];
  return `insert into input_row
    with posted as (select firm, ym, sum(r21) as r21, sum(r22) as r22 from chain where ${months} group by firm, ym),
    listed as (
      select d.firm, d.ym, d.version, unnest([${rows.join(', ')}]) as line
      from (select * from filed where ${months}) as d join (select * from flow where ${months}) as w on w.firm = d.firm and w.ym = d.ym
        join posted as p on p.firm = d.firm and p.ym = d.ym
    )
    select firm, ym, version, line.row_no, line.documents, line.amount, line.tax from listed where line.tax <> 0 or line.row_no = '12'
    order by ym, firm, version, line.row_no`;
}

/** Everything that was filed for some months. */
export function finishStatements({ fromYm, toYm }: MonthSpan): string[] {
  const months = `ym between ${fromYm} and ${toYm}`;
  return [returnStatement(months), salesRowStatement(months), inputRowStatement(months)];
}
