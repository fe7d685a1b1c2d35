/** The chain of returns: each month takes its opening credit and its unpaid tax from the month before. */
import { ymOf } from '../calendar.ts';
import { groupRows } from './flows.ts';
import { BASE_YM } from './lanes.ts';

const money = (expression: string): string => `(${expression})::decimal(18, 2)`;

/** Share of firms that fall behind with their tax once. */
const ARREARS_SHARE = 0.015;
/** Manufacturers of high technology that may add 5 % to their input until 2027 (公告2023年第43号). */
const EXTRA_SHARE = 0.1;
const EXTRA_RATE = 0.05;
const EXTRA_TO_YM = ymOf('2027-12');

/**
 * Credits at the start of the window. A firm that is older carries what a year like the first one would have left it; plants put up before and builders add
 * to it. A year of C = max(0, C + input − output) is its running sum above the lowest point so far.
 */
function openingStatement(): string {
  const invested = `draw(l.firm, 'opening invested') * draw(l.firm, 'opening invested 2')`;
  return `create table opening_credit as
    with net as (
      select w.firm, w.ym, (r12_tax - fixed_out - capital_tax - m11 - export_before_tax) as net from flow as w join firm as f using (firm)
      where f.general_ym < first_ym() and w.ym < first_ym() + 12
    ), walked as (select firm, ym, sum(net) over (partition by firm order by ym rows between unbounded preceding and current row) as height from net),
    lowest as (
      select firm, arg_max(height, ym) - least(0, min(height)) as left_over from walked group by firm
    )
    select l.firm, ${money(`round(l.left_over::double * case when draw(l.firm, 'opens with') < 0.7 then 0.4 + 0.6 * draw(l.firm, 'opening') else 0 end
        + coalesce(q.usual_input, 0) * case when n.role = 'developer' and f.first_sale_ym > f.first_ym then 1 + 20 * draw(l.firm, 'built before')
            when n.role <> 'developer' and draw(l.firm, 'invested before') < n.investment_chance then 0.5 + 5 * ${invested}
            else 0 end, 2)`)} as opening
    from lowest as l join firm as f using (firm) join industry as n using (industry) left join usual_input as q using (firm)`;
}

export function chainGroundStatements(): string[] {
  const amounts = ['m13', 'm14', 'r21', 'r22', 'm15', 'm17', 'm18', 'm19', 'm20', 'm24', 'm25', 'm30', 'm31', 'm32', 'm33', 'extra_balance', 't20',
    'december', 'true_december'];
  return [
    openingStatement(),
    // what general taxpayers of that time carried at the end of March 2019
    `create table credit_2019 as
    select f.firm, ${money(`round(q.usual_input * case when draw(f.firm, 'credit 2019') < 0.7 then 0 else 0.2 + 2.3 * draw(f.firm, 'credit 2019 much') end,
      2)`)} as base
    from firm as f join usual_input as q using (firm) where f.general_ym <= ${BASE_YM}`,
    `create table chain_firm as
    select f.firm, f.general_ym, case when first_ym() = ${BASE_YM + 1} then coalesce(c.base, 0) else o.opening end as opening, coalesce(c.base, 0) as base,
      n.section = 'C' and f.export_method = 'none'
      and draw(f.firm, 'extra deduction') < ${EXTRA_SHARE} as has_extra,
      case when draw(f.firm, 'falls behind') < ${ARREARS_SHARE} then whole(first_ym(), last_ym(), draw(f.firm, 'falls behind when')) end as behind_from_ym,
        whole(1, 5, draw(f.firm, 'behind for')) as behind_months,
      f.firm in (select firm from filer where is_missing) as has_gap
    from firm as f join industry as n using (industry) left join opening_credit as o using (firm) left join credit_2019 as c using (firm)
      where f.is_internal and f.vat_status = 'general'`,
    `create temp table chain (firm integer, column_group varchar, ym integer, ${amounts.map((column) => `${column} decimal(18, 2)`).join(', ')}, run integer,
      true_run integer, above_run integer, true_above_run integer)`,
  ];
}

