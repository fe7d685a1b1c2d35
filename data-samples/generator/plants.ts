/** Planted faults, as behaviour: each picks free firms and says what they do; the other modules act on the roles. */
import { addDays, dayIn } from './calendar.ts';
import type { Economy } from './economy.ts';
import type { Random } from './random.ts';
import { isFactory, isProducer, isTrader } from './roles.ts';
import type { Role, Roles } from './roles.ts';
import { fen } from './world.ts';
import type { Firm } from './world.ts';

/** Month in which the shells of the first and second burst ring issue. */
export const burstMonth = (economy: Economy, ring: number): number => economy.lastMonth - 5 - 2 * ring;

function makeShell(shell: Firm, economy: Economy, ring: number, address: string): void {
  const month = burstMonth(economy, ring);
  shell.registeredOn = shell.generalFrom = dayIn(month - 1, 9);
  shell.activeFrom = month;
  // no ordinary trade: its only invoices are those of the burst
  shell.activeTo = month - 1;
  shell.status = 'absconded';
  shell.statusFrom = addDays(dayIn(month, 28), 55);
  shell.address = address;
  shell.legacyUntil = 0;
}

function plantBursts(economy: Economy, roles: Roles, random: Random): void {
  for (const [ring, shellCount] of [3, 2].entries()) {
    const ringId = `burst-${ring + 1}`;
    const claimants = roles.free(random, economy.general, 1, isFactory);
    const shells = roles.free(random, economy.general, shellCount, (firm) => isTrader(firm) && firm.industry.code !== 'F5169');
    for (const shell of shells) makeShell(shell, economy, ring, shells[0]?.address ?? '');
    roles.give('burst_shell', ...shells);
    roles.give('burst_claimant', ...claimants);
    roles.give('claims_now', ...claimants);
    roles.label(shells, 'fraud', 'burst_and_vanish', 'issuer', ringId, 'VR-38');
    roles.label(claimants, 'fraud', 'burst_and_vanish', 'beneficiary', ringId, 'VR-38;VR-16');
  }
}

function plantLoop(economy: Economy, roles: Roles, random: Random): void {
  const members = [...roles.free(random, economy.general, 1, isFactory), ...roles.free(random, economy.general, 3, isTrader)];
  roles.give('closed_loop', ...members);
  roles.give('claims_now', ...members.slice(0, 1));
  roles.give('grows', ...members.slice(0, 1));
  roles.label(members.slice(0, 1), 'fraud', 'closed_loop', 'beneficiary', 'loop-1', 'VR-35');
  roles.label(members.slice(1), 'fraud', 'closed_loop', 'conduit', 'loop-1', 'VR-35');
}

function plantControl(economy: Economy, roles: Roles, random: Random): void {
  const members = [
    ...roles.free(random, economy.small, 5, (firm) => firm.entityKind === 'enterprise' && firm.agentId === ''),
    ...roles.free(random, economy.general, 1, isTrader),
  ];
  for (const firm of members) firm.address = members[0]?.address ?? '';
  roles.give('same_control', ...members);
  roles.label(members, 'fraud', 'same_control', 'member', 'control-1', 'VR-37');
}

interface Single {
  readonly role: Role;
  readonly codes: string;
  readonly fits: (firm: Firm) => boolean;
  readonly also?: readonly Role[];
}

const usual = (firm: Firm): boolean => isFactory(firm) || isTrader(firm);
const GENERAL_FAULTS: readonly Single[] = [
  { role: 'rating_m', codes: 'VR-01', fits: isProducer, also: ['claims_now', 'grows'] },
  { role: 'over_claim', codes: 'VR-08', fits: isProducer, also: ['claims_now', 'grows'] },
  { role: 'refund_unposted', codes: 'VR-10', fits: isProducer, also: ['claims_paid', 'grows', 'buys_machines'] },
  { role: 'input_spike', codes: 'VR-18', fits: isProducer, also: ['claims_now'] },
  { role: 'deferral_wrong', codes: 'DF-02', fits: (firm) => firm.industry.code.startsWith('C'), also: ['defers', 'history'] },
  { role: 'goods_switch', codes: 'VR-34', fits: (firm) => firm.industry.code === 'F5169' },
  { role: 'output_left_out', codes: 'VR-22', fits: usual },
  { role: 'exception_deducted', codes: 'VR-15', fits: usual },
  { role: 'unconfirmed_input', codes: 'VR-11', fits: usual },
  { role: 'chain_break', codes: 'VR-09', fits: () => true },
  { role: 'red_abuse', codes: 'VR-23', fits: (firm) => !firm.industry.code.startsWith('K') },
  { role: 'negative_uninvoiced', codes: 'VR-23', fits: (firm) => !firm.industry.code.startsWith('K') },
  { role: 'six_tax_wrong', codes: 'LT-01', fits: () => true },
];

/** Two firms for each single-firm fault, and the rings. */
export function plantFaults(economy: Economy, roles: Roles, random: Random): void {
  plantBursts(economy, roles, random);
  plantLoop(economy, roles, random);
  for (const fault of GENERAL_FAULTS) {
    const firms = roles.free(random, economy.general, 2, fault.fits);
    roles.give(fault.role, ...firms);
    for (const extra of fault.also ?? []) roles.give(extra, ...firms);
    roles.label(firms, 'fraud', fault.role, 'single', '', fault.codes);
  }
  plantControl(economy, roles, random);
  const large = roles.free(random, economy.small, 2, (firm) => firm.entityKind === 'enterprise');
  for (const firm of large) firm.monthlySales = fen(random.int(440_000, 480_000));
  roles.give('small_over_ceiling', ...large);
  roles.label(large, 'fraud', 'small_over_ceiling', 'single', '', 'SS-01');
  const exempt = roles.free(random, economy.small, 2, () => true);
  for (const firm of exempt) firm.monthlySales = fen(random.int(125_000, 150_000));
  roles.give('exempt_over_limit', ...exempt);
  roles.label(exempt, 'fraud', 'exempt_over_limit', 'single', '', 'SS-04');
  for (const firm of roles.of('goods_switch')) firm.monthlySales = Math.max(firm.monthlySales, fen(450_000));
  for (const role of ['rating_m', 'over_claim', 'refund_unposted'] as const) {
    for (const firm of roles.of(role)) firm.monthlySales = Math.max(firm.monthlySales, fen(300_000));
  }
}
