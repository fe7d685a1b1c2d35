/** What each fraudulent taxpayer cost, in tax: the SQL behind labels.csv and rings.csv. */
import { FARM_DEDUCTION_PERCENT } from '../facts/law.ts';

const money = (expression: string): string => `(${expression})::decimal(18, 2)`;
/** Rate of a good for a general taxpayer; goods of producers are taxed at the low rate by everybody else. */
const rateJoin = (month: string): string => `join good as g using (good) join general_rate as q
  on q.rate_class = case when g.rate_class in ('farm', 'levy5', 'toll') then 'low' else g.rate_class end and ${month} between q.from_ym and q.to_ym`;

/** Sales to a related firm below this share of the market's price shift the margin to it. */
const SHIFTED_BELOW = 0.8;

/**
 * Table expressions that end in `stake` (firm, tax). Issuers and conduits: the tax on the paper they wrote. Beneficiaries: the paper input they deducted
 * and what else they kept. Fronts that split an income: the levy that none of them pays. Who acts alone: what the rooms measured, or paper and hidden
 * sales where that is more.
 */
export const STAKE_CTES = `paper_out as (
    select seller as firm, sum(tax) as tax from invoice where is_paper and status <> 'void' and seller is not null group by seller
  ), paper_in as (
    select firm, sum(tax) as tax from (
      select u.buyer as firm, u.tax from input_use as u join invoice as i using (invoice) where u.purpose = 'deduct' and i.is_paper
      union all select firm, tax from voucher where is_paper
      union all select buyer, round(amount * ${FARM_DEDUCTION_PERCENT} / 100, 2) from invoice where kind = 'agri_purchase' and is_paper and status <> 'void'
    ) group by firm
  ), effect as (
    select firm, sum(tax) as tax from conduct_effect group by firm
  ), hidden as (
    select h.firm, ${money('sum(round(h.amount * q.percent / 100, 2))')} as tax from hidden_sale as h ${rateJoin('h.ym')} group by h.firm
  ), taken_back as (
    select i.seller as firm, -sum(i.tax) as tax from invoice as i
    join truth_label as l on l.firm = i.seller and l.archetype = 'takes_back_sales' and i.ym between l.from_ym and l.to_ym
    join invoice as b on b.invoice = i.blue where i.status = 'red' and i.red_reason = 'wrong_issue' and i.kind = 'special' and b.ym < i.ym group by i.seller
  ), parker as (
    select firm from truth_label where archetype = 'parks_advances'
  ), seen as (
    select firm, ym, sum(amount) as amount from (
      select seller as firm, ym, amount from invoice where status <> 'void' and not is_paper and group_id is null and seller in (from parker)
      union all select firm, ym, amount from uninvoiced where firm in (from parker)
      union all select firm, ym, amount from hidden_sale where firm in (from parker)
    ) group by firm, ym
  ), parked as (
    select m.firm, ${money('sum(round(greatest(0, m.sales - coalesce(s.amount, 0)) * q.percent / 100, 2))')} as tax
    from firm_month as m join truth_label as l on l.firm = m.firm and l.archetype = 'parks_advances' and m.ym between l.from_ym and l.to_ym
      join (select firm, arg_max(good, share * 1000 - good * 1e-6) as good from firm_good where side = 'sell' group by firm) as k on k.firm = m.firm
      left join seen as s on s.firm = m.firm and s.ym = m.ym ${rateJoin('m.ym')} group by m.firm
  ), shifted as (
    select i.seller as firm, ${money('sum(round(i.amount * (1 / i.price_factor - 1) * i.rate_percent / 100, 2))')} as tax
    from invoice as i join truth_label as l on l.firm = i.seller and l.ring_id = i.group_id
    where l.archetype = 'related_transfer' and l.role = 'beneficiary' and i.status <> 'void' and i.price_factor < ${SHIFTED_BELOW} group by i.seller
  ), split as (
    select i.seller as firm, ${money('sum(round(i.amount * r.levy_percent / 100, 2))')} as tax
    from invoice as i join truth_label as l on l.firm = i.seller and l.ring_id = i.group_id join small_rule as r on i.ym between r.from_ym and r.to_ym
    where l.archetype = 'income_split' and l.role = 'member' and i.status <> 'void' group by i.seller
  ), stake as (
    select l.firm, ${money(`case when l.role in ('issuer', 'conduit') then coalesce(o.tax, 0)
        when l.role = 'single' then greatest(coalesce(e.tax, 0), coalesce(p.tax, 0) + coalesce(h.tax, 0), coalesce(b.tax, 0), coalesce(a.tax, 0),
          coalesce(o.tax, 0))
        else coalesce(p.tax, 0) + coalesce(e.tax, 0) + coalesce(h.tax, 0) + coalesce(s.tax, 0) + coalesce(t.tax, 0) end`)} as tax
    from truth_label as l left join paper_out as o using (firm) left join paper_in as p using (firm) left join effect as e using (firm)
      left join hidden as h using (firm) left join shifted as s using (firm) left join split as t using (firm)
      left join taken_back as b using (firm) left join parked as a using (firm)
  )`;
