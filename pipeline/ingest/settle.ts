import type { Contract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { flagRepeatedRows, rejectDuplicateKeys, removeExactDuplicates, type RepeatedRowSettings } from './duplicates.ts';
import { flagOpeningCredits, flagSchedule2Sums } from './form-identities.ts';
import { flagUnusualIds } from './id-hints.ts';
import { collectCopyValues, settleInvoiceCopies } from './invoice-copies.ts';
import { checkReferences, linkRedInvoices, resolveInvoiceKeys } from './references.ts';
import { findSharedBooks, type SharedBookSettings } from './shared-books.ts';
import { tablesWithRows } from './stage-tables.ts';
import { flagLineSums, flagOverlaps, flagPeriodGaps, flagUnknownTaxpayers } from './table-checks.ts';
import type { IdProfile } from './values/identifiers.ts';
import { fillVersions } from './versions.ts';

export interface SettleSettings extends RepeatedRowSettings, SharedBookSettings {
  readonly idProfile: IdProfile;
}

/** For rows given by hand, whose ids may be short words. */
export const SETTLE_DEFAULTS: SettleSettings = { idProfile: 'opaque', repeatedRowMinRows: 20, repeatedRowMinShare: 0.2, sharedBookMinRows: 50, sharedBookMinShare: 0.1 };

/**
 * Everything that needs more than one row, over the stage tables of all files together: which rows are accepted, which are duplicates or quarantined and
 * by what code, which versions and keys stand in for missing ones, and the warnings of tables. Run once, after the last file.
 */
export async function settleStage(engine: Engine, contract: Contract, settings: SettleSettings = SETTLE_DEFAULTS, onTable: (name: string) => void = () => undefined): Promise<void> {
  const tables = await tablesWithRows(engine, contract);
  const present = new Set(tables.map((table) => table.table));
  await engine.exec('create or replace table stage.invoice_fill (row_id BIGINT); create or replace table stage.blue_links (row_id BIGINT, blue_key VARCHAR)');
  for (const table of tables) {
    onTable(table.table);
    await removeExactDuplicates(engine, table);
    await flagRepeatedRows(engine, table, settings);
    await flagUnusualIds(engine, table, settings.idProfile);
  }
  const invoices = tables.find((table) => table.table === 'invoices');
  if (invoices !== undefined) {
    await settleInvoiceCopies(engine);
    await collectCopyValues(engine, invoices);
    await findSharedBooks(engine, settings);
    await linkRedInvoices(engine);
  }
  for (const table of tables) {
    onTable(table.table);
    await resolveInvoiceKeys(engine, table);
    await fillVersions(engine, table);
    await checkReferences(engine, table);
    await rejectDuplicateKeys(engine, table);
  }
  for (const table of tables) {
    await flagUnknownTaxpayers(engine, table);
    await flagPeriodGaps(engine, table);
    await flagOverlaps(engine, table);
  }
  if (present.has('invoice_lines')) await flagLineSums(engine);
  if (present.has('vat_returns')) await flagOpeningCredits(engine);
  if (present.has('vat_return_schedule2')) await flagSchedule2Sums(engine);
}
