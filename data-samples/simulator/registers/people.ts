/** Who represents and owns a firm: partners, hand-overs, and what a firm does that leaves after its refund. All of it becomes rows of firm_key. */
import type { SimulateOptions } from '../options.ts';
import { changeDay } from './days.ts';

/** Chances in a year of an enterprise. */
const REPRESENTATIVE_RATE = 0.03;
const SHARE_RATE = 0.03;
/** A new representative often comes with a sale of shares. */
const BOTH_SHARE = 0.45;
/** Of the firms that leave deferred tax unpaid, those whose owners have sold the firm about when it fell due. */
const SOLD_WHILE_DEFERRING = 0.7;

/**
 * Firms that were told to leave after their refund: closed, sold or moved 30 to 330 days after the first payment, if there was time enough for it.
 * Their trade stays as it is. A firm that still claims afterwards is not closed, it is sold.
 */
function departureStatement(): string {
  return `create temp table departure as
    with refunded as (
      select firm, min(paid_on) as paid_on, max(applied_at)::date as last_applied_on from claim group by firm
    ), drawn as (
      select c.firm, r.paid_on + whole(30, least(330, cutoff() - r.paid_on), draw(c.firm, 'departure day')) as left_on, r.last_applied_on,
        case when c.detail in ('closes', 'sold', 'moves') then c.detail
             when draw(c.firm, 'departure way') < 0.45 then 'closes' when draw(c.firm, 'departure way') < 0.8 then 'sold' else 'moves' end as way
      from (select firm, min(detail) as detail from conduct where behaviour = 'leaves_after_refund' group by firm) as c join refunded as r using (firm)
      where r.paid_on + 30 <= cutoff()
    )
    select d.firm, d.left_on, case when d.way = 'closes' and (d.last_applied_on >= d.left_on or f.status <> 'normal') then 'sold' else d.way end as way
    from drawn as d join firm as f using (firm)`;
}

/** One hand-over a firm at most: of the representative, of shares, or of both. */
function handoverStatement(options: SimulateOptions): string {
  const years = options.months / 12;
  return `create temp table handover as
    with stripped as (
      select b.firm, (min(b.extended_on) + whole(-60, 120, draw(b.firm, 'sold while deferring')))::date as changed_on
      from book_deferral as b join firm as f using (firm)
      where b.is_left_unpaid and f.entity_kind = 'enterprise' and draw(b.firm, 'sells while deferring') < ${SOLD_WHILE_DEFERRING} group by b.firm
    ), drawn as (
      select f.firm, ${changeDay('f.firm', 'handover day')} as changed_on, draw(f.firm, 'handover') as u
      from firm as f where f.is_internal and f.entity_kind = 'enterprise' and f.monthly_sales > 0
        and draw(f.firm, 'handover') < ${(REPRESENTATIVE_RATE + SHARE_RATE) * years}
        and f.firm not in (select firm from firm_key where kind = 'legal_representative' group by firm having count(*) > 1)
          and f.firm not in (select firm from departure) and f.firm not in (select firm from stripped)
    )
    select d.firm, d.changed_on, d.u < ${REPRESENTATIVE_RATE * years} as changes_representative,
      case when d.u >= ${REPRESENTATIVE_RATE * years} or draw(d.firm, 'handover both') < ${BOTH_SHARE} then whole(2, 20,
        draw(d.firm, 'handover share') * draw(d.firm, 'handover share 2')) / 20.0 else 0 end as equity_sold
    from drawn as d join firm as f using (firm)
    where d.changed_on > f.registered_on + 60 and d.changed_on < case when f.status = 'normal' then cutoff() + 1 else f.status_from - 30 end
    union all
    select firm, left_on, true, whole(12, 20, draw(firm, 'departure share')) / 20.0 from departure where way = 'sold'
    union all
    select firm, changed_on, true, whole(11, 20, draw(firm, 'stripped share')) / 20.0 from stripped
    where changed_on between month_start(first_ym()) and cutoff() and firm not in (select firm from departure)`;
}

/** Shares pass from the largest investor to a new one; what is left to it starts a new row on the same day. */
function shareStatements(): string[] {
  return [
    `create temp table sale as
    with owners as (
      select k.firm, k.value, k.equity_share, h.changed_on, h.equity_sold, row_number() over (partition by k.firm order by k.equity_share desc, k.value) as place
      from firm_key as k join handover as h using (firm) where k.kind = 'investor' and k.to_on is null and k.from_on < h.changed_on and k.equity_share > 0
        and h.equity_sold > 0
    )
    select firm, value, changed_on, equity_share, least(equity_share, equity_sold) as sold from owners where place = 1`,
    `update firm_key set to_on = sale.changed_on - 1 from sale where sale.firm = firm_key.firm and firm_key.kind = 'investor' and firm_key.value = sale.value
      and firm_key.to_on is null`,
    `insert into firm_key
    select firm, 'investor', key_text(firm, 'handover investor'), changed_on, null, round(sold, 4) from sale
    union all select firm, 'investor', value, changed_on, null, round(equity_share - sold, 4) from sale where equity_share - sold > 0.0001
    order by 1, 3`,
    'drop table sale',
  ];
}

