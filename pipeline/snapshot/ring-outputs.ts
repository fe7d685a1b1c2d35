import type { Output } from './outputs.ts';

// The signs side by side, so that a reader can work out the score from the file: what was not looked at is null, what was not found 0.
const SIGNS = [
  ['goods_stay_inside', 'inside_share'], ['kept_in_order', 'ordered_share'], ['value_kept', 'conserved_share'], ['close_in_time', 'closeness'], ['shared_keys', 'controlled_share'],
  ['without_input', 'without_input_share'], ['without_staff', 'without_staff_share'], ['gone', 'gone_share'], ['young', 'young_share'],
] as const;

const RINGS = `
  select i.ring_id, k.kinds, s.score, g.party_count as members, g.amount_yuan as amount, g.first_on as first_date, g.last_on as last_date,
    g.conserved_share as retained_share, cast(coalesce(g.claimed_yuan, 0) as decimal(18,2)) as claims_amount, s.is_truncated as truncated,
    g.taxpayer_count as taxpayers, g.inside_yuan as amount_inside, ${SIGNS.map(([name, column]) => `g.${column} as ${name}`).join(', ')},
    cast(g.has_goods_switch as double) as goods_switch, cast(coalesce(g.claimed_yuan, 0) > 0 as double) as claims_inside,
    coalesce(d.dampers, []::varchar[]) as dampers
  from ring_identity i
  join ring_sign g using (ring_no)
  join ring_score s using (ring_no)
  join (select ring_no, list(kind order by place) as kinds from ring_kind group by all) k using (ring_no)
  left join (select ring_no, list(damper order by damper) as dampers from ring_damper group by all) d using (ring_no)`;

const RING_MEMBERS = `
  select i.ring_id, coalesce(n.taxpayer_id, n.party_id) as taxpayer_id, p.role, p.share, t.taxpayer_name is not null as is_taxpayer,
    coalesce(t.taxpayer_name, n.party_name) as taxpayer_name, p.sold_inside_yuan as sold_inside, p.bought_inside_yuan as bought_inside,
    cast(coalesce(p.claimed_yuan, 0) as decimal(18,2)) as claims_amount
  from ring_identity i
  join ring_part p using (ring_no)
  join parties n using (party_key)
  left join taxpayers t on t.taxpayer_key = p.party_key`;

const RING_EDGES = `
  select i.ring_id, coalesce(s.taxpayer_id, s.party_id) as seller_id, coalesce(b.taxpayer_id, b.party_id) as buyer_id,
    e.first_issued_on as first_date, e.last_issued_on as last_date, e.invoice_count as invoices, e.amount_yuan as amount, e.hop_no as hop,
    coalesce(k.invoice_numbers, []::varchar[]) as invoice_numbers
  from ring_identity i
  join ring_trade e using (ring_no)
  join parties s on s.party_key = e.seller_key
  join parties b on b.party_key = e.buyer_key
  left join (
    select ring_no, seller_key, buyer_key, list(invoice_key order by ticket_no) as invoice_numbers from ring_ticket group by all
  ) k using (ring_no, seller_key, buyer_key)`;

const RING_EXPOSURE = `
  select t.taxpayer_id, x.exposure, x.first_hop_tax_yuan as first_hop_tax, x.second_hop_tax_yuan as second_hop_tax, x.bought_tax_yuan as bought_tax,
    cast(coalesce(x.claimed_yuan, 0) as decimal(18,2)) as claims_amount
  from ring_exposure x
  join taxpayers t using (taxpayer_key)`;

// Key kinds are named, never the keys: who shares which telephone is in the registers, for those who may see them.
const RING_TIES = `
  select i.ring_id, b.kind, coalesce(f.taxpayer_id, f.party_id) as first_id, coalesce(s.taxpayer_id, s.party_id) as second_id, b.amount_yuan as amount,
    list_filter([case when b.shares_person then 'person' end, case when b.shares_phone then 'phone' end, case when b.shares_address then 'address' end,
      case when b.shares_device then 'device' end, case when b.shares_ip then 'ip' end], one -> one is not null) as shared_keys
  from ring_identity i
  join ring_bond b using (ring_no)
  join parties f on f.party_key = b.first_key
  join parties s on s.party_key = b.second_key`;

/** Published rings, their members (external parties included), trade and ties, and who buys from them over one or two hands. */
export const RING_OUTPUTS: readonly Output[] = [
  { name: 'rings', sql: RINGS, orderBy: 'ring_id' },
  { name: 'ring_members', sql: RING_MEMBERS, orderBy: 'ring_id, taxpayer_id' },
  { name: 'ring_edges', sql: RING_EDGES, orderBy: 'ring_id, seller_id, buyer_id, first_date' },
  { name: 'ring_ties', sql: RING_TIES, orderBy: 'ring_id, kind, first_id, second_id' },
  { name: 'ring_exposure', sql: RING_EXPOSURE, orderBy: 'taxpayer_id' },
];
