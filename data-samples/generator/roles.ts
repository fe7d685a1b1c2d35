/** Who does something out of the ordinary: honest roles first, planted faults in plants.ts. */
import { dayIn, monthNumber } from './calendar.ts';
import type { Economy } from './economy.ts';
import type { Random } from './random.ts';
import type { Firm, Label } from './world.ts';

export type Role =
  | 'grows' | 'buys_machines' | 'claims_paid' | 'claims_now' | 'exports' | 'imports' | 'travels' | 'agent' | 'agent_client'
  | 'defers' | 'transfers_out_exception' | 'history'
  | 'capital_build_up' | 'late_failed_supplier' | 'late_failed_customer' | 'bankrupt'
  | 'burst_shell' | 'burst_claimant' | 'output_left_out' | 'exception_deducted' | 'unconfirmed_input' | 'chain_break'
  | 'refund_unposted' | 'over_claim' | 'rating_m' | 'input_spike' | 'negative_uninvoiced' | 'red_abuse' | 'goods_switch'
  | 'deferral_wrong' | 'six_tax_wrong' | 'small_over_ceiling' | 'exempt_over_limit' | 'closed_loop' | 'same_control';

export class Roles {
  private readonly holders = new Map<Role, Firm[]>();
  readonly labels: Label[] = [];
  /** Firms that already have a part of their own; nobody gets two. */
  private readonly used = new Set<Firm>();

  give(role: Role, ...firms: readonly Firm[]): void {
    this.holders.set(role, [...this.of(role), ...firms]);
    for (const firm of firms) this.used.add(firm);
  }

  of(role: Role): readonly Firm[] {
    return this.holders.get(role) ?? [];
  }

  has(firm: Firm | null, role: Role): boolean {
    return firm !== null && this.of(role).includes(firm);
  }

  label(firms: readonly Firm[], label: Label['label'], kind: string, role: string, ringId: string, codes: string): void {
    for (const firm of firms) this.labels.push({ firm, label, kind, role, ringId, codes });
  }

  /** `count` firms without a part yet that fit; fewer when the province is too small. */
  free(random: Random, firms: readonly Firm[], count: number, fits: (firm: Firm) => boolean): Firm[] {
    return random.sample(firms.filter((firm) => !this.used.has(firm) && fits(firm)), count);
  }
}

export const isFactory = (firm: Firm): boolean => firm.industry.code.startsWith('C') && firm.industry.code !== 'C1311';
export const isProducer = (firm: Firm): boolean => isFactory(firm) || firm.industry.code.startsWith('I');
export const isTrader = (firm: Firm): boolean => firm.industry.code.startsWith('F51');

function giveLookAlikes(economy: Economy, roles: Roles, random: Random): void {
  const builders = roles.free(random, economy.general, 2, isFactory);
  roles.give('capital_build_up', ...builders);
  roles.give('claims_now', ...builders);
  roles.label(builders, 'innocent', 'capital_build_up', 'claimant', '', 'VR-18');
  // a failure 400 days after the trade needs a long span
  if (economy.lastMonth - economy.firstMonth < 22) return;
  const customers = roles.free(random, economy.general, 1, isFactory);
  const suppliers = roles.free(random, economy.general, 1, isTrader);
  for (const supplier of suppliers) {
    supplier.activeTo = Math.min(economy.firstMonth + 7, economy.lastMonth);
    supplier.status = 'absconded';
    supplier.statusFrom = dayIn(supplier.activeTo + 14, 20);
  }
  roles.give('late_failed_supplier', ...suppliers);
  roles.give('late_failed_customer', ...customers);
  roles.label(suppliers, 'innocent', 'supplier_failed_400_days_later', 'supplier', '', 'VR-16;VR-38');
  roles.label(customers, 'innocent', 'supplier_failed_400_days_later', 'buyer', '', 'VR-16');
  const bankrupt = roles.free(random, economy.general, 1, isTrader);
  for (const firm of bankrupt) {
    firm.activeTo = Math.min(economy.firstMonth + 17, economy.lastMonth);
    firm.status = 'bankrupt';
    firm.statusFrom = dayIn(firm.activeTo + 2, 9);
  }
  roles.give('bankrupt', ...bankrupt);
  roles.label(bankrupt, 'innocent', 'bankrupt_but_real', 'supplier', '', 'VR-16');
}

function giveAgent(economy: Economy, roles: Roles, random: Random): void {
  const agents = economy.small.filter((firm) => firm.industry.code === 'L7241').slice(0, 1);
  for (const agent of agents) {
    const clients = random.sample(economy.small.filter((firm) => firm !== agent), 26);
    for (const client of clients) client.agentId = agent.id;
    roles.give('agent', agent);
    roles.label([agent], 'innocent', 'accounting_agent', 'agent', '', 'VR-37');
    roles.label(clients, 'innocent', 'accounting_agent', 'client', '', 'VR-37');
  }
}

/** Honest claimants, exporters, importers, deferring factories and the innocent look-alikes. */
export function giveHonestRoles(economy: Economy, roles: Roles, random: Random): void {
  giveLookAlikes(economy, roles, random);
  giveAgent(economy, roles, random);
  const exporters = roles.free(random, economy.general, 4, (firm) => ['C1711', 'C3831'].includes(firm.industry.code));
  for (const firm of exporters) firm.exportMethod = 'exempt_credit_refund';
  roles.give('exports', ...exporters);
  const paid = roles.free(random, economy.general, 8, isProducer);
  roles.give('claims_paid', ...paid);
  roles.give('buys_machines', ...paid);
  roles.give('grows', ...paid);
  const now = roles.free(random, economy.general, 4, isProducer);
  roles.give('claims_now', ...now);
  roles.give('grows', ...now);
  const estates = economy.general.filter((firm) => firm.industry.code === 'K7010');
  for (const firm of estates) firm.registeredOn = firm.generalFrom = firm.statusFrom = dayIn(monthNumber('2021-03') + random.int(0, 20), 6);
  roles.give('claims_now', ...estates);
  roles.give('imports', ...roles.free(random, economy.general, 3, isFactory));
  const deferring = roles.free(random, economy.general, 4, (firm) => firm.industry.code.startsWith('C'));
  roles.give('defers', ...deferring);
  roles.give('history', ...deferring);
  const careful = roles.free(random, economy.general, 1, isFactory);
  roles.give('transfers_out_exception', ...careful);
  roles.label(careful, 'innocent', 'exception_transferred_out', 'buyer', '', 'VR-15');
  const software = roles.free(random, economy.general, 1, (firm) => firm.industry.code === 'I6513');
  for (const firm of software) firm.levyRefund = true;
  roles.give('travels', ...software, ...economy.general.filter((firm) => firm.index % 9 === 0));
}
