import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../../pipeline/engine/sql-text.ts';
import { counterpartyId, idHints, isResidentId, ownTaxpayerId, personHash } from '../../../../pipeline/ingest/values/identifiers.ts';
import { isValidUscc, usccCheckCharacter, usccCheckCharacterOf, usccIsValid } from '../../../../pipeline/ingest/values/uscc.ts';
import { NO_CODE, type ValueSql } from '../../../../pipeline/ingest/values/value-sql.ts';
import { PACKAGE_ROOT } from '../../../../pipeline/shared/package-root.ts';
import { outcomes, readCells } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

const VALID = ['91530100MA6K000013', '91530100MA6K000026', '92530102MA6P00003D', '91530100MA6K0000XR', '91350100M000100Y43'];
const INVALID = ['91350100M000100Y4Z', '91530100MA6K000014', '91530100MA6K00001', '', '91530100ma6k000013', '91530100MA6K00001３'];
const PERSON = '11010519491231002X';

/** Validity and check character of ids, by the SQL. */
async function bySql(ids: readonly string[]): Promise<{ valid: boolean; check: string | null }[]> {
  const rows = ids.map((id, at) => `(${at}, ${sqlText(id)})`).join(', ');
  return engine.rows(`SELECT ${usccIsValid('id')} AS valid, ${usccCheckCharacter('id')} AS "check" FROM (VALUES ${rows}) t(row_no, id) ORDER BY row_no`);
}

describe('check character of GB 32100-2015', () => {
  it('accepts the valid and refuses the invalid vectors, in SQL and in TypeScript alike', async () => {
    expect(VALID.map(isValidUscc)).toEqual(VALID.map(() => true));
    expect(INVALID.map(isValidUscc)).toEqual(INVALID.map(() => false));
    const found = await bySql([...VALID, ...INVALID]);
    expect(found.map((row) => row.valid)).toEqual([...VALID.map(() => true), ...INVALID.map(() => false)]);
    expect(found.slice(0, VALID.length).map((row) => row.check)).toEqual(VALID.map((id) => id[17]));
    expect(usccCheckCharacterOf('91350100M000100Y4')).toBe('3');
    expect(usccCheckCharacterOf('91350100M000100YZ')).toBeUndefined();
  });

  it('notices every change of a single character', async () => {
    const id = VALID[0] ?? '';
    const changed = Array.from({ length: 18 }, (_, at) => id.slice(0, at) + (id[at] === '7' ? '8' : '7') + id.slice(at + 1));
    expect((await bySql(changed)).map((row) => row.valid)).toEqual(changed.map(() => false));
    expect(changed.map(isValidUscc)).toEqual(changed.map(() => false));
  });

  const file = join(PACKAGE_ROOT, '..', 'shared', 'data', 'uscc_valid_91.txt');
  it.skipIf(!existsSync(file))('accepts every id of the public list (skipped when the list is absent)', async () => {
    const ids = readFileSync(file, 'utf8').split(/\s+/u).filter((id) => id !== '');
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id) => !isValidUscc(id))).toEqual([]);
    expect((await bySql(ids)).every((row) => row.valid)).toBe(true);
  });
});

const hinted = (value: ValueSql, role: 'own_taxpayer' | 'counterparty'): ValueSql => ({ ...value, warnings: [...value.warnings, ...idHints(`(${value.value})`, role)] });

it('treats the id of the own taxpayer as section 2.1 says', async () => {
  const expected = {
    '91530100MA6K000013': '91530100MA6K000013',
    ' ９１５３０１００ｍａ６ｋ００００１３': '91530100MA6K000013',
    "'91530100MA6K000013": '91530100MA6K000013',
    '91350100M000100Y4Z': '91350100M000100Y4Z W_USCC_CHECKDIGIT',
    '91530100MA6K000014': '91530100MA6K000014 W_USCC_CHECKDIGIT',
    [PERSON]: PERSON,
    '110105194912310021': '110105194912310021 W_USCC_CHECKDIGIT',
    '123456789': '123456789', '123456789012345': '123456789012345', '12345678901234567': '12345678901234567', '12345678901234567890': '12345678901234567890', '12345E678': '12345E678',
    '914403001234567000': '914403001234567000 W_ID_ROUNDED',
    '9.14403E+17': 'E_ID_PRECISION', '9E+17': 'E_ID_PRECISION',
    '1.23456789E+8': '123456789 W_ID_SCIENTIFIC', '1.23456789e8': '123456789 W_ID_SCIENTIFIC', '123456789.0': '123456789 W_ID_SCIENTIFIC',
    '1.2345678E+7': 'E_ID_FORMAT W_ID_SCIENTIFIC', '12345678': 'E_ID_FORMAT', 'A-1': 'E_ID_FORMAT', 某公司: 'E_ID_FORMAT', '91530100-A6K00001_': 'E_ID_FORMAT', '': 'NULL',
  };
  expect(await outcomes(engine, expected, (text) => hinted(ownTaxpayerId(text, 'strict'), 'own_taxpayer'))).toEqual(expected);
});

it('keeps unusual ids of the other party with a warning', async () => {
  const expected = {
    '91530100MA6K000014': '91530100MA6K000014 W_USCC_CHECKDIGIT', '12345678': '12345678 W_ID_FORMAT', '1.2345678E+7': '12345678 W_ID_SCIENTIFIC W_ID_FORMAT', 'a_b-1': 'A_B-1 W_ID_FORMAT',
    [PERSON]: PERSON, '123456789': '123456789', '9.14403E+17': 'E_ID_PRECISION', 个人: 'E_ID_FORMAT', [`A${'1'.repeat(32)}`]: 'E_ID_FORMAT', '': 'NULL',
  };
  expect(await outcomes(engine, expected, (text) => hinted(counterpartyId(text), 'counterparty'))).toEqual(expected);
});

it('checks nothing but the characters of anonymised ids', async () => {
  const expected = { E1: 'E1', '91530100MA6K000014': '91530100MA6K000014', 'a_b-1': 'A_B-1', 'A B': 'E_ID_FORMAT', '9.14403E+17': 'E_ID_PRECISION', '12.0': '12 W_ID_SCIENTIFIC', [`A${'1'.repeat(32)}`]: 'E_ID_FORMAT' };
  expect(await outcomes(engine, expected, (text) => ownTaxpayerId(text, 'opaque'))).toEqual(expected);
  expect(await outcomes(engine, expected, (text) => counterpartyId(text))).toEqual(expected);
});

it('knows natural persons and refuses their plain numbers where a hash belongs', async () => {
  const cells = [PERSON, '91530100MA6K000013', '110105194913310028', '123', null];
  const read = await readCells(engine, cells, (text) => ({ value: isResidentId(text), error: NO_CODE, warnings: [] }));
  expect(read.map((cell) => cell.value)).toEqual(['true', 'false', 'false', 'false', 'false']);
  const hashes = { [PERSON]: 'E_ID_FORMAT', '11010519491231002x': 'E_ID_FORMAT', '9f86d081884c7d65': '9f86d081884c7d65', '110105194912310021': '110105194912310021', '': 'NULL' };
  expect(await outcomes(engine, hashes, personHash)).toEqual(hashes);
});
