/** Schedule 2 as the papers of a firm have it: what it may deduct, and what it must transfer out. */
import { FARM_DEDUCTION_PERCENT, FARM_EXTRA_PERCENT } from '../facts/law.ts';

const money = (expression: string): string => `(${expression})::decimal(18, 2)`;

/** Red invoices and listed exception vouchers make their buyer transfer out what it deducted, once both are known. */
function transferStatements(): string[] {
  return [
    `create table red_out as
    select u.buyer as firm, greatest(r.ym, u.ym) as ym, ${money('-sum(r.tax)')} as tax, ${money('coalesce(-sum(r.tax) filter (r.is_paper), 0)')} as paper_tax
    from invoice as r join input_use as u on u.invoice = r.blue where r.status = 'red' and u.purpose = 'deduct' group by u.buyer, greatest(r.ym, u.ym)`,
    `create table exception_out as
    select u.buyer as firm, greatest(e.transfer_ym, u.ym) as ym, ${money('sum(u.tax)')} as tax,
      ${money('coalesce(sum(u.tax) filter (i.is_paper), 0)')} as paper_tax
    from exception_plan as e join input_use as u on u.invoice = e.invoice join invoice as i on i.invoice = e.invoice
    where e.transfer_ym is not null and u.purpose = 'deduct' group by u.buyer, greatest(e.transfer_ym, u.ym)`,
  ];
}

const USE_SUMS = [
  'documents', 'amount', 'tax', 'travel_documents', 'travel_amount', 'travel_tax', 'estate_amount', 'estate_tax', 'capital_tax', 'paper_tax', 'void_tax',
    'unfit_purpose_tax',
];

/**
 * Table honest_input: the deductions that papers support, one row for each return. Farm produce gives its computed share at once and, where goods of the
 * standard rate are made of it, one point more when it is used, a month later.
 */
function honestStatement(): string {
  const percentOf = (amount: string, percent: number): string => `coalesce(round(${amount} * ${percent} / 100, 2), 0)`;
  const or0 = (value: string): string => money(`coalesce(${value}, 0)`);
  return `create table honest_input as
    with used as (select firm, ym, ${USE_SUMS.map((column) => `sum(${column}) as ${column}`).join(', ')} from use_part group by firm, ym),
    customs as (
      select firm, ym, count(*) as documents, sum(base_amount) as amount, sum(tax) as tax, coalesce(sum(tax) filter (is_paper), 0) as paper_tax
      from voucher where voucher_type = 'customs' group by firm, ym
    ), bought as (
      select buyer as firm, ym, count(*) as documents, sum(amount) as amount, coalesce(sum(amount) filter (is_paper), 0) as paper_amount
      from invoice where kind in ('agri_purchase', 'agri_sale') and status <> 'void' and buyer is not null group by buyer, ym
    ), farm as (
      select b.*, coalesce(n.role = 'producer' and g.rate_class = 'standard', false) as is_worked
      from bought as b join firm as f using (firm) join industry as n using (industry) join filing_good as m using (firm) join good as g on g.good = m.good
    )
    select t.firm, t.ym, coalesce(u.documents, 0)::integer as r1_documents, ${or0('u.amount')} as r1_amount, ${or0('u.tax')} as r1_tax,
      coalesce(c.documents, 0)::integer as r5_documents, ${or0('c.amount')} as r5_amount, ${or0('c.tax')} as r5_tax,
      coalesce(a.documents, 0)::integer as r6_documents, ${or0('a.amount')} as r6_amount, ${money(percentOf('a.amount', FARM_DEDUCTION_PERCENT))} as r6_tax,
      ${money(percentOf('e.amount', FARM_EXTRA_PERCENT))} as r8a_tax,
      coalesce(u.travel_documents, 0)::integer as r8b_documents, ${or0('u.travel_amount')} as r8b_amount, ${or0('u.travel_tax')} as r8b_tax,
      ${or0('u.estate_amount')} as r9_amount, ${or0('u.estate_tax')} as r9_tax, ${or0('u.capital_tax')} as capital_tax,
        ${or0('u.unfit_purpose_tax')} as unfit_purpose_tax, ${or0('u.void_tax')} as void_tax,
      ${money('coalesce(u.paper_tax, 0) + coalesce(c.paper_tax, 0)')} as counted_paper_tax,
      ${money(`${percentOf('a.paper_amount', FARM_DEDUCTION_PERCENT)} + ${percentOf('e.paper_amount', FARM_EXTRA_PERCENT)}`)} as farm_paper_tax
    from filer as t left join used as u using (firm, ym) left join customs as c using (firm, ym) left join farm as a using (firm, ym)
    left join farm as e on e.firm = t.firm and e.ym = t.ym - 1 and e.is_worked`;
}

/**
 * Table barred: the input that exempt and simple sales may not deduct, for firms that have such sales. The share is that of the year so far, settled
 * each month; what was transferred out is never taken back within the year. Long-term assets stay deductible.
 */
function barredStatement(): string {
  const ofYear = (value: string): string => `sum(${value}) over (partition by firm, ym // 12
    order by ym rows between unbounded preceding and current row)::double`;
  const sharedTax = 'case when whole > 0 and simple + exempt > 0 then round(greatest(0, common) * least(1, (simple + exempt) / whole), 2) else 0 end';
  return `create table barred as
    with mixed as (
      select s.firm, max(case when f.export_method = 'exempt_refund' then 0 else 1 end) as counts_exempt from sale_sum as s join firm as f using (firm)
      where s.m05 <> 0 or (s.m08 <> 0 and f.export_method <> 'exempt_refund') group by s.firm
    ), months as (
      select h.firm, h.ym, r1_tax + r5_tax + r6_tax + r8a_tax + r8b_tax - capital_tax as common, coalesce(s.m05, 0) as simple,
        coalesce(s.m08, 0) * counts_exempt as exempt, coalesce(s.m01 + s.m05 + s.m07, 0) + coalesce(s.m08, 0) * counts_exempt as whole
      from mixed as m join honest_input as h using (firm) left join sale_sum as s using (firm, ym)
    ), years as (
      select firm, ym, ${ofYear('common')} as common, ${ofYear('simple')} as simple, ${ofYear('exempt')} as exempt, ${ofYear('whole')} as whole from months
    ), shared as (
      select *, ${money(sharedTax)} as barred_year from years
    ), highest as (
      select *, max(barred_year) over (partition by firm, ym // 12 order by ym rows between unbounded preceding and current row) as barred_so_far from shared
    ), monthly as (
      select *, ${money('barred_so_far - coalesce(lag(barred_so_far) over (partition by firm, ym // 12 order by ym), 0)')} as tax from highest
    )
    select firm, ym, tax, ${money('case when simple + exempt > 0 then round(tax::double * simple / (simple + exempt), 2) else 0 end')} as simple_tax
      from monthly`;
}

/** Input by firm and month, from the uses of all months. `sale_sum` must be there. */
export function inputStatements(): string[] {
  return [
    ...transferStatements(), honestStatement(),
    `create table usual_input as select firm, ${money('sum(r1_tax + r5_tax + r6_tax + r8a_tax + r8b_tax) / count(*)')}::double as usual_input
      from honest_input group by firm`,
    barredStatement(),
  ];
}
