import { describe, expect, it } from 'vitest';
import { GradeTable } from '../../../api/serving/grade-table.ts';
import type { ReadPool } from '../../../pipeline/engine/read-pool.ts';

const STATES = { 0: { outcome: 'clear', reason_code: '' }, 20: { outcome: 'not_assessed', reason_code: 'N_TABLE_ABSENT' } };
const OPENING = Buffer.from('{"asOf":"2026-11-16","snapshotId":"night-1",');
const LETTERS = { assessed: '00', missing: String.fromCharCode(48, 48 + 20) };

const tableOf = (rows: readonly (readonly unknown[])[]): Promise<GradeTable> => GradeTable.load({
  codes: ['VR-01', 'VR-02'], states: STATES, hasClaims: false,
  pool: { chunks: (_sql: string, take: (columns: readonly (readonly unknown[])[], count: number) => void) => {
    for (const row of rows) take(row.map((cell) => [cell]), 1);
    return Promise.resolve();
  } } as unknown as ReadPool,
});
const answer = (table: GradeTable, row: number, isMasked: boolean): Record<string, unknown> => JSON.parse(table.riskJson(row, isMasked, OPENING).toString('utf8')) as Record<string, unknown>;

describe('answers kept as bytes', () => {
  const members = '"level":"none","score":0,"reasons":[{"reason":"抵扣“税额”"}]';

  it('are whole, and differ by the name alone where it is shown in full', async () => {
    const table = await tableOf([['A1', '昆明翠湖商贸有限公司', '530102', members, LETTERS.assessed], ['B2', '张"三', null, members, LETTERS.missing]]);
    const rest = { asOf: '2026-11-16', snapshotId: 'night-1', level: 'none', score: 0, reasons: [{ reason: '抵扣“税额”' }] };
    expect(answer(table, table.find('A1'), true)).toEqual({ ...rest, taxpayer_id: 'A1', taxpayer_name: '昆明**', masked: true, not_assessed: {} });
    expect(answer(table, table.find('A1'), false)).toEqual({ ...rest, taxpayer_id: 'A1', taxpayer_name: '昆明翠湖商贸有限公司', masked: false, not_assessed: {} });
    expect(answer(table, table.find('B2'), true)).toEqual({ ...rest, taxpayer_id: 'B2', taxpayer_name: '张**', masked: true, not_assessed: { N_TABLE_ABSENT: ['VR-02'] } });
    expect(answer(table, table.find('B2'), false)).toMatchObject({ taxpayer_name: '张"三', masked: false, not_assessed: { N_TABLE_ABSENT: ['VR-02'] } });
  });

  it('hold no part of a name in full while it is masked', async () => {
    const table = await tableOf([['A1', '昆明翠湖商贸有限公司', '530102', members, LETTERS.assessed]]);
    expect(table.riskJson(0, true, OPENING).toString('utf8')).not.toContain('翠湖');
  });

  it('can be changed by a reader without changing the next one', async () => {
    const table = await tableOf([['A1', '名', null, members, LETTERS.assessed]]);
    const before = table.riskJson(0, true, OPENING).toString('utf8');
    table.riskJson(0, true, OPENING).fill(0);
    table.riskJson(0, false, OPENING).fill(0);
    expect(table.riskJson(0, true, OPENING).toString('utf8')).toBe(before);
  });
});
