import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';

interface Manifest {
  readonly outputs: readonly { readonly file: string; readonly bytes: number }[];
}

/** Replaces tables of a snapshot folder by queries over its own tables, and lists them in the manifest with their new lengths. */
export async function rewriteTables(folder: string, queries: Readonly<Record<string, string>>): Promise<void> {
  const manifestFile = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  const engine = await openDuckDb();
  try {
    for (const { file } of manifest.outputs) await engine.exec(`create view ${basename(file, '.parquet')} as select * from read_parquet(${sqlText(join(folder, file))})`);
    for (const [name, sql] of Object.entries(queries)) await engine.exec(`copy (${sql}) to ${sqlText(join(folder, `${name}.new`))} (format parquet)`);
  } finally {
    await engine.close();
  }
  for (const name of Object.keys(queries)) renameSync(join(folder, `${name}.new`), join(folder, `${name}.parquet`));
  const outputs = manifest.outputs.map((output) => (basename(output.file, '.parquet') in queries ? { ...output, bytes: statSync(join(folder, output.file)).size } : output));
  writeFileSync(manifestFile, JSON.stringify({ ...manifest, outputs }));
}

/** A finding about the office itself, in no night of the sample; its words, followed by the identifier of the taxpayer. */
export const INTERNAL = { code: 'VR-42', reason: '内部督办：', reasonEn: 'internal only: ' } as const;

/**
 * A larger night out of that of the sample: every taxpayer `times` over (ids end in -1, -2 …) with the same scores, so that many stand level;
 * a queue of open claims; rings four times over; a finding about the office itself for one taxpayer in nine.
 */
export const largerNight = (times: number) => (folder: string): Promise<void> => rewriteTables(folder, {
  taxpayer_grades: `select g.* replace (taxpayer_id || case n when 0 then '' else '-' || n end as taxpayer_id) from taxpayer_grades as g, range(${times}) as r(n) order by taxpayer_id`,
  indicator_matrix: `select g.* replace (taxpayer_id || case n when 0 then '' else '-' || n end as taxpayer_id) from indicator_matrix as g, range(${times}) as r(n) order by taxpayer_id`,
  claim_grades: `select c.* exclude (rank) replace (case when rank % 3 = 0 then cast(rank // 3 + 1 as integer) end as queue_rank, rank % 3 = 0 as is_open_claim)
    from (select *, row_number() over (order by hash(application_id)) - 1 as rank from claim_grades) as c order by application_id`,
  rings: "select r.* replace (ring_id || 'Z' || n as ring_id) from rings as r, range(4) as t(n)",
  ring_members: "select r.* replace (ring_id || 'Z' || n as ring_id) from ring_members as r, range(4) as t(n)",
  indicator_results: `select * from indicator_results union all by name
    select i.* replace (whom as taxpayer_id, ${sqlText(INTERNAL.code)} as code, true as supervision, 'hit' as outcome, ${sqlText(INTERNAL.reason)} || whom as reason, ${sqlText(INTERNAL.reasonEn)} || whom as reason_en)
    from (select * from indicator_results limit 1) as i, (select taxpayer_id as whom, row_number() over (order by taxpayer_id) as n from taxpayer_grades) where n % 9 = 0`,
});
