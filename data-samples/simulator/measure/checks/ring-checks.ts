/** Rings: their members, their edges in the documents of the delivery, their sums, and what their beneficiaries deducted. */
import { count, lineOf } from '../check.ts';
import type { CheckRule } from '../check.ts';

/** Amounts that differ by less than this are the same. */
const FEN = 0.005;
/** A beneficiary deducts what it was sold, but for slips, late confirmations and tickets left lying. */
const LEAST_DEDUCTED = 1 / 3;

const RING = `'rings.csv ' || ring_id`;
const ringRule = (name: string, right: string): CheckRule =>
  ({ name, checked: count('ring_found'), failures: `select ${RING} as example from ring_found where not coalesce(${right}, false)` });
const atOneEnd = 'e.ring_id = m.ring_id and m.taxpayer_id in (e.seller_id, e.buyer_id)';

function edgeRules(): CheckRule[] {
  const same = `abs(found_amount - amount_yuan) < ${FEN}`;
  return [
    {
      name: 'edges belong to rings', checked: count('truth_ring_edges'),
      failures: `select ${lineOf('ring_edges')} as example from truth_ring_edges anti join truth_rings using (ring_id)
        union all select ${lineOf('ring_edges')} from truth_ring_edges qualify count(*) over (partition by ring_id, seller_id, buyer_id) > 1`,
    },
    {
      name: 'edges have a member at one end', checked: count('truth_ring_edges'),
      failures: `select ${lineOf('ring_edges', 'e')} as example from truth_ring_edges as e
        where not exists (from ring_member as m where ${atOneEnd})`,
    },
    {
      // Honest trade between the same two adds documents and amount; fewer of either, or more of one alone, is a fault of the truth.
      name: 'edges are in the documents', checked: count('edge_found'),
      failures: `select ${lineOf('ring_edges')} as example from edge_found
        where not coalesce((found_documents = invoices and ${same} or found_documents > invoices and found_amount > amount_yuan)
          and found_first = first_date and found_last = last_date, false)`,
    },
  ];
}

/** Rules of rings.csv and ring_edges.csv. */
export function ringChecks(): CheckRule[] {
  return [
    {
      name: 'rings stand once', checked: count('truth_rings'),
      failures: `select ${lineOf('rings')} as example from truth_rings qualify count(*) over (partition by ring_id) > 1`,
    },
    {
      name: 'labels belong to rings', checked: count('ring_member'),
      failures: `select ${lineOf('labels')} as example from truth_labels anti join truth_rings using (ring_id) where ring_id is not null`,
    },
    {
      name: 'ring members stand in an edge of their ring', checked: count(`ring_member where role <> 'single'`),
      failures: `select 'labels ' || taxpayer_id as example from ring_member as m
        where role <> 'single' and not exists (from truth_ring_edges as e where ${atOneEnd})`,
    },
    ringRule('rings have the members that labels name', 'members = labelled and archetypes = 1 and archetype = of_archetype'),
    ...edgeRules(),
    ringRule('amounts of rings = edges', `amount_yuan - edge_amount between ${-FEN} and nameless_amount + ${FEN}`),
    ringRule('days of rings = edges', `first_date <= last_date
      and case when nameless_amount = 0 and first_day is not null then first_date = first_day and last_date = last_day
      else first_date <= coalesce(first_day, first_date) and last_date >= coalesce(last_day, last_date) end`),
    ringRule('tax of rings = members and sales to others', `tax_yuan - gained between ${-FEN} and sold_tax + nameless_tax + ${FEN}`),
    ringRule('claims of rings = claims of members', `abs(claims_yuan - claimed) < ${FEN}`),
    {
      name: 'beneficiaries deducted what they were sold', checked: count('beneficiary'),
      failures: `select ${RING} || ' ' || taxpayer_id as example from beneficiary where deducted_tax < ${LEAST_DEDUCTED} * sold_tax`,
    },
  ];
}
