import type { Engine } from '../engine/engine.ts';

/** Row counts; delivered = accepted + duplicates + quarantined. */
export interface RowAccount {
  readonly delivered: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

export interface FileAccount extends RowAccount {
  readonly file_no: number;
  readonly table_name: string;
  /** As opened. */
  readonly path: string;
  /** Below the input folder. */
  readonly file: string;
  readonly format: string;
  readonly encoding: string | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly refused_code: string | null;
  /** Ignored headers, or what made the file be refused. */
  readonly details: string | null;
}

export interface CodeCount {
  readonly table_name: string;
  readonly code: string;
  readonly count: number;
}

export interface IngestSummary {
  readonly asOf: string;
  readonly files: readonly FileAccount[];
  readonly totals: RowAccount;
  /** First reasons of quarantined rows, per table. */
  readonly rejects: readonly CodeCount[];
  /** Accepted rows with a warning, per table; taxpayers with one, for warnings about a taxpayer or a pair. */
  readonly warnings: readonly CodeCount[];
}

/** The accounts of a delivery in figures, from main.ingest_files and main.ingest_quality. */
export async function summarise(engine: Engine, asOf: string): Promise<IngestSummary> {
  const sum = (measure: string): string => `cast(coalesce(sum(q.count) filter (where q.measure = '${measure}'), 0) as bigint) as ${measure}`;
  const sums = ['delivered', 'accepted', 'duplicates', 'quarantined'].map(sum).join(', ');
  const files = await engine.rows<FileAccount>(`
    select f.file_no, f.table_name, f.path, f.file, f.format, f.encoding, f.bytes, f.sha256, f.refused_code, f.details, ${sums}
    from main.ingest_files as f left join main.ingest_quality as q on q.file_no = f.file_no
    group by f.file_no, f.table_name, f.path, f.file, f.format, f.encoding, f.bytes, f.sha256, f.refused_code, f.details
    order by f.file_no asc nulls last`);
  const totals = await engine.rows<RowAccount>(`select ${sums} from main.ingest_quality as q`);
  const codes = (where: string, count: string): Promise<CodeCount[]> => engine.rows<CodeCount>(`
    select table_name, code, cast(${count} as bigint) as count from main.ingest_quality where ${where}
    group by table_name, code order by table_name asc nulls last, code asc nulls last`);
  return {
    asOf,
    files,
    totals: totals[0] ?? { delivered: 0, accepted: 0, duplicates: 0, quarantined: 0 },
    rejects: await codes("measure = 'quarantined'", 'sum(count)'),
    warnings: await codes("measure = 'warning' and (subject = '' or code in ('W_REPEATED_ROW', 'W_SHARED_BOOK'))", 'sum(case when subject = \'\' then count else 1 end)'),
  };
}
