/** The words that truth/ may use. One that is not here is a slip, or a script whose readers were not told of it. */
import { BEHAVIOURS } from '../conduct/behaviours.ts';

/** Archetypes that make a ring, and the roles its members can have. */
export const RING_ROLES: Readonly<Record<string, readonly string[]>> = {
  burst_shells: ['issuer', 'beneficiary'],
  closed_loop: ['conduit', 'beneficiary'],
  hidden_sales: ['single'],
  goods_switch: ['issuer', 'conduit', 'beneficiary'],
  pass_through: ['issuer', 'conduit', 'beneficiary'],
  agri_self_issue: ['single'],
  customs_graft: ['issuer', 'beneficiary'],
  related_transfer: ['member', 'beneficiary'],
  invoice_mill: ['issuer', 'beneficiary'],
  income_split: ['member', 'controller'],
  firm_split: ['member'],
};

/** A firm that cheats alone is labelled by its behaviour. */
export const SINGLE_ARCHETYPES: readonly string[] = Object.keys(BEHAVIOURS);
export const SINGLE_ROLE = 'single';

export const LOOKALIKE_KINDS: readonly string[] = [
  'seasonal_processor', 'greenfield_build_up', 'exporter', 'group_procurement', 'real_supplier_bankrupt', 'toll_processing', 'commodity_broker',
  'invoice_everything_retailer', 'young_consortium', 'mutual_trade', 'incubator_address', 'accounting_agent',
];