/** Investors at the same time never hold more than the whole. */
function equityStatements(): string[] {
  return [
    `create temp table overheld as
    with beside as (
      select n.firm, n.value, n.from_on, sum(o.equity_share::decimal(9, 4))::double as held
      from firm_key as n join firm_key as o on o.firm = n.firm and o.kind = 'investor' and o.from_on <= n.from_on and (o.to_on is null or o.to_on >= n.from_on)
      where n.kind = 'investor' group by n.firm, n.value, n.from_on
    )
    select firm, max(held) as held from beside group by firm having max(held) > 1`,
    `update firm_key set equity_share = round(equity_share / o.held, 4) from overheld as o where o.firm = firm_key.firm and firm_key.kind = 'investor'`,
    'drop table overheld',
  ];
}

/** Adds to firm_key, and lets `firm` know who has closed or moved. Leaves `departure` for the change log. */
export function peopleStatements(options: SimulateOptions): string[] {
  return [
    departureStatement(),
    // what they were paid by then is gone
    `insert into conduct_effect
    select d.firm, ym_of(d.left_on), 'leaves_after_refund', sum(c.paid_amount) from departure as d join claim as c using (firm) where c.paid_on <= d.left_on
      group by d.firm, d.left_on having sum(c.paid_amount) > 0 order by d.firm`,
    ...equityStatements(),
    // a firm whose owner holds less than everything has a partner
    `insert into firm_key
    select f.firm, 'investor', key_text(f.firm, 'partner'), f.registered_on, null, 1 - h.held
    from firm as f join (select firm, sum(equity_share::decimal(9, 4))::double as held from firm_key where kind = 'investor' group by firm) as h using (firm)
    where f.entity_kind = 'enterprise' and h.held < 1 order by f.firm`,
    handoverStatement(options),
    `update firm_key set to_on = h.changed_on - 1 from handover as h
    where h.firm = firm_key.firm and h.changes_representative and firm_key.kind = 'legal_representative' and firm_key.to_on is null
      and firm_key.from_on < h.changed_on`,
    `insert into firm_key select firm, 'legal_representative', key_text(firm, 'handover representative'), changed_on, null, null from handover
      where changes_representative order by firm`,
    ...shareStatements(),
    'drop table handover',
    `update firm set status = (['deregistering', 'deregistered', 'abnormal'])[whole(1, 3, draw(firm.firm, 'departure status'))], status_from = d.left_on
    from departure as d where d.firm = firm.firm and d.way = 'closes'`,
  ];
}

/** Persons as delivered: phones stand beside representatives and clerks; some small firms name nobody but the representative. */
export const personsSelect = (): string => `with role as (
    select k.firm, k.kind as role, k.value as person_key, k.from_on, case when count(k.to_on) = count(*) then max(k.to_on) end as to_on,
      max(k.equity_share) as equity_share
    from firm_key as k join firm as f using (firm)
    where k.kind in ('legal_representative', 'finance_officer', 'filing_clerk', 'investor') and k.from_on <= cutoff()
      and (k.kind in ('legal_representative', 'investor') or not ${isAlone('f')})
    group by k.firm, k.kind, k.value, k.from_on
  ), rung as (
    -- a firm with two phones names one beside the representative and the other beside the clerk
    select r.firm, r.role, r.person_key, r.from_on, p.value as phone, row_number() over (partition by r.firm, r.role, r.person_key, r.from_on
        order by p.from_on desc, case when r.role = 'filing_clerk' then p.value end desc, p.value) as place
    from role as r join firm_key as p on p.firm = r.firm and p.kind = 'phone' and p.from_on <= coalesce(r.to_on, cutoff())
      and coalesce(p.to_on, cutoff()) >= r.from_on
    where r.role in ('legal_representative', 'filing_clerk')
  )
  select f.taxpayer_id, r.person_key, r.role, p.phone as phone_hash, r.from_on as valid_from, r.to_on as valid_to, r.equity_share::decimal(9, 6) as equity_share
  from role as r join firm as f using (firm) left join rung as p on p.firm = r.firm and p.role = r.role and p.person_key = r.person_key
    and p.from_on = r.from_on and p.place = 1`;

/** Small firms where one person does everything. Firms that live from a script keep the people it gave them. */
export const isAlone = (firm: string): string => `(${firm}.vat_status = 'small' and ${firm}.monthly_sales > 0 and draw(${firm}.firm, 'acts alone') < 0.15)`;
