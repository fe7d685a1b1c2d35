import type { Contract, TableContract } from '../contract/contract.ts';
import { normaliseHeader } from '../contract/normalise-header.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { insertRows, recordFile } from './stage.ts';
import { stageSelect, type ReadSettings } from './stage-select.ts';
import { EMPTY_WORDS } from './values/text.ts';

/** A row given by hand: contract column → cell as it would stand in a CSV file. */
export type GivenRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Settings for rows given by hand: every day to 2099 is accepted, ids may be short words. */
export const GIVEN_ROWS_SETTINGS: ReadSettings = { idProfile: 'opaque', excelSerial: false, totalTolerance: 0.05, consumerNames: [], lastDay: '2099-12-31' };

/**
 * Puts rows given as plain objects into the stage table of `table`, through the same cleaning and checks as a file; the table then counts as delivered,
 * also without rows. Throws CONTRACT_INVALID for columns the table does not have.
 */
export async function insertStageRows(engine: Engine, contract: Contract, table: TableContract, rows: readonly GivenRow[], settings: ReadSettings = GIVEN_ROWS_SETTINGS): Promise<void> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const unknown = names.filter((name) => !table.columns.some((column) => normaliseHeader(column.name) === name));
  if (unknown.length > 0) {
    throw new VatRiskError('CONTRACT_INVALID', `Rows given for ${table.table} have columns the table does not have.`, { details: unknown });
  }
  const fileNumber = ((await engine.rows<{ n: number }>('select coalesce(max(file_no), 0) as n from stage.ingest_files'))[0]?.n ?? 0) + 1;
  let inserted = { first: 0, count: 0 };
  if (rows.length > 0) {
    const tuples = rows.map((row) => `(${[...names.map((name) => cellLiteral(row[name])), '1'].join(', ')})`);
    const aliases = [...names.map((_, at) => `c${at}`), 'one'];
    const from = `(values ${tuples.join(', ')}) as given(${aliases.join(', ')})`;
    const columns = names.map((column, at) => ({ column, raw: `c${at}`, sqlType: 'VARCHAR', isClean: true }));
    inserted = await insertRows(engine, table, stageSelect(contract, table, { from, fileNumber, columns }, settings));
  }
  const file = { fileNumber, table: table.table, path: `given/${table.table}`, format: 'given', encoding: null, bytes: 0, sha256: '' } as const;
  await recordFile(engine, { ...file, delivered: rows.length, refused: null, details: [] }, inserted.first, inserted.count);
}

function cellLiteral(cell: GivenRow[string]): string {
  if (cell === null || cell === undefined) return 'cast(null as varchar)';
  const text = String(cell).normalize('NFKC').trim().replace(/^'/u, '');
  const isEmpty = text === '' || EMPTY_WORDS.some((word) => word === text);
  return isEmpty ? 'cast(null as varchar)' : `cast(${sqlText(text)} as varchar)`;
}
