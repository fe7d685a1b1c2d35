/** What a month brings to the chain of returns, before any credit is carried: sales and tax from schedule 1, input and transfers from schedule 2. */

const money = (expression: string): string => `(${expression})::decimal(18, 2)`;
/** Firms that give presents and meals to their staff at the festivals: January, February and September. */
const WELFARE_SHARE = 0.15;

/** Rows 1–11 of the main form from schedule 1, and what is missing from them in truth. */
export function saleSumStatements(): string[] {
  const sum = (value: string, when: string): string => money(`coalesce(sum(case when ${when} then ${value} else 0 end), 0)`);
  const sales = 'special_sales + other_sales + uninvoiced_sales + audit_sales';
  const isSimple = `not is_general and row_no not in ('16', '17', '18', '19')`;
  const taxed = (table: string): string => `join good as g using (good) join general_rate as q on q.rate_class = case
    when g.rate_class in ('farm', 'levy5', 'toll') then 'low' else g.rate_class end and ${table}.ym between q.from_ym and q.to_ym`;
  return [
    `create table sale_sum as
    select firm, ym, ${sum(sales, 'is_general')} as m01, ${sum(`${sales} - labour_sales`, `row_no in ('1', '3')`)} as m02,
      ${sum('labour_sales', `row_no = '1'`)} as m03, ${sum('audit_sales', 'is_general')} as m04,
      ${sum(sales, isSimple)} as m05, ${sum(sales, `row_no in ('16', '17')`)} as m07, ${sum(sales, `row_no in ('18', '19')`)} as m08,
      ${sum('net_tax', 'is_general')} as m11, ${sum('net_tax', isSimple)} as m21, ${sum('audit_tax', 'is_general')} as m16,
      ${sum('levy_sales', 'is_general')} as levy_sales, ${sum('levy_tax', 'is_general')} as levy_tax, ${money('sum(left_out_tax)')} as left_out_tax,
        ${money('sum(negative_tax)')} as negative_tax
    from sale_line group by firm, ym`,
    // true sales that no return shows: hidden ones, and sales taken back although the goods were kept
    `create table unseen_output as
    select firm, ym, ${money('sum(tax)')} as tax from (
      select h.firm, h.ym, round(h.amount * q.percent / 100, 2) as tax from hidden_sale as h ${taxed('h')}
      union all
      select r.seller, r.ym, -r.tax from invoice as r join conduct as c on c.firm = r.seller and c.behaviour = 'takes_back_sales'
        and r.ym between c.from_ym and c.to_ym join invoice as b on b.invoice = r.blue
      where r.status = 'red' and r.red_reason = 'wrong_issue' and r.kind = 'special' and b.ym < r.ym
    ) group by firm, ym`,
    `create table export_basis as
    select e.firm, e.ym, ${money('sum(round(e.amount * q.percent / 100, 2))')} as tax
    from export_sale as e join firm as f using (firm) ${taxed('e')} where f.export_method = 'exempt_credit_refund' group by e.firm, e.ym`,
  ];
}

const SALE_SUMS = ['m01', 'm02', 'm03', 'm04', 'm05', 'm07', 'm08', 'm11', 'm16', 'm21', 'levy_sales', 'levy_tax', 'left_out_tax', 'negative_tax'];

/**
 * Table flow: one row for each return, as declared. What does not exist is measured by the usual monthly input of the firm. `true_…_more` is what the truth
 * adds: paper is no input, so neither is its transfer; kept transfers are due all the same. A first return has no credit before it to break with.
 */
