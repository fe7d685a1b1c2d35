import { fileURLToPath } from 'node:url';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';

/** Folder of the two throw-away indicators. */
export const FIXTURE = fileURLToPath(new URL('./fixture', import.meta.url));

export interface HandMadeSubject {
  readonly taxpayer: number;
  readonly application?: string;
  readonly isPrimary?: boolean;
  readonly status?: string;
  readonly ruleOn?: string;
  readonly appliedOn?: string;
  readonly lane?: string;
  readonly isCovered?: boolean;
  readonly input?: number | null;
  readonly sales?: number | null;
  readonly salesYear?: number | null;
}

/** A fenced engine with just the feature tables the fixture reads. */
export async function handMadeEngine(subjects: readonly HandMadeSubject[], delivered: readonly string[] = ['refund_applications', 'vat_returns', 'small_scale_returns']): Promise<Engine> {
  const engine = await openDuckDb({ fenced: true });
  const p_ym = 2026 * 12 + 5;
  const rows = subjects.map((s, index) => {
    const application = s.application ?? '';
    const day = (value: string | undefined): string => (value === undefined ? 'null' : `date '${value}'`);
    return `(${index + 1}, ${s.taxpayer}, '${application}', ${s.isPrimary ?? true}, ${application !== ''}, ${p_ym}, date '${s.ruleOn ?? '2026-07-08'}', ${day(s.appliedOn)}, '${s.lane ?? 'four_industries'}', '${s.status ?? 'general'}', ${s.isCovered ?? true}, ${s.input ?? 'null'}, ${s.sales ?? 'null'}, ${s.salesYear ?? 'null'})`;
  });
  await engine.exec(`
    create table given as select * from (values ${rows.join(', ')}) as v(subject_no, taxpayer_key, application_id, is_primary, has_claim, p_ym, rule_on, applied_on, lane, status, covered, input, sales, sales_year);
    create table feat_subject as select subject_no, taxpayer_key, application_id, is_primary, has_claim, p_ym, rule_on, cast(applied_on as date) as applied_on, lane from given;
    create table feat_taxpayer as select distinct taxpayer_key, status as vat_status_resolved from given;
    create table feat_declared as select subject_no, covered as is_covered_w3, cast(input as decimal(18,2)) as input_w3_yuan, cast(sales as decimal(18,2)) as sales_w3_yuan, cast(sales_year as decimal(18,2)) as sales_w12_yuan from given;
    create table feat_peer as select subject_no, is_primary as is_eligible, 'a' as g1, 'b' as g2, 'c' as g3, 'd' as g4, 'e' as g5 from given;
    create table vat_returns (taxpayer_key integer, ym integer, period varchar, input_tax_m12 decimal(18,2), source_file_no integer, source_row_no bigint);
    create table delivered_tables as select * from (values ${['taxpayers', ...delivered].map((name) => `('${name}', true)`).join(', ')}) as d(table_name, is_delivered)`);
  return engine;
}
