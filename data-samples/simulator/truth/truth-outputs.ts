/** The ground truth of a province as files: who cheats and how, who only looks like it, what honest accidents there are. */
import type { SimulateOptions } from '../options.ts';
import type { OutputTable } from '../sql.ts';
import { STAKE_CTES } from './tax-at-stake.ts';

export { truthParameters } from './truth-parameters.ts';

/** First and last day of the months of a label; nothing where there is none. */
const days = (alias: string): string => `month_start(${alias}.from_ym) as "from", month_end(${alias}.to_ym) as "to"`;

/** Every taxpayer has one row; an honest one carries nothing but its id and label. */
const labels = ({ taxpayers }: SimulateOptions): string => `with ${STAKE_CTES}
  select f.taxpayer_id, case when l.firm is null then 'honest' else 'fraud' end as label, l.archetype, l.role, l.ring_id, ${days('l')}, s.tax as tax_yuan
  from firm as f left join truth_label as l using (firm) left join stake as s using (firm) where f.firm < ${taxpayers}`;

/** Documents of the rings: invoices, reversed ones with their red ones, and customs certificates. Void invoices are none. */
const RING_DOCUMENT = `ring_document as (
    select i.group_id as ring_id, i.seller, i.buyer, i.issued_at::date as issued_on, i.amount, i.tax, i.is_paper
    from invoice as i where i.group_id in (select ring_id from truth_ring) and i.status <> 'void'
    union all
    select v.group_id, v.importer, v.firm, v.issued_on, v.base_amount, v.tax, v.is_paper from voucher as v where v.group_id in (select ring_id from truth_ring)
  )`;

/** Tax of a ring: what its members gained, and the tax on paper that left the ring to others. */
const rings = (): string => `with ${STAKE_CTES}, ${RING_DOCUMENT}, member as (
    select l.ring_id, count(*) as members,
      sum(case when l.role in ('issuer', 'conduit') then 0 else s.tax end) as gained,
      min(month_start(l.from_ym)) as from_on, max(month_end(l.to_ym)) as to_on
    from truth_label as l join stake as s using (firm) where l.ring_id is not null group by l.ring_id
  ), traded as (
    select d.ring_id, min(d.issued_on) as first_on, max(d.issued_on) as last_on, sum(d.amount) as amount,
      sum(case when d.is_paper and l.firm is not null and b.firm is null then d.tax else 0 end) as sold_tax
    from ring_document as d left join truth_label as l on l.firm = d.seller and l.ring_id = d.ring_id
      left join truth_label as b on b.firm = d.buyer and b.ring_id = d.ring_id group by d.ring_id
  ), claimed as (
    select l.ring_id, sum(c.claimed_amount) as amount
    from truth_label as l join claim as c on c.firm = l.firm and c.ym >= l.from_ym where l.ring_id is not null group by l.ring_id
  )
  select r.ring_id, r.archetype, m.members::integer as members, coalesce(t.first_on, m.from_on) as first_date,
    coalesce(t.last_on, least(m.to_on, cutoff())) as last_date,
    coalesce(t.amount, 0)::decimal(18, 2) as amount_yuan, (m.gained + coalesce(t.sold_tax, 0))::decimal(18, 2) as tax_yuan,
    coalesce(c.amount, 0)::decimal(18, 2) as claims_yuan, r.parameters
  from truth_ring as r join member as m using (ring_id) left join traded as t using (ring_id) left join claimed as c using (ring_id)`;

/** Pairs with an id at both ends: a farmer or a consumer is a name. A certificate is an edge where another firm's heading stands on it. */
const ringEdges = (): string => `with ${RING_DOCUMENT}
  select d.ring_id, s.taxpayer_id as seller_id, b.taxpayer_id as buyer_id, min(d.issued_on) as first_date, max(d.issued_on) as last_date,
    count(*)::integer as invoices, sum(d.amount)::decimal(18, 2) as amount_yuan
  from ring_document as d join firm as s on s.firm = d.seller join firm as b on b.firm = d.buyer where d.seller <> d.buyer group by all`;

const lookalikes = (): string => `select f.taxpayer_id, k.kind, k.group_id, k.role, ${days('k')} from truth_lookalike as k join firm as f using (firm)`;

const claims = (): string => `select c.application_id, f.taxpayer_id, period_of(c.ym) as period, c.claimed_amount as claimed_yuan,
  c.true_refundable as true_refundable_yuan from claim as c join firm as f using (firm)`;

const noise = (): string => `select f.taxpayer_id, period_of(n.ym) as period, n.kind, sum(n.amount)::decimal(18, 2) as amount_yuan
  from truth_noise as n join firm as f using (firm) group by all`;

/**
 * Takes back the label of a lone script that never came to anything: its firm had nothing to do it with, so nothing of it is in the data and no
 * tax is at stake. What is labelled fraud can then be found in the files.
 */
export const IDLE_LABELS_STATEMENT = `delete from truth_label where role = 'single' and firm in (with ${STAKE_CTES} select firm from stake where tax < 1)`;

/** Files of truth/, beside parameters.json. The SELECTs read the tables of all rooms. */
export function truthOutputs(options: SimulateOptions): OutputTable[] {
  const file = (table: string, select: () => string, orderBy: string): OutputTable => ({ table, select, orderBy, isMonthly: false });
  return [
    file('labels', () => labels(options), 'taxpayer_id'), file('rings', rings, 'ring_id'), file('ring_edges', ringEdges, 'ring_id, seller_id, buyer_id'),
    file('lookalikes', lookalikes, 'group_id, taxpayer_id'), file('claims', claims, 'application_id'), file('noise', noise, 'taxpayer_id, period, kind'),
  ];
}