function flowStatement(): string {
  const extra = (strength: string): string => money(`coalesce(round(q.usual_input * c.${strength}, 2), 0)`);
  const kept = (tax: string, conduct: string): string => money(`case when ${conduct} then ${tax} else 0 end`);
  const given = (tax: string, conduct: string): string => money(`case when ${conduct} then 0 else ${tax} end`);
  return `create table flow as
    with joined as (
      select h.*, ${SALE_SUMS.map((column) => money(`coalesce(s.${column}, 0)`) + ` as ${column}`).join(', ')},
        coalesce(r.tax, 0) as red_tax, coalesce(r.paper_tax, 0) as red_paper_tax, coalesce(e.tax, 0) as exception_tax,
          coalesce(e.paper_tax, 0) as exception_paper_tax,
        coalesce(b.tax, 0) as barred_tax, coalesce(b.simple_tax, 0) as simple_tax, ${money('coalesce(x.tax, 0)')} as export_before_tax,
          coalesce(u.tax, 0) as unseen_tax,
        ${extra('claims_unconfirmed_input')} as unconfirmed_tax, ${extra('claims_unfit_vouchers')} as unfit_tax, case when v.firm is null then 0 else ${extra('breaks_carry')} end as broken_tax,
        c.keeps_exception_input is not null as keeps_exception, c.keeps_nondeductible_input is not null as keeps_nondeductible,
          c.keeps_red_input is not null as keeps_red,
        case when draw(h.firm, 'welfare') < ${WELFARE_SHARE} and h.ym % 12 in (0, 1, 8)
          and b.firm is null then round(h.r1_tax::double * (0.004 + 0.012 * draw2(h.firm, h.ym, 'presents')), 2) else 0 end as welfare_tax
      from honest_input as h left join honest_input as v on v.firm = h.firm and v.ym = h.ym - 1 left join sale_sum as s on s.firm = h.firm and s.ym = h.ym left join red_out as r on r.firm = h.firm and r.ym = h.ym
        left join exception_out as e on e.firm = h.firm and e.ym = h.ym left join barred as b on b.firm = h.firm and b.ym = h.ym
      left join unseen_output as u on u.firm = h.firm and u.ym = h.ym left join export_basis as x on x.firm = h.firm and x.ym = h.ym - 1
      left join filing_conduct as c on c.firm = h.firm and c.ym = h.ym left join usual_input as q on q.firm = h.firm
    ), declared as (
      select * replace (
          ${money('r1_tax + unconfirmed_tax')} as r1_tax, ${money('r1_amount + unconfirmed_tax / 0.13')} as r1_amount,
            (r1_documents + case when unconfirmed_tax > 0 then 1 + floor(unconfirmed_tax / 60000) else 0 end)::integer as r1_documents,
          ${money('r8b_tax + unfit_tax')} as r8b_tax, ${money('r8b_amount + unfit_tax / 0.09')} as r8b_amount,
            (r8b_documents + case when unfit_tax > 0 then 1 + floor(unfit_tax / 9000) else 0 end)::integer as r8b_documents),
        ${money('r1_tax + unconfirmed_tax + r5_tax + r6_tax + r8a_tax + r8b_tax + unfit_tax')} as r12_tax,
        ${given('barred_tax - simple_tax', 'keeps_nondeductible')} as r14_tax, ${given('simple_tax', 'keeps_nondeductible')} as r17_tax,
          ${given('welfare_tax', 'keeps_nondeductible')} as r15_tax,
        ${given('red_tax', 'keeps_red')} as r20_tax, ${given('exception_tax', 'keeps_exception')} as r23a_tax,
        ${kept('barred_tax + welfare_tax + unfit_purpose_tax', 'keeps_nondeductible')} as kept_nondeductible_tax,
          ${kept('red_tax', 'keeps_red')} as kept_red_tax, ${kept('exception_tax', 'keeps_exception')} as kept_exception_tax
      from joined
    )
    select * exclude (red_tax, exception_tax, barred_tax, simple_tax, welfare_tax, unseen_tax, red_paper_tax, exception_paper_tax, keeps_exception,
      keeps_nondeductible, keeps_red, unfit_purpose_tax),
      ${money('r14_tax + r15_tax + r17_tax + r20_tax + r23a_tax')} as fixed_out,
      ${money('counted_paper_tax + void_tax + unconfirmed_tax')} as false_counted_tax, ${money('farm_paper_tax + unfit_tax')} as false_other_tax,
      ${money('kept_nondeductible_tax + kept_red_tax - red_paper_tax + kept_exception_tax - exception_paper_tax')} as true_out_more,
      ${money('left_out_tax + negative_tax + unseen_tax')} as true_output_more
    from declared`;
}

/** Table levy_part: the share of sales and input that goes into the column of taxed sales with a refund. */
function levyStatement(): string {
  const part = (column: string): string => money(`case when w.m01 > 0 then round(w.${column}::double * (w.levy_sales::double / w.m01::double), 2) else 0 end`);
  return `create table levy_part as
    select w.firm, w.ym, w.levy_sales as m01, w.levy_tax as m11, ${part('r12_tax')} as m12, ${part('fixed_out')} as fixed_out from flow as w
      join filing_good as m using (firm) where m.levy_regime is not null`;
}

export function flowStatements(): string[] {
  return [flowStatement(), levyStatement()];
}

const FLOW_ONLY = ['m02', 'm03', 'm04', 'm05', 'm07', 'm08', 'm16', 'm21', 'true_output_more', 'true_out_more', 'broken_tax', 'export_before_tax'];

/** Rows 1–12 and the transfers by column group, as a table expression; `months` is a condition on `ym`. */
export function groupRows(months: string): string {
  const less = (column: string, from = column): string => `${money(`w.${from} - coalesce(l.${column}, 0)`)} as ${column}`;
  return `(select w.firm, 'general' as column_group, w.ym, ${less('m01')}, ${less('m11')}, ${less('m12', 'r12_tax')}, ${less('fixed_out')},
    ${money('w.false_counted_tax + w.false_other_tax')} as false_input, ${FLOW_ONLY.map((column) => `w.${column}`).join(', ')}
      from (select * from flow where ${months}) as w left join (select * from levy_part where ${months}) as l on l.firm = w.firm and l.ym = w.ym
      union all select firm, 'levy_refund', ym, m01, m11, m12, fixed_out, 0, ${FLOW_ONLY.map(() => '0').join(', ')} from levy_part where ${months})`;
}
