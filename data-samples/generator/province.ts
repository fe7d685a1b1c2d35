/** The whole delivery of an invented province, in memory. */
import { statements, deferralsTable, settlementsTable, sixTaxTable } from './books.ts';
import { periodOf } from './calendar.ts';
import { buildEconomy } from './economy.ts';
import type { Economy } from './economy.ts';
import { bankTable, customsTable, electricityTable, headcountsTable, officerActionsTable, reviewTables } from './measurements.ts';
import { plantFaults } from './plants.ts';
import { Random } from './random.ts';
import { casesTable, changesTable, comparisonsTable, eventsTable, levyRefundsTable, personsTable, quotasTable, ratingsTable, violationsTable } from './registers.ts';
import type { Filed } from './registers.ts';
import { ReturnOffice } from './returns.ts';
import { Roles, giveHonestRoles } from './roles.ts';
import { fileSmallReturns } from './small-returns.ts';
import { Book, Market } from './trade.ts';
import { addVoids, buyCapitalGoods, buyFromLateFailure, issueBursts, issueLoop, issueReds } from './unusual-trade.ts';
import { confirmUses, exceptionVouchers, otherVouchers } from './uses.ts';
import { CUTOFF } from './world.ts';
import type { Label, Options, Table } from './world.ts';
import { claimsTable, exceptionsTable, invoicesTable, linesTable, schedule1Table, schedule2Table, smallReturnsTable, tableOf, taxpayersTable, usesTable, vatReturnsTable, vouchersTable } from './write.ts';

export interface Province {
  readonly tables: ReadonlyMap<string, Table>;
  readonly manifest: string;
  readonly labels: readonly Label[];
}

function trade(economy: Economy, roles: Roles, random: Random): Book {
  const book = new Book(random.fork('book'));
  new Market(economy, roles, book, random.fork('market')).run();
  issueBursts(economy, roles, book, random.fork('bursts'));
  issueLoop(economy, roles, book, random.fork('loop'));
  buyCapitalGoods(economy, roles, book, random.fork('capital'));
  buyFromLateFailure(roles, book, random.fork('late failure'));
  issueReds(economy, roles, book, random.fork('reds'));
  addVoids(book, random.fork('voids'));
  book.invoices.sort((a, b) => (a.day === b.day ? (a.code + a.number < b.code + b.number ? -1 : 1) : a.day < b.day ? -1 : 1));
  return book;
}

function allTables(filed: Filed, random: Random): Map<string, Table> {
  const { sources, office } = filed;
  const books = statements(filed, random.fork('statements'));
  const review = reviewTables(filed);
  return new Map<string, Table>([
    ['taxpayers', taxpayersTable(sources.economy.firms)],
    ['taxpayer_changes', changesTable(filed, random.fork('changes'))],
    ['persons', personsTable(filed)],
    ['events', eventsTable(filed)],
    ['invoices', invoicesTable(sources.invoices)],
    ['invoice_lines', linesTable(sources.invoices)],
    ['invoice_quotas', quotasTable(filed)],
    ['input_uses', usesTable(sources.uses)],
    ['exception_vouchers', exceptionsTable(sources.exceptions)],
    ['other_vouchers', vouchersTable(sources.vouchers)],
    ['vat_returns', vatReturnsTable(office.returns)],
    ['vat_return_schedule1', schedule1Table(office.returns)],
    ['vat_return_schedule2', schedule2Table(office.returns)],
    ['small_scale_returns', smallReturnsTable(filed.smallReturns)],
    ['refund_applications', claimsTable(office.claims)],
    ['levy_refunds', levyRefundsTable(filed)],
    ['credit_ratings', ratingsTable(filed, random.fork('ratings'))],
    ['violations', violationsTable(filed, random.fork('violations'))],
    ['inspection_cases', casesTable(filed, random.fork('cases'))],
    ['filing_comparisons', comparisonsTable(filed, random.fork('comparisons'))],
    ['balance_sheets', books.balances],
    ['income_statements', books.incomes],
    ['cit_settlements', settlementsTable(filed, random.fork('settlements'))],
    ['six_tax_filings', sixTaxTable(filed)],
    ['deferrals', deferralsTable(filed)],
    ['electricity', electricityTable(filed, random.fork('electricity'))],
    ['bank_transactions', bankTable(filed, random.fork('bank'))],
    ['headcounts', headcountsTable(filed, random.fork('staff'))],
    ['customs_declarations', customsTable(filed, random.fork('customs'))],
    ['officer_actions', officerActionsTable(filed)],
    ['response_tasks', review.tasks],
    ['response_feedback', review.feedback],
  ]);
}

/** States the span of the tables of dated documents; that of the tables of periods is what is found in them. */
function manifestOf(economy: Economy): string {
  const from = periodOf(economy.firstMonth);
  const tables = {
    invoices: { from, to: periodOf(economy.lastMonth), complete: true },
    refund_applications: { from, to: CUTOFF.slice(0, 7), complete: true },
  };
  return `${JSON.stringify({ cutoff: CUTOFF, tables }, null, 2)}\n`;
}

/** Everything from one seed. The same options give the same province, to the byte. */
export function generateProvince(options: Options): Province {
  const random = new Random(`province ${options.seed}`);
  const economy = buildEconomy(options, random.fork('economy'));
  const roles = new Roles();
  giveHonestRoles(economy, roles, random.fork('roles'));
  if (options.plants) plantFaults(economy, roles, random.fork('plants'));
  const book = trade(economy, roles, random.fork('trade'));
  const { invoices, uninvoiced } = book;
  const uses = confirmUses(economy, roles, invoices, random.fork('uses'));
  const sources = {
    economy, roles, invoices, uninvoiced, uses,
    vouchers: otherVouchers(economy, roles, invoices, random.fork('vouchers')),
    exceptions: exceptionVouchers(economy, roles, invoices, uses, random.fork('exceptions')),
  };
  const office = new ReturnOffice(sources, random.fork('returns'));
  office.fileAll();
  const filed: Filed = { sources, office, smallReturns: fileSmallReturns(sources, random.fork('small returns')) };
  const tables = allTables(filed, random.fork('tables'));
  return { tables, manifest: manifestOf(economy), labels: roles.labels };
}

export function labelsTable(labels: readonly Label[]): Table {
  return tableOf('taxpayer_id label kind role ring_id codes', labels.map((each) => [each.firm.id, each.label, each.kind, each.role, each.ringId, each.codes]));
}

