/** How much is planted in a province of a given size, and what of. */
import type { Script } from './script.ts';
import { accountingAgent, groupProcurement, incubatorAddress, mutualTrade, tollProcessing, youngConsortium } from './lookalikes/circles.ts';
import { commodityBroker, exporter, greenfieldBuildUp, invoiceEverythingRetailer, realSupplierBankrupt, seasonalProcessor } from './lookalikes/standing.ts';
import { burstShells } from './rings/burst-shells.ts';
import { closedLoop } from './rings/closed-loop.ts';
import { customsGraft } from './rings/customs-graft.ts';
import { agriSelfIssue, hiddenSales } from './rings/factories-and-shops.ts';
import { firmSplit } from './rings/firm-split.ts';
import { invoiceMill } from './rings/invoice-mill.ts';
import { goodsSwitch, passThrough } from './rings/ladder.ts';
import { incomeSplit, relatedTransfer } from './rings/small-fronts.ts';

/** Fraudulent taxpayers at some sizes, with a straight line between them. A small province holds relatively more, so that each kind is met. */
const FRAUD_AT: readonly (readonly [taxpayers: number, frauds: number])[] = [[0, 0], [200, 30], [300, 45], [600, 78], [1000, 108], [10_000, 225]];
const FRAUD_SHARE = 0.0225;
/** Of them, those that act alone. */
const SINGLE_SHARE = 0.36;
const LEAST_SINGLES = 6;

export function fraudTarget(taxpayers: number): number {
  for (const [at, [size, frauds]] of FRAUD_AT.entries()) {
    const [lowerSize, lowerFrauds] = FRAUD_AT[at - 1] ?? [0, 0];
    if (taxpayers <= size && size > lowerSize) return Math.round(lowerFrauds + ((frauds - lowerFrauds) * (taxpayers - lowerSize)) / (size - lowerSize));
  }
  return Math.round(taxpayers * FRAUD_SHARE);
}

export interface FraudPlan { readonly inRings: number; readonly singles: number }

export function fraudPlan(taxpayers: number): FraudPlan {
  const all = fraudTarget(taxpayers);
  const singles = Math.max(Math.min(LEAST_SINGLES, all), Math.round(all * SINGLE_SHARE));
  return { singles, inRings: all - singles };
}

export interface RingKind {
  readonly archetype: string;
  /** How often the kind is met, beside the others. */
  readonly weight: number;
  /** Fewest members. */
  readonly least: number;
  /** Plants one ring of at most `room` members into the script and returns how many it has; 0 where nobody could be recruited. */
  readonly plant: (script: Script, room: number) => number;
}

/** Kinds of rings, in the order in which a small province gets its first ones. */
export const RING_KINDS: readonly RingKind[] = [
  { archetype: 'burst_shells', weight: 13, least: 6, plant: burstShells },
  { archetype: 'closed_loop', weight: 14, least: 3, plant: closedLoop },
  { archetype: 'hidden_sales', weight: 30, least: 1, plant: hiddenSales },
  { archetype: 'goods_switch', weight: 11, least: 4, plant: goodsSwitch },
  { archetype: 'agri_self_issue', weight: 14, least: 1, plant: agriSelfIssue },
  { archetype: 'customs_graft', weight: 8, least: 2, plant: customsGraft },
  { archetype: 'pass_through', weight: 8, least: 5, plant: passThrough },
  { archetype: 'related_transfer', weight: 8, least: 3, plant: relatedTransfer },
  { archetype: 'invoice_mill', weight: 7, least: 4, plant: invoiceMill },
  { archetype: 'income_split', weight: 8, least: 7, plant: incomeSplit },
  { archetype: 'firm_split', weight: 5, least: 2, plant: firmSplit },
];
/** From this size on a province has a ring of every kind. */
export const EVERY_KIND_FROM = 600;

export interface LookalikeKind {
  readonly kind: string;
  /** Taxpayers for one circle or firm of the kind; every province of the least size has at least one. */
  readonly taxpayersPerOne: number;
  readonly plant: (script: Script) => number;
}

const clamp = (value: number, low: number, high: number): number => Math.round(Math.min(high, Math.max(low, value)));
const size = (script: Script): number => script.stage.options.taxpayers;
/** A circle of `low` firms, or up to `high` where the province is large; a small province gets a twentieth of its taxpayers at most. */
const circle = (script: Script, low: number, high: number, perMember: number): number => Math.min(
  script.random.int(low, clamp(low + size(script) / perMember, low, high)), Math.max(4, Math.round(size(script) * 0.06)),
);

export const LOOKALIKE_KINDS: readonly LookalikeKind[] = [
  { kind: 'seasonal_processor', taxpayersPerOne: 2500, plant: seasonalProcessor },
  { kind: 'greenfield_build_up', taxpayersPerOne: 2500, plant: greenfieldBuildUp },
  { kind: 'exporter', taxpayersPerOne: 2500, plant: exporter },
  { kind: 'group_procurement', taxpayersPerOne: 8000, plant: (script) => groupProcurement(script, circle(script, 4, 9, 2000)) },
  { kind: 'real_supplier_bankrupt', taxpayersPerOne: 4000, plant: realSupplierBankrupt },
  { kind: 'toll_processing', taxpayersPerOne: 5000, plant: tollProcessing },
  { kind: 'commodity_broker', taxpayersPerOne: 3000, plant: commodityBroker },
  { kind: 'invoice_everything_retailer', taxpayersPerOne: 3000, plant: invoiceEverythingRetailer },
  { kind: 'young_consortium', taxpayersPerOne: 10_000, plant: (script) => youngConsortium(script, circle(script, 6, 15, 1500)) },
  { kind: 'mutual_trade', taxpayersPerOne: 5000, plant: mutualTrade },
  { kind: 'incubator_address', taxpayersPerOne: 10_000, plant: (script) => incubatorAddress(script, circle(script, 14, 60, 500)) },
  { kind: 'accounting_agent', taxpayersPerOne: 30_000, plant: (script) => accountingAgent(script, circle(script, 60, 400, 250)) },
];
export const LOOKALIKES_FROM = 150;
