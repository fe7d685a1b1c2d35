import type { Row } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { TAXPAYER_KEY_PLACEHOLDER } from '../shared/evidence-placeholder.ts';
import { catalogueEntry, readCatalogue, type CatalogueEntry } from '../snapshot/catalogue.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';

/** The rows behind one indicator of one taxpayer, with the SQL that returned them. */
export interface Evidence {
  readonly asOf: string;
  readonly snapshotId: string;
  readonly taxpayer_id: string;
  readonly code: string;
  readonly rows: readonly Row[];
  readonly sql: string;
}

/**
 * Evidence of one indicator for one taxpayer, by the query and the parameters of the snapshot's own night, whatever the program has become since.
 * Throws SNAPSHOT_OLD for a snapshot without a catalogue, INDICATOR_UNKNOWN, TAXPAYER_UNKNOWN, and SNAPSHOT_MISSING for a trial, which keeps no rows.
 */
export async function readEvidence(snapshot: Snapshot, taxpayerId: string, code: string): Promise<Evidence> {
  const entry = catalogueEntry(readCatalogue(snapshot), code);
  if (snapshot.manifest.what_if === true) {
    throw new VatRiskError('SNAPSHOT_MISSING', `${snapshot.runId} is a trial and keeps no rows behind its indicators; ask the published night that it tried again.`);
  }
  const [found] = await snapshot.engine.rows<{ taxpayer_key: number }>(`select taxpayer_key from taxpayers where taxpayer_id = ${sqlText(taxpayerId)}`);
  if (found === undefined) {
    throw new VatRiskError('TAXPAYER_UNKNOWN', `The current snapshot (${snapshot.runId}) has no such taxpayer; check the id, or whether it was in the delivery.`);
  }
  const sql = evidenceQuery(entry, found.taxpayer_key);
  const rows = await snapshot.engine.rows(sql);
  return { asOf: snapshot.manifest.as_of, snapshotId: snapshot.runId, taxpayer_id: taxpayerId, code: entry.code, rows, sql };
}

/**
 * The evidence query of an indicator for one taxpayer, by its key in the table `taxpayers` of the same snapshot; ready to run over the files in evidence/
 * or to hand to an auditor. Throws USAGE for a key that is no whole number: it becomes part of the text, so nothing else may pass.
 */
export function evidenceQuery({ code, evidence }: Pick<CatalogueEntry, 'code' | 'evidence'>, taxpayerKey: number): string {
  if (!Number.isSafeInteger(taxpayerKey) || taxpayerKey < 0) {
    throw new VatRiskError('USAGE', `The evidence of ${code} is asked for by the key of a taxpayer, a whole number from 0; found a ${typeof taxpayerKey} that is none. Look the key up in the table taxpayers.`);
  }
  const parts = evidence.sql.split(TAXPAYER_KEY_PLACEHOLDER);
  if (parts.length === 2) return parts.join(String(taxpayerKey));
  throw new VatRiskError('SNAPSHOT_OLD', `The evidence query of ${code} names the taxpayer ${parts.length - 1} times, once was expected; read it with the version that published the snapshot.`);
}
