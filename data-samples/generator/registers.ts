/** Registers kept by the authority: changes, persons, events, quotas, ratings, violations, cases, comparisons. */
import { addDays, at, dayIn, monthOfDay, periodOf, workingDay } from './calendar.ts';
import { burstMonth } from './plants.ts';
import type { Random } from './random.ts';
import { pseudonym } from './random.ts';
import type { ReturnOffice, Sources } from './returns.ts';
import type { SmallReturn } from './small-returns.ts';
import { fen, yuan } from './world.ts';
import type { Cell, Firm, Table } from './world.ts';
import { tableOf } from './write.ts';

export interface Filed {
  readonly sources: Sources;
  readonly office: ReturnOffice;
  readonly smallReturns: readonly SmallReturn[];
}

/** A key several firms share when one hand runs them: the ring's or the firm's own. */
function handOf(firm: Firm, { sources: { roles } }: Filed): string {
  if (roles.has(firm, 'same_control')) return 'control-1';
  return roles.labels.find((each) => each.firm === firm && each.role === 'issuer')?.ringId ?? firm.id;
}

export function changesTable(filed: Filed, random: Random): Table {
  const rows: Cell[][] = [];
  const { economy } = filed.sources;
  for (const firm of economy.firms) {
    if (firm.status !== 'normal') rows.push([firm.id, firm.statusFrom, 'status', 'normal', firm.status, '']);
    if (random.chance(0.06)) rows.push([firm.id, dayIn(economy.lastMonth - random.int(0, economy.lastMonth - economy.firstMonth), random.int(1, 28)), 'business_scope', '', `增加${firm.industry.words[0] ?? ''}服务`, '']);
    if (random.chance(0.04)) rows.push([firm.id, dayIn(economy.lastMonth - random.int(0, economy.lastMonth - economy.firstMonth), random.int(1, 28)), 'shareholder', '', pseudonym(`holder ${firm.id}`, 12), String(random.int(2, 9) / 10)]);
  }
  return tableOf('taxpayer_id changed_on field old_value new_value changed_share', rows);
}

export function personsTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  for (const firm of filed.sources.economy.firms) {
    const hand = handOf(firm, filed);
    const phone = pseudonym(`phone ${hand}`, 10);
    const head = pseudonym(`head ${hand}`, 12);
    rows.push([firm.id, head, 'legal_representative', phone, firm.registeredOn, '', firm.entityKind === 'enterprise' ? '0.6' : '1']);
    const clerk = firm.agentId === '' ? pseudonym(`clerk ${hand}`, 12) : pseudonym(`clerk ${firm.agentId}`, 12);
    if (firm.vatStatus === 'general' || firm.agentId !== '') rows.push([firm.id, clerk, 'filing_clerk', firm.agentId === '' ? phone : pseudonym(`phone ${firm.agentId}`, 10), firm.registeredOn, '', '']);
  }
  return tableOf('taxpayer_id person_key role phone_hash valid_from valid_to equity_share', rows);
}

function placeOf(firm: Firm, filed: Filed): { ip: string; device: string } {
  const desk = firm.agentId === '' ? handOf(firm, filed) : firm.agentId;
  const digits = pseudonym(`ip ${desk}`, 4);
  return { ip: `10.${53 + (Number.parseInt(digits.slice(0, 1), 16) % 4)}.${Number.parseInt(digits.slice(0, 2), 16)}.${Number.parseInt(digits.slice(2, 4), 16)}`, device: pseudonym(`device ${desk}`, 12) };
}

/** Filing and claiming events of the last half year, and the shells' issuing. */
export function eventsTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  const { economy, roles } = filed.sources;
  const add = (firm: Firm, when: string, kind: string): void => {
    const { ip, device } = placeOf(firm, filed);
    rows.push([firm.id, when, kind, ip, device, pseudonym(`head ${handOf(firm, filed)}`, 12)]);
  };
  for (const each of filed.office.returns) if (economy.lastMonth - each.month < 6) add(each.firm, each.filedAt, 'file');
  for (const each of filed.smallReturns) if (economy.lastMonth - each.month < 8) add(each.firm, each.filedAt, 'file');
  for (const claim of filed.office.claims) add(claim.firm, claim.appliedAt, 'claim');
  for (const shell of roles.of('burst_shell')) for (const day of [20, 22, 25]) add(shell, at(dayIn(shell.activeFrom, day), 9, day), 'issue');
  return tableOf('taxpayer_id occurred_at event_kind ip_address device_id person_key', rows);
}

