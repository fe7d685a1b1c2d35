import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import type { Indicator } from '../../../indicators/loader/schema.ts';
import { checkIndicators, sqlFaults } from '../../../indicators/loader/sql-checks.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { FIXTURE, handMadeEngine } from './hand-made-features.ts';
import { VatRiskError } from '../../../pipeline/shared/errors.ts';

const catalogue = loadIndicators(FIXTURE);
const indicator = catalogue.find((one) => one.code === 'VR-90')!;

describe('checkIndicators', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await handMadeEngine([{ taxpayer: 1 }]);
  });
  afterAll(() => engine.close());

  it('finds nothing wrong with sound indicators', async () => {
    await expect(checkIndicators(engine, catalogue)).resolves.toBeUndefined();
  });

  const sql = (from: string, to: string): Partial<Indicator> => ({ sql: indicator.sql.replace(from, to) });
  const evidence = (from: string, to: string): Partial<Indicator> => ({ evidenceSql: indicator.evidenceSql.replace(from, to) });
  const branch = (edit: Partial<Indicator['branches'][number]>): Partial<Indicator> => ({ branches: [{ ...indicator.branches[0]!, ...edit }] });
  const bad: readonly (readonly [string, Partial<Indicator>, RegExp])[] = [
    ['two statements', sql('from feat_subject', 'from feat_subject as x; select 1 from feat_subject'), /\.sql: expected exactly one SELECT, found 2/u],
    ['a statement that is no SELECT', { sql: 'create table x as select 1' }, /\.sql: expected exactly one SELECT/u],
    ['SQL that does not parse', sql('select', 'selekt'), /\.sql: /u],
    ['SQL that is not portable', sql('cast(s.lane as string)', 's.lane::string'), /\.sql:\d+: write cast\(x as type\) \(double-colon-cast\)/u],
    ['an unknown template', sql('{{ratio', '{{ration'), /templates that do not exist.*ration/u],
    ['a table that does not exist', sql('feat_declared', 'feat_declare'), /\.sql: .*feat_declare/u],
    ['an undeclared read', { reads: ['feat_subject'] }, /the SQL also reads feat_declared; add it/u],
    ['a declared read that is none', { reads: ['feat_subject', 'feat_declared', 'feat_peer'] }, /the SQL does not read feat_peer; remove it/u],
    ['a missing fixed column', sql('as not_assessed', 'as not_assesed'), /column not_assessed is missing; did you mean not_assesed\?/u],
    ['a fixed column of another type', sql('cast(s.subject_no as integer)', 'cast(s.subject_no as double)'), /column subject_no is DOUBLE, expected an integer/u],
    ['a value that is no number', { value: { ...indicator.value, column: 'lane' } }, /column lane is VARCHAR, expected a number \(value\.column\)/u],
    ['a column named as a parameter', sql('as lane', 'as share_minimum'), /column share_minimum has the name of a parameter/u],
    ['a column name the runner needs', sql('as lane', 'as state'), /the column name state is taken by the runner/u],
    ['a condition over an unknown column', branch({ when: 'input_shares > 1' }), /branches\.0\.when: .*input_shares/u],
    ['a condition that is a number', branch({ when: 'input_share + 1' }), /branches\.0\.when: gives DOUBLE, expected a boolean/u],
    ['a threshold that is text', branch({ threshold: 'lane' }), /branches\.0\.threshold: gives VARCHAR, expected a number/u],
    ['an amount that is not portable', branch({ amount: 'input_yuan::double' }), /branches\.0\.amount: write cast/u],
    ['an intensity over an unknown column', branch({ intensity: { sql: 'nothing' } }), /branches\.0\.intensity\.sql: /u],
    ['a reason over an unknown column', branch({ reason: { zh: '{input_yuam:yuan}', en: 'x' } }), /reason\.zh: \{input_yuam\} is no column.*did you mean input_yuan\?/u],
    ['a reason whose format does not fit', branch({ reason: { zh: 'x', en: '{lane:yuan}' } }), /reason\.en: \{lane:yuan\} does not fit a column of type VARCHAR/u],
    ['a peer column that is none', { peers: [{ measure: 'share', column: 'shares', percentiles: [95] }] }, /column shares is missing/u],
    ['evidence without a rank', evidence('as evidence_rank', 'as rank_no'), /column evidence_rank is missing/u],
    ['evidence that shows a key', { ...evidence('v.period as string) as period', 'v.taxpayer_key as string) as taxpayer_key') }, /taxpayer_key is an internal key/u],
    ['an evidence column without names', { evidence: { ...indicator.evidence, columns: { period: { zh: '期', en: 'p' } } } }, /evidence\.columns: input_tax_yuan has no names in zh and en/u],
    ['a named evidence column that is none', evidence('as source_row_no\n', 'as source_row_nos\n'), /the SQL returns no column source_row_no; did you mean source_row_nos\?/u],
    ['evidence that reads a file', { evidenceSql: "select cast(1 as integer) as subject_no, cast(1 as integer) as evidence_rank from read_csv('x.csv')" }, /\.evidence\.sql: .*(disabled|Permission)/u],
  ];
  it.each(bad)('refuses %s', async (_, edit, message) => {
    expect((await sqlFaults(engine, { ...indicator, ...edit })).join('\n')).toMatch(message);
  });

  it('reports the faults of all indicators at once, each with its file', async () => {
    const broken = catalogue.map((one): Indicator => ({ ...one, reads: ['feat_peer'] }));
const error: unknown = await checkIndicators(engine, broken).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(VatRiskError);
    expect((error as VatRiskError).details.join('\n')).toMatch(/SS-90-small-sales\.yaml: reads:[\s\S]*VR-90-input-share\.yaml: reads:/u);
    expect((error as VatRiskError).details).toHaveLength(4);
  });
});
