import { expandRow, type CaseRow, type CaseTable } from './case-rows.ts';
import type { Indicator, IndicatorCase } from './schema.ts';

/** Taxpayers of a world in which no peer group can form (models/peers asks for 30). */
const TOO_FEW_FOR_PEERS = 29;

/**
 * Cases of one indicator that may live side by side in one world: the same day, the same tables delivered, the same parameters. Every identifier of a
 * case carries the case's mark then, so its taxpayers, invoices and people never meet those of another. Where a taxpayer is compared with peers, the
 * taxpayers of a batch stay too few to be peers; a case with more has its own world.
 */
export function caseBatches(indicator: Indicator): readonly (readonly IndicatorCase[])[] {
  const batches: { readonly key: string; readonly cases: IndicatorCase[]; taxpayers: number }[] = [];
  const most = indicator.peers === undefined ? Number.POSITIVE_INFINITY : TOO_FEW_FOR_PEERS;
  for (const one of indicator.cases) {
    const key = JSON.stringify([one.as_of, Object.keys(one.given).sort(), one.parameters ?? {}]);
    const taxpayers = (one.given['taxpayers'] ?? []).flatMap((row) => expandRow(row)).length;
    const open = batches.find((batch) => batch.key === key && batch.taxpayers + taxpayers <= most);
    if (open === undefined) {
      batches.push({ key, cases: [one], taxpayers });
    } else {
      open.cases.push(one);
      open.taxpayers += taxpayers;
    }
  }
  return batches.map(({ cases }) => cases);
}

/** Mark of the case at a place of its batch. */
export function caseMark(place: number): string {
  return `K${place + 1}-`;
}

/** Tables of several cases as one delivery, each row under the mark of its case. All cases have the same tables. */
export function mergeCases(cases: readonly (readonly CaseTable[])[]): readonly CaseTable[] {
  const [first = []] = cases;
  return first.map(({ table }) => ({
    table,
    rows: cases.flatMap((tables, place) => (tables.find((one) => one.table === table)?.rows ?? []).map((row) => markRow(row, place))),
  }));
}

const IDENTIFIER = /(?:_id|_key|_hash|ip_address|declaration_no|document_no|voucher_no)$/u;
/** A fully digital invoice number; the digits that the place of the case is added to are zeros in cases. */
const DIGITAL_NUMBER = /^\d{20}$/u;
const PLACE_IN_NUMBER = 10n ** 14n;

function markRow(row: CaseRow, place: number): CaseRow {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, markCell(name, cell, place)]));
}

function markCell(name: string, cell: CaseRow[string], place: number): CaseRow[string] {
  if (cell === null) return cell;
  if (IDENTIFIER.test(name)) return `${caseMark(place)}${String(cell)}`;
  const isNumber = name.endsWith('invoice_number') && DIGITAL_NUMBER.test(String(cell));
  return isNumber ? String(BigInt(String(cell)) + BigInt(place) * PLACE_IN_NUMBER) : cell;
}
