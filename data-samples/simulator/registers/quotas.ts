/** Monthly invoice quotas (总额度) of the last twelve months, for sellers of digital invoices in the months in which they issue. */

const MONTHS = 12;
/** Sellers of paper that issue within so many days, and at least so much, mostly use up what they were just granted. */
const BURST_DAYS = 12;
const BURST_YUAN = 100_000;
const USES_UP_SHARE = 0.65;

const digital = `i.invoice_code is null and i.status in ('normal', 'reversed') and i.seller is not null and not i.by_authority and i.ym > last_ym() - ${MONTHS}`;
const steps = (amount: string): string => `case when ${amount} < 1000000 then 10000 when ${amount} < 10000000 then 100000 else 1000000 end`;
const roundedUp = (amount: string, step: string): string => `(ceil((${amount}) / (${step})) * (${step}))`;

/**
 * What each seller issued in a month, and the quota of the month: an honest one follows the usual issue of the year and is raised when nine
 * tenths are used; a seller that lives from a script, or cheats, and issues in a burst was granted a little more than it then issued.
 */
function budgetStatements(): string[] {
  // some are held short, most have room
  const usual = `usual * (1.05 + 1.95 * draw(firm, 'quota') * draw(firm, 'quota room'))`;
  const floor = `case when vat_status = 'small' then 100000 else 500000 end`;
  return [
    `create temp table quota_month as
    select i.seller as firm, i.ym, sum(i.amount)::double as issued, sum(case when i.is_paper then i.amount else 0 end)::double as paper, count(*) as invoices,
      min(i.issued_at)::date as first_on, max(i.issued_at)::date as last_on
    from invoice as i join firm as f on f.firm = i.seller and f.is_internal where ${digital} group by i.seller, i.ym`,
    `create temp table quota_base as
    with usual_month as (
      select q.*, f.vat_status, f.registered_on,
        (f.monthly_sales = 0 or t.firm is not null) and q.last_on - q.first_on <= ${BURST_DAYS} and q.issued >= ${BURST_YUAN}
          and q.paper >= 0.5 * q.issued and q.invoices >= 4 and draw(q.firm, 'quota used up') < ${USES_UP_SHARE} as is_burst,
        whole_of(sum(units(q.issued)) over (partition by q.firm)) / count(*) over (partition by q.firm) as usual
      from quota_month as q join firm as f using (firm) left join (select distinct firm from truth_label) as t using (firm)
    ), granted as (
      select *, case when is_burst then ${roundedUp(`issued * (1.005 + 0.06 * draw2(firm, ym, 'quota burst'))`, '10000')}
        else greatest(${floor}, ${roundedUp(usual, steps(usual))}) end as base
      from usual_month
    )
    select firm, ym, issued, base, not is_burst and issued > 0.9 * base as is_raised,
      case when ym_of(registered_on) = ym then registered_on + to_minutes(whole(560, 990, draw(firm, 'quota registered')))
        else month_start(ym) + to_seconds(whole(60, 600, draw2(firm, ym, 'quota start'))) end as granted_at
    from granted`,
  ];
}

/** quota. A raise comes before the invoice that would have gone past nine tenths. */
export function quotaStatements(): string[] {
  const raised = `issued * (1.005 + 0.3 * draw2(firm, ym, 'quota raise') * draw2(firm, ym, 'quota raise room'))`;
  return [
    ...budgetStatements(),
    `create temp table quota_raise as
    with running as (
      select i.seller as firm, i.ym, i.issued_at, b.base, sum(i.amount) over (partition by i.seller, i.ym
        order by i.issued_at, i.invoice rows between unbounded preceding and current row) as so_far
      from invoice as i join quota_base as b on b.firm = i.seller and b.ym = i.ym and b.is_raised where ${digital}
    )
    select firm, ym, min(issued_at) as needed_at from running where so_far > 0.9 * base group by firm, ym`,
    `insert into quota
    select firm, ym, granted_at, base::decimal(18, 2), 'initial' from quota_base
    union all
    select firm, ym, greatest(granted_at + interval 20 minute, needed_at - to_minutes(whole(15, 240, draw2(firm, ym, 'quota raised at')))),
      ${roundedUp(raised, steps(raised))}::decimal(18, 2),
      case when draw2(firm, ym, 'quota raise kind') < 0.8 then 'temporary' else 'adjusted' end
    from quota_base join quota_raise using (firm, ym)
    order by ym, firm, granted_at`,
    ...['quota_month', 'quota_base', 'quota_raise'].map((table) => `drop table ${table}`),
  ];
}

export const quotasSelect = (months: string): string => `select f.taxpayer_id, period_of(q.ym) as month, q.granted_at, q.granted_amount, q.grant_kind
  from (select * from quota where ${months}) as q join firm as f using (firm)`;