export function quotasTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  const { economy, roles } = filed.sources;
  for (const firm of economy.general.filter((each) => each.index % 2 === 0 && !roles.has(each, 'burst_shell'))) {
    for (let month = economy.lastMonth - 11; month <= economy.lastMonth; month += 1) {
      rows.push([firm.id, periodOf(month), at(dayIn(month, 1), 0, 5), yuan(Math.ceil((firm.monthlySales * 3) / fen(250_000)) * fen(250_000)), 'initial']);
    }
  }
  for (const [index, shell] of roles.of('burst_shell').entries()) {
    const month = burstMonth(economy, index < 3 ? 0 : 1);
    rows.push([shell.id, periodOf(month), at(dayIn(month, 15), 9, 0), yuan(fen(1_600_000)), 'initial']);
  }
  return tableOf('taxpayer_id month granted_at granted_amount grant_kind', rows);
}

function ratingOf(firm: Firm, filed: Filed, random: Random): { rating: string; score: number } {
  const { roles } = filed.sources;
  if (roles.has(firm, 'rating_m')) return { rating: 'M', score: 74 };
  if (firm.status === 'absconded') return { rating: 'M', score: 70 };
  const isClaimant = roles.has(firm, 'claims_now') || roles.has(firm, 'claims_paid');
  const score = random.int(isClaimant ? 74 : 55, 98);
  return { rating: score >= 90 ? 'A' : score >= 70 ? 'B' : 'C', score };
}

/** Yearly ratings from April; firms registered later start as M. */
export function ratingsTable(filed: Filed, random: Random): Table {
  const rows: Cell[][] = [];
  const { economy } = filed.sources;
  for (const firm of [...economy.general, ...economy.small.filter((each) => each.entityKind === 'enterprise')]) {
    const { rating, score } = ratingOf(firm, filed, random.fork(firm.id));
    for (const year of [2024, 2025, 2026]) {
      const from = `${year}-04-01`;
      if (firm.registeredOn <= from) rows.push([firm.id, rating, score, from, `${year + 1}-03-31`, 'annual']);
      else if (firm.registeredOn < `${year + 1}-04-01`) rows.push([firm.id, 'M', 72, firm.registeredOn, `${year + 1}-03-31`, 'supplement']);
    }
  }
  return tableOf('taxpayer_id rating score valid_from valid_to change_reason', rows);
}

/** Firms with no part of their own, for small registers of everyday events. */
function bystanders(filed: Filed, random: Random, count: number): Firm[] {
  const { economy, roles } = filed.sources;
  const busy = new Set([...roles.labels.map((each) => each.firm), ...roles.of('claims_now'), ...roles.of('claims_paid')]);
  return random.sample(economy.general.filter((firm) => !busy.has(firm) && firm.status === 'normal'), count);
}

export function violationsTable(filed: Filed, random: Random): Table {
  const { economy } = filed.sources;
  return tableOf('violation_id taxpayer_id violation_type decided_on act_from act_to amount is_revoked', bystanders(filed, random, 4).map((firm, index) => [
    `云税罚〔2025〕${101 + index}号`, firm.id, index === 0 ? 'false_special_invoice' : index === 1 ? 'evasion_penalty' : 'other',
    dayIn(economy.firstMonth + 4 + index, 17), '2022-03-01', '2022-11-30', yuan(fen(random.int(3_000, 90_000))), index === 3 ? 'true' : 'false',
  ]));
}

export function casesTable(filed: Filed, random: Random): Table {
  const { economy, roles } = filed.sources;
  const firms = [...bystanders(filed, random, 2), ...roles.of('burst_shell').slice(0, 1)];
  return tableOf('case_id taxpayer_id opened_on closed_on outcome', firms.map((firm, index) => [
    `J53${periodOf(economy.lastMonth).slice(0, 4)}${String(index + 1).padStart(4, '0')}`, firm.id, dayIn(economy.lastMonth - 3 - index, 11),
    index === 0 ? dayIn(economy.lastMonth - 1, 19) : '', index === 0 ? '未发现问题' : '',
  ]));
}

export function comparisonsTable(filed: Filed, random: Random): Table {
  const { economy } = filed.sources;
  return tableOf('taxpayer_id period comparison_kind difference found_on resolved_on', bystanders(filed, random, 6).map((firm, index) => {
    const month = economy.lastMonth - 2 - index;
    const foundOn = dayIn(month + 1, 16);
    return [firm.id, periodOf(month), index % 2 === 0 ? 'invoice_form' : 'form_form', yuan(fen(random.int(100, 4_000))), foundOn, addDays(foundOn, 12)];
  }));
}

export function levyRefundsTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  for (const each of filed.office.returns) {
    const tax = each.rows[24] ?? 0;
    if (!each.firm.levyRefund || tax <= 0) continue;
    rows.push([each.firm.id, `JZJT${periodOf(each.month).replace('-', '')}`, workingDay(dayIn(monthOfDay(each.filedAt), 26)), 'immediate', yuan(Math.round(tax / 2)), '', '', 'false']);
  }
  return tableOf('taxpayer_id document_no refunded_on regime amount repaid_on repaid_amount is_exempt_from_bar', rows.filter((row) => String(row[2]) <= '2026-11-15'));
}
