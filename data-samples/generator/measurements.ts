/** Data of other bodies: electricity, bank, staff, customs; and the authority's own review work. */
import { addDays, at, dayIn, periodOf } from './calendar.ts';
import type { Random } from './random.ts';
import type { Filed } from './registers.ts';
import { fen, total, yuan } from './world.ts';
import type { Cell, Table } from './world.ts';
import { tableOf } from './write.ts';

export function electricityTable(filed: Filed, random: Random): Table {
  const rows: Cell[][] = [];
  for (const each of filed.office.returns) {
    const age = filed.sources.economy.lastMonth - each.month;
    if (!each.firm.industry.code.startsWith('C') || age >= 24 || each.version > 1 || each.firm.index % 2 === 1) continue;
    const kwh = Math.round(((each.rows[1] ?? 0) / 100) * random.between(0.035, 0.045));
    rows.push([each.firm.id, '', periodOf(each.month), Math.max(0, kwh), each.firm.index % 14 === 0 ? 'true' : 'false']);
  }
  return tableOf('taxpayer_id meter_id month kwh is_shared_meter', rows);
}

export function headcountsTable(filed: Filed, random: Random): Table {
  const rows: Cell[][] = [];
  const { economy } = filed.sources;
  for (const firm of economy.general.filter((each) => each.index % 2 === 0 && each.status === 'normal')) {
    const staff = Math.max(3, Math.round(firm.monthlySales / fen(22_000)));
    for (let month = economy.lastMonth - 11; month <= economy.lastMonth; month += 1) {
      const count = staff + random.int(-1, 2);
      rows.push([firm.id, periodOf(month), count, count + random.int(0, 2), '0', yuan(count * fen(5_200))]);
    }
  }
  return tableOf('taxpayer_id month insured_count pit_count dispatched_count payroll', rows);
}

/** Bank statements obtained under a written request, for two firms whose sales are examined. */
export function bankTable(filed: Filed, random: Random): Table {
  const rows: Cell[][] = [];
  const { economy, roles } = filed.sources;
  const examined = [...roles.of('output_left_out').slice(0, 1), ...roles.of('grows').slice(0, 1)];
  for (const firm of examined) {
    for (let month = economy.lastMonth - 5; month <= economy.lastMonth; month += 1) {
      for (const part of [0, 1, 2]) {
        const direction = part === 2 ? 'out' : 'in';
        rows.push([`T${String(rows.length + 1).padStart(8, '0')}`, firm.id, `云税查〔2026〕${firm.index}号`, part === 1 ? 'controller' : 'company', at(dayIn(month, random.int(2, 26)), random.int(9, 16), random.int(0, 59)), direction, '', part === 1 ? 'person' : 'company', yuan(Math.round(firm.monthlySales * random.between(0.2, 0.5))), 'trade']);
      }
    }
  }
  return tableOf('transaction_id taxpayer_id case_reference account_owner occurred_at direction counterparty_id counterparty_kind amount tag', rows);
}

export function customsTable(filed: Filed, random: Random): Table {
  const { economy, roles, vouchers } = filed.sources;
  const rows: Cell[][] = vouchers.filter((each) => each.type === 'customs').map((each, index) => [
    `5305${String(20_260_000 + index).padStart(14, '0')}`, 1, each.firm.id, 'import', dayIn(each.month, random.int(2, 25)), '39041090', yuan(each.base), yuan(each.tax), each.firm.id, each.firm.id, each.number,
  ]);
  for (const firm of roles.of('exports')) {
    for (let month = economy.firstMonth; month <= economy.lastMonth; month += 3) {
      const sold = total(filed.office.returns.filter((each) => each.firm === firm && each.month === month).map((each) => each.rows[7] ?? 0));
      if (sold > 0) rows.push([`5306${String(month * 1000 + firm.index).padStart(14, '0')}`, 1, firm.id, 'export', dayIn(month, 18), firm.industry.code === 'C1711' ? '52081900' : '85446012', yuan(sold), '0', '', '', '']);
    }
  }
  return tableOf('declaration_no item_no taxpayer_id direction declared_on hs_code amount vat consignee_id real_consignee_id voucher_no', rows);
}

export function officerActionsTable(filed: Filed): Table {
  const rows: Cell[][] = [];
  for (const [index, claim] of filed.office.claims.entries()) {
    const officer = (offset: number): string => `G${530_100 + ((index + offset) % 5)}`;
    rows.push([claim.id, 'acceptance', officer(0), claim.acceptedAt, 'accept', '', '']);
    if (claim.decision === 'suspended') rows.push([claim.id, 'review', officer(1), at(claim.appliedAt.slice(0, 10), 18, 30), 'suspend', '', '待核实进项']);
    if (claim.decision !== 'approved') continue;
    const day = claim.decidedAt.slice(0, 10);
    if (index % 3 === 0) rows.push([claim.id, 'review', officer(1), at(day, 9, 0), 'override', 'VR-18', '季节性备货，已核实']);
    rows.push([claim.id, 'review', officer(1), at(day, 9, 20), 'pass', '', ''], [claim.id, 'recheck', officer(2), at(day, 11, 0), 'pass', '', ''], [claim.id, 'approval', officer(3), claim.decidedAt, 'approve', '', '']);
  }
  return tableOf('application_id node officer_id acted_at action indicator_code note', rows);
}

/** Past handling: tasks on a few firms and a verdict for each indicator that was looked at. */
export function reviewTables(filed: Filed): { tasks: Table; feedback: Table } {
  const { economy, roles } = filed.sources;
  const examined = ['output_left_out', 'exception_deducted', 'capital_build_up', 'late_failed_customer'] as const;
  const tasks: Cell[][] = [];
  const feedback: Cell[][] = [];
  const codes = { output_left_out: 'VR-22', exception_deducted: 'VR-15', capital_build_up: 'VR-18', late_failed_customer: 'VR-16' };
  for (const role of examined) {
    for (const firm of roles.of(role)) {
      const id = `RW53${String(firm.index).padStart(6, '0')}`;
      const issued = dayIn(economy.lastMonth - 2, 6 + (firm.index % 15));
      const isFraud = roles.labels.some((each) => each.firm === firm && each.label === 'fraud');
      const isClosed = firm.index % 3 !== 0;
      const found = isFraud && isClosed ? yuan(fen(12_000)) : '';
      tasks.push([id, firm.id, isFraud ? 'high' : 'medium', '14', 'G530107', issued, addDays(issued, 60), isClosed ? addDays(issued, 25) : '', isClosed ? '已办结' : '', found]);
      if (isClosed) feedback.push([id, codes[role], isFraud ? 'confirmed' : 'not_confirmed', isFraud ? '' : 'capital', found, '']);
    }
  }
  return {
    tasks: tableOf('task_id taxpayer_id level node owner_id issued_on due_on closed_on result tax_found', tasks),
    feedback: tableOf('task_id indicator_code finding cause_code tax_found note', feedback),
  };
}
