/**
 * Runs the nightly job on a province in which nobody cheats and lists what statutory and reconciliation rules (tiers T1, T2) find in it:
 *   npx tsx bench/honest-hits.ts --work DIR [--taxpayers 10000] [--seed 42] [--threads 2] [--memory 6GB]
 * A service owed to the taxpayer is good news, not a doubt, and is left out. Every hit must be explained by an honest accident that the simulator wrote down in truth/noise.csv.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateOptions } from '../data-samples/simulator/options.ts';
import { simulate } from '../data-samples/simulator/simulate.ts';
import { loadIndicators } from '../indicators/loader/load.ts';
import { nightly } from '../pipeline/commands/run.ts';
import { sqlText } from '../pipeline/engine/sql-text.ts';
import { openSnapshot } from '../pipeline/snapshot/open-snapshot.ts';

export interface HonestHits {
  readonly taxpayers: number;
  /** Taxpayers with at least one T1 or T2 hit, and their share of all. */
  readonly hit: number;
  readonly share: number;
  readonly byCode: readonly { readonly code: string; readonly branch: string; readonly tier: string; readonly taxpayers: number; readonly unexplained: number }[];
  /** Hits of taxpayers for whom no accident is on record: code and taxpayer. */
  readonly unexplained: readonly { readonly code: string; readonly taxpayer_id: string; readonly subject: string }[];
}

/** Simulates an honest province below `work`, runs the job on it, and reads the snapshot against truth/noise.csv. */
export async function honestHits(work: string, request: { readonly taxpayers: number; readonly seed: number; readonly threads: number; readonly memory: string }): Promise<HonestHits> {
  const province = join(work, 'province');
  const options = simulateOptions({ taxpayers: request.taxpayers, seed: request.seed, rings: false });
  await simulate({ options, out: province, format: 'parquet', threads: request.threads, memory: request.memory });
  const out = join(work, 'out');
  await nightly({ input: [province], out, threads: String(request.threads), memory: request.memory }, new AbortController().signal);
  const strict = loadIndicators().flatMap(({ code, branches }) => branches.filter(({ tier, outcome, effect }) => outcome === 'hit' && effect !== 'service' && (tier === 'T1' || tier === 'T2')).map((branch) => `(${sqlText(code)}, ${sqlText(branch.name)}, ${sqlText(branch.tier)})`));
  const snapshot = await openSnapshot(out);
  try {
    const { engine } = snapshot;
    await engine.exec(`create temp table strict_hit as
      select r.code, r.taxpayer_id, r.subject, r.branch, s.tier, n.taxpayer_id is not null as is_explained
      from indicator_results as r join (values ${strict.join(', ')}) as s(code, branch, tier) on s.code = r.code and s.branch = r.branch
      left join (select distinct taxpayer_id from read_csv(${sqlText(join(province, 'truth', 'noise.csv'))}, all_varchar = true)) as n on n.taxpayer_id = r.taxpayer_id
      where r.outcome = 'hit'`);
    const [counted] = await engine.rows<{ hit: number; taxpayers: number }>('select (select count(distinct taxpayer_id) from strict_hit) as hit, (select count(*) from taxpayer_grades) as taxpayers');
    const { hit = 0, taxpayers = 0 } = counted ?? {};
    return {
      taxpayers, hit, share: hit / Math.max(1, taxpayers),
      byCode: await engine.rows(`select code, branch, tier, count(distinct taxpayer_id) as taxpayers, count(distinct taxpayer_id) filter (where not is_explained) as unexplained
        from strict_hit group by all order by code asc nulls last, branch asc nulls last`),
      unexplained: await engine.rows('select code, taxpayer_id, subject from strict_hit where not is_explained order by code asc nulls last, taxpayer_id asc nulls last, subject asc nulls last'),
    };
  } finally {
    await snapshot.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      work: { type: 'string' }, taxpayers: { type: 'string', default: '10000' }, seed: { type: 'string', default: '42' }, threads: { type: 'string', default: '2' }, memory: { type: 'string', default: '6GB' },
    },
  });
  if (values.work === undefined) throw new Error('--work DIR is required: the folder for the province and the output of the run.');
  const found = await honestHits(values.work, { taxpayers: Number(values.taxpayers), seed: Number(values.seed), threads: Number(values.threads), memory: values.memory });
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) await main();