/**
 * One month of all chains. Tax of a month is paid in the next, unless the firm is behind; then old tax and new credit are set off (row 21). `t20` is the credit
 * if the returns told the truth; the runs count periods in a row with credit, and with credit above that of March 2019.
 */
export function chainMonthStatement(ym: number): string {
  const isGeneral = `f.column_group = 'general'`;
  const december = (credit: string, kept: string): string => `case when b.firm is null then case when g.general_ym > ${ym - (ym % 12) - 1} then 0 end
    else b.${ym % 12 === 0 ? credit : kept} end`;
  return `insert into chain
    with posted as (select firm, sum(paid_amount) as tax from claim_plan where post_ym = ${ym} group by firm),
    due as (select firm, sum(paid_amount) as tax from claim_plan where coalesce(post_ym, decided_ym) = ${ym} and outcome = 'approved' group by firm),
    opened as (
      select f.*, coalesce(b.m20, case when ${isGeneral} then g.opening end, 0) as honest_m13,
        coalesce(b.t20, case when ${isGeneral} then g.opening end, 0) as t13,
        coalesce(b.m24, 0) as old_m24, coalesce(b.m32, 0) as m25, coalesce(b.m33, 0) as old_m33, coalesce(b.extra_balance, 0) as extra_before,
        case when ${isGeneral} then coalesce(p.tax, 0) else 0 end as r22, case when ${isGeneral} then coalesce(d.tax, 0) else 0 end as true_r22,
        ${december('m20', 'december')} as december, ${december('t20', 'true_december')} as true_december, g.base,
          g.has_extra and ${isGeneral} and ${ym} <= ${EXTRA_TO_YM} as has_extra,
        coalesce(${ym} - g.behind_from_ym between 0 and g.behind_months - 1, false) as is_behind,
        coalesce(b.run, 0) as run, coalesce(b.true_run, 0) as true_run, coalesce(b.above_run, 0) as above_run, coalesce(b.true_above_run, 0) as true_above_run
      from ${groupRows(`ym = ${ym}`)} as f join chain_firm as g on g.firm = f.firm
      left join (select * from chain where ym = ${ym - 1}) as b on b.firm = f.firm and b.column_group = f.column_group
      left join posted as p on p.firm = f.firm left join due as d on d.firm = f.firm
    ), cleared as (
      select *, honest_m13 + broken_tax as m13, case when old_m33 > 0 then greatest(0, least(old_m33, honest_m13 - r22)) else 0 end as r21 from opened
    ), summed as (
      select *, fixed_out + r21 + r22 as m14, greatest(0, least(m13 - r21 - r22, export_before_tax)) as m15 from cleared
    ), totalled as (
      select *, m12 + m13 - m14 - m15 + m16 as m17,
        m12 - false_input + t13 - (fixed_out + true_out_more + r21 + true_r22) - m15 + m16 as t17, m11 + true_output_more as t11
      from summed
    ), deducted as (
      select *, least(m17, m11) as m18, greatest(0, t17 - least(t17, t11)) as t20,
        extra_before + case when has_extra then ${money(`round(${EXTRA_RATE} * greatest(0, m12 - fixed_out)::double, 2)`)} else 0 end as extra
      from totalled
    ), taxed as (
      select *, m17 - m18 as m20, m11 - m18 - least(extra, m11 - m18) as m19, extra - least(extra, m11 - m18) as extra_balance from deducted
    ), owed as (
      select *, m19 + m21 as m24, case when is_behind then 0 else old_m24 end as m30, case when is_behind then r21 else old_m33 end as m31 from taxed
    )
    select firm, column_group, ${ym}, m13, m14, r21, r22, m15, m17, m18, m19, m20, m24, m25, m30, m31, m24 + m25 - m30 - m31, m25 - m30 - m31, extra_balance,
      t20, december, true_december,
      case when m20 > 0 then run + 1 else 0 end, case when t20 > 0 then true_run + 1 else 0 end, case when m20 > base then above_run + 1 else 0 end,
        case when t20 > base then true_above_run + 1 else 0 end
    from owed order by firm, column_group`;
}
