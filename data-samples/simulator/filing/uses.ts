/** Confirmation of use: which received invoices are deducted, in which period, and when that was confirmed. */
import { goodNumber } from '../facts/goods.ts';
import type { MonthSpan } from './spans.ts';

/** Invoices without a confirmation for ever (who bought paper forgets none), and the shares of the others that wait none, at most one, at most two months. */
const NEVER_SHARE = 0.03;
const WAITS = [0.72, 0.88, 0.95] as const;
const NOT_DEDUCTED_SHARE = 0.01;
/** Share of confirmations that are made before the session in which the return is prepared. */
const EARLY_SHARE = 0.35;
const CATERING = goodNumber('catering');

const ROW_1 = `kind in ('special', 'motor_vehicle', 'toll')`;

/** Tables that uses need: reds by their blue invoice, and the share of a good that an exporter without credit method sends abroad. */
export function useGroundStatements(): string[] {
  return [
    `create table reversal as
    select r.blue, min(r.ym)::integer as red_ym, -sum(r.amount) >= max(b.amount) as is_full
    from invoice as r join invoice as b on b.invoice = r.blue where r.status = 'red' group by r.blue`,
    `create table abroad_share as
    with exporter as (select firm from firm where is_internal and export_method = 'exempt_refund'),
    sold as (
      select firm, good, sum(amount) as amount, sum(case when is_abroad then amount else 0 end) as abroad
      from (select seller as firm, good, amount, method = 'zero' as is_abroad from invoice
        where status <> 'void' and kind <> 'agri_purchase' and seller in (from exporter)
        union all select firm, good, amount, false from uninvoiced where firm in (from exporter)) group by firm, good
    )
    select firm, good, abroad::double / amount::double as share from sold where abroad > 0 and amount > 0`,
    `create temp table use_part (
      firm integer, ym integer, documents bigint, amount decimal(18, 2), tax decimal(18, 2), travel_documents bigint, travel_amount decimal(18, 2),
        travel_tax decimal(18, 2),
      estate_amount decimal(18, 2), estate_tax decimal(18, 2), capital_tax decimal(18, 2), paper_tax decimal(18, 2), void_tax decimal(18, 2),
        unfit_purpose_tax decimal(18, 2))`,
  ];
}

/**
 * Table span_use: the uses of the invoices issued in some months. Never confirmed: an invoice that was reversed in full or listed as an exception before,
 * and one whose turn comes after the last return of its buyer.
 */
function useStatement(span: MonthSpan): string {
  const wait = `case when draw(invoice, 'waits') < ${WAITS[0]} then 0 when draw(invoice, 'waits') < ${WAITS[1]} then 1
    when draw(invoice, 'waits') < ${WAITS[2]} then 2 else 3 end`;
  return `create or replace temp table span_use as
    with received as (
      select i.invoice, i.buyer, i.kind, i.good, i.amount, i.tax, i.issued_at, i.is_paper, i.status = 'void' as is_void, b.industry, b.export_method,
        (i.ym + ${wait})::integer as use_ym, i.ym
      from invoice as i join firm as b on b.firm = i.buyer
      where i.ym between ${span.fromYm} and ${span.toYm} and i.tax > 0 and (${ROW_1} or kind in ('air', 'rail')) and b.is_internal and b.general_ym <= i.ym
        and (i.is_paper or draw(i.invoice, 'never used') >= ${NEVER_SHARE})
    ), fit as (
      select r.*, t.filed_at, c.keeps_nondeductible_input, a.share as abroad_share,
        greatest(r.issued_at::date + 1, month_start(r.use_ym) + 15)::date as early_from
      from received as r join filer as t on t.firm = r.buyer and t.ym = r.use_ym
      left join reversal as v on v.blue = r.invoice
      left join exception_plan as e on e.invoice = r.invoice
      left join filing_conduct as c on c.firm = r.buyer and c.ym = r.use_ym
      left join abroad_share as a on a.firm = r.buyer and a.good = r.good
      where (not is_void or c.confirms_void > 0) and not coalesce(v.is_full and v.red_ym <= r.use_ym, false)
        and not coalesce(e.listed_on <= month_end(r.use_ym) + 15, false)
    ), timed as (
      select *, filed_at - to_seconds(300 + floor(10000 * draw2(buyer, use_ym, 'session'))::integer) as session_at,
        office_time(early_from + floor(greatest(0, filed_at::date - early_from) * draw(invoice, 'early day'))::integer, draw(invoice, 'early time')) as early_at
      from fit
    )
    select invoice, ym, buyer, use_ym, kind, good, industry, amount, tax, is_paper, is_void,
      case when kind = 'special' and draw(invoice, 'for export') < abroad_share then 'export_refund'
           when keeps_nondeductible_input is null and (good = ${CATERING} or (kind = 'special'
             and draw(invoice, 'not deducted') < ${NOT_DEDUCTED_SHARE})) then 'not_deduct'
           else 'deduct' end as purpose,
      good = ${CATERING} or (kind = 'special' and draw(invoice, 'not deducted') < ${NOT_DEDUCTED_SHARE}) as is_unfit_purpose,
      date_trunc('second', case when draw(invoice, 'confirmed early') < ${EARLY_SHARE} and early_at < session_at and early_at > issued_at then early_at
           when session_at > issued_at then session_at else issued_at + (filed_at - issued_at) / 2 end) as confirmed_at
    from timed`;
}

/**
 * Some months of issue: their uses, and their sums by buyer and period of use. Own long-term assets are told apart: they are deducted in full whatever they
 * are used for.
 */
export function useStatements(span: MonthSpan): string[] {
  const sum = (value: string, when: string): string => `coalesce(sum(${value}) filter (${when}), 0)::decimal(18, 2)`;
  return [
    useStatement(span),
    `insert into input_use select invoice, buyer, use_ym, purpose, tax, confirmed_at from span_use order by invoice`,
    `insert into use_part
    select buyer, use_ym, count(*) filter (${ROW_1}), ${sum('amount', ROW_1)}, ${sum('tax', ROW_1)},
      count(*) filter (not ${ROW_1}), ${sum('amount', `not ${ROW_1}`)}, ${sum('tax', `not ${ROW_1}`)},
      ${sum('amount', 'is_estate')}, ${sum('tax', 'is_estate')}, ${sum('tax', `is_capital and use_ym // 12 = ym // 12`)},
      ${sum('tax', 'is_paper and not is_void')}, ${sum('tax', 'is_void')}, ${sum('tax', 'is_unfit_purpose and not is_paper')}
    from (
      select u.*, g.is_capital and n.role not in ('trader', 'developer') as is_capital, g.good_key = 'construction' and n.section not in ('E', 'K') as is_estate
      from span_use as u join good as g using (good) join industry as n on n.industry = u.industry where purpose = 'deduct'
    ) group by buyer, use_ym`,
  ];
}

