/** What taxpayers did in the electronic tax bureau in the last twelve months, and from which device and address. */
import { isAlone } from './people.ts';

const MONTHS = 12;
/** Log-ins that leave a trace of their own, in a month. */
const GENERAL_LOGINS = 0.8;
const SMALL_LOGINS = 0.45;
/** Filed from home or on the road, and without a device in the log. */
const AWAY_SHARE = 0.1;
const NO_DEVICE_SHARE = 0.05;

/** Who acts from where, a row for every day on which that changes. Keys that hold at the same time stand side by side in the lists. */
export function actingStatement(): string {
  return `insert into acting
    with held as (
      select distinct k.firm, case when k.kind in ('filing_clerk', 'legal_representative') then 'person' else k.kind end as kind,
        k.kind = 'filing_clerk' as is_clerk, k.value, k.from_on, k.to_on
      from firm_key as k join firm as f using (firm)
      where k.from_on <= cutoff() and (k.kind in ('device', 'ip', 'legal_representative') or (k.kind = 'filing_clerk' and not ${isAlone('f')}))
    ), days as (
      select firm, from_on from held union select firm, to_on + 1 from held where to_on < cutoff()
    ), valid as (
      select d.firm, d.from_on, h.kind, h.value, h.is_clerk, bool_or(h.is_clerk) over (partition by d.firm, d.from_on) as has_clerk
      from days as d join held as h on h.firm = d.firm and h.from_on <= d.from_on and (h.to_on is null or h.to_on >= d.from_on)
    )
    select firm, from_on, list(value order by value) filter (where kind = 'person' and is_clerk = has_clerk),
      list(value order by value) filter (where kind = 'device'), list(value order by value) filter (where kind = 'ip')
    from valid group by firm, from_on order by firm, from_on`;
}

/** Everything that happened, one row an action. Actions of the weeks after the last period are counted to it. */
function happenings(months: string): string {
  const recent = `between month_start(last_ym() - ${MONTHS - 1}) and cutoff()`;
  const filed = (table: string): string => `select firm, ym, filed_at, 'file'
    from (select distinct firm, least(ym_of(filed_at::date), last_ym()) as ym, filed_at from ${table} where filed_at::date ${recent}) where ${months}`;
  return `select firm, ym, issued_at as occurred_at, 'issue' as event_kind from (
      -- one a month, at the time of one of the invoices
      select seller as firm, ym, arg_min(case when has_time then issued_at else issued_at + to_seconds(whole(30600, 63000, draw(invoice, 'event time'))) end,
        draw(invoice, 'event issue')) as issued_at
      from invoice where ${months} and ym > last_ym() - ${MONTHS} and seller is not null and status in ('normal', 'reversed') and not by_authority
        group by seller, ym
    ) as issued semi join acting using (firm)
    union all ${filed('vat_return')}
    union all ${filed('small_return')}
    union all select firm, ym, applied_at, 'claim' from (select firm, least(ym_of(applied_at::date), last_ym()) as ym, applied_at from claim
      where applied_at::date ${recent}) where ${months}
    union all select firm, ym, day_in(ym, whole(1, 28, draw2(firm, ym, 'login day'))) + to_seconds(whole(28800, 79200, draw2(firm, ym, 'login time'))), 'login'
    from firm cross join (select ym::integer as ym from range(last_ym() - ${MONTHS - 1}, last_ym() + 1) as recent(ym)) where ${months} and is_internal
      and draw2(firm, ym, 'login') < case when vat_status = 'general' then ${GENERAL_LOGINS} else ${SMALL_LOGINS} end
      and registered_on < month_start(ym) and (status not in ('deregistered', 'absconded') or status_from > month_end(ym))`;
}

/** Rows of `events`. A home has an address and a device of its own; mobile addresses are shared by a whole city. */
export const eventsSelect = (months: string): string => `with happened as (
    select *, epoch(occurred_at)::bigint as second from (${happenings(months)})
  ), drawn as (
    select h.*, draw2(firm, second, 'event ' || event_kind) as u, draw2(firm, second, 'event key ' || event_kind) as v from happened as h
  ), placed as (
    select d.*, a.people, a.devices, a.ips, u < ${AWAY_SHARE} as is_away, u < ${AWAY_SHARE / 2} as is_mobile,
      u >= ${AWAY_SHARE} and u < ${AWAY_SHARE + NO_DEVICE_SHARE} as has_no_device
    from drawn as d asof left join acting as a on a.firm = d.firm and d.occurred_at::date >= a.from_on
  )
  select f.taxpayer_id, p.occurred_at, p.event_kind,
    case when is_mobile then '10.20' || (f.city % 10) || '.' || f.city || '.' || whole(1, 60, v)
         when is_away then '10.' || whole(100, 159, draw(p.firm, 'home net')) || '.' || whole(0, 255, draw(p.firm, 'home street')) || '.' || whole(1, 254, draw(p.firm, 'home'))
         else ips[whole(1, len(ips), v)] end as ip_address,
    case when has_no_device then null when is_away then key_text(p.firm, 'home device') else devices[whole(1, len(devices), v)] end as device_id,
    people[whole(1, len(people), v)] as person_key
  from placed as p join firm as f using (firm)`;
