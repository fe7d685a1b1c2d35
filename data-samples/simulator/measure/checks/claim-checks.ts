/** Claims: claims.csv and refund_applications tell the same claims, and an honest claim asks for what is due. */
import { count, lineOf } from '../check.ts';
import type { CheckRule } from '../check.ts';

/** The claims of the truth beside those of the delivery. */
export const CLAIM_TABLES: readonly string[] = [
  `create temp table claim_pair as
    select t.line, t.taxpayer_id as truth_taxpayer, t.period, t.claimed_yuan, t.true_refundable_yuan,
      a.application_id as delivered_id, a.taxpayer_id, a.claim_period, a.claimed_amount, l.label = 'fraud' as is_fraud,
      exists (from truth_noise as n where n.taxpayer_id = t.taxpayer_id) as has_noise
    from truth_claims as t left join refund_applications as a using (application_id) left join truth_labels as l on l.taxpayer_id = t.taxpayer_id`,
];

export function claimChecks(): CheckRule[] {
  return [
    {
      name: 'claims.csv = refund_applications', checked: count('refund_applications'),
      failures: `select 'refund_applications ' || application_id as example from refund_applications anti join truth_claims using (application_id)
        union all select ${lineOf('claims')} from claim_pair
          where delivered_id is null or truth_taxpayer is distinct from taxpayer_id or period is distinct from claim_period or claimed_yuan is distinct from claimed_amount
        union all select ${lineOf('claims')} from truth_claims qualify count(*) over (partition by application_id) > 1`,
    },
    {
      name: 'honest claims ask for what is due', checked: count('claim_pair where not coalesce(is_fraud, false)'),
      failures: `select ${lineOf('claims')} as example from claim_pair
        where not coalesce(is_fraud, false) and not has_noise and true_refundable_yuan is distinct from claimed_yuan`,
    },
    {
      name: 'what is due is between 0 and the claim', checked: count('claim_pair'),
      failures: `select ${lineOf('claims')} as example from claim_pair where not coalesce(true_refundable_yuan between 0 and claimed_yuan, false)`,
    },
  ];
}
