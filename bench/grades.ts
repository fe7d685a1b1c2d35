/**
 * Runs the nightly job on simulated provinces and holds the grades against the truth:
 *   npx tsx bench/grades.ts --work DIR [--taxpayers 10000] [--seeds 1,2,3] [--threads 2] [--memory 6GB] [--only-evaluate]
 * Prints AUC and precision at as many taxpayers as cheat, by score and by order of handling; the refund frontier; look-alikes by kind. A claim goes
 * smoothly in the fast lane, and in the normal one at level none or low; money counts as not due by truth/claims.csv.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateOptions } from '../data-samples/simulator/options.ts';
import { simulate } from '../data-samples/simulator/simulate.ts';
import { loadIndicators } from '../indicators/loader/load.ts';
import { nightly } from '../pipeline/commands/run.ts';
import { evaluate, type Evaluation } from '../pipeline/evaluate/evaluate.ts';
import { openSnapshot } from '../pipeline/snapshot/open-snapshot.ts';

export interface GradesRequest {
  readonly taxpayers: number;
  readonly seed: number;
  readonly threads: number;
  readonly memory: string;
  /** The output of an earlier call with the same folder is read again. */
  readonly onlyEvaluate: boolean;
}

/** Simulates a province below `work`, runs the job on it and holds the grades against its truth. */
export async function provinceGrades(work: string, request: GradesRequest): Promise<Evaluation> {
  const [province, out] = [join(work, `province-${request.seed}`), join(work, `out-${request.seed}`)];
  if (!request.onlyEvaluate || !existsSync(join(out, 'CURRENT'))) {
    await simulate({ options: simulateOptions({ taxpayers: request.taxpayers, seed: request.seed }), out: province, format: 'parquet', threads: request.threads, memory: request.memory });
    await nightly({ input: [province], out, threads: String(request.threads), memory: request.memory, set: ['run.keep_work=false'] }, new AbortController().signal);
    rmSync(join(out, 'runs'), { recursive: true, force: true });
  }
  const snapshot = await openSnapshot(out);
  const truth = (name: string): string => join(province, 'truth', `${name}.csv`);
  try {
    return await evaluate(snapshot, { labelsFile: truth('labels'), claimsFile: truth('claims'), groupsFile: truth('lookalikes'), catalogue: loadIndicators(), seed: 42 });
  } finally {
    await snapshot.close();
  }
}

const share = (value: number | null | undefined): string => (value === null || value === undefined ? '-' : `${(100 * value).toFixed(1)} %`);
const figure = ({ value, interval }: Evaluation['auc']): string => `${value?.toFixed(3) ?? '-'}${interval === null ? '' : ` (${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`}`;

function row(seed: number, found: Evaluation) {
  return {
    seed, positives: found.capacity.capacity,
    'AUC score': figure(found.auc), 'AUC handling': figure(found.by_handling.auc),
    'precision at K, score': share(found.capacity.precision.share), 'precision at K, handling': share(found.by_handling.precision.share),
    'high right': `${found.levels.find(({ level }) => level === 'high')?.precision.part ?? 0}/${found.levels.find(({ level }) => level === 'high')?.precision.whole ?? 0}`,
    'medium right': `${found.levels.find(({ level }) => level === 'medium')?.precision.part ?? 0}/${found.levels.find(({ level }) => level === 'medium')?.precision.whole ?? 0}`,
  };
}

function frontierRow(seed: number, { refunds }: Evaluation) {
  if (refunds === null) return { seed };
  return {
    seed, claims: refunds.claims, 'honest smooth': `${refunds.honest_smooth.part}/${refunds.honest_smooth.whole} ${share(refunds.honest_smooth.share)}`,
    'honest fast': `${refunds.honest_fast.part} ${share(refunds.honest_fast.share)}`, 'not due, yuan': Math.round(refunds.fraud_yuan),
    'not due, smooth': `${Math.round(refunds.fraud_smooth_yuan)} ${share(refunds.fraud_smooth_share)}`, 'not due, fast': Math.round(refunds.fraud_fast_yuan),
  };
}

/** Sums over provinces: shares of each alone hang on a handful of claims. */
function report(results: ReadonlyMap<number, Evaluation>): void {
  const all = [...results];
  console.table(all.map(([seed, found]) => row(seed, found)));
  console.table(all.map(([seed, found]) => frontierRow(seed, found)));
  const sum = (pick: (refunds: NonNullable<Evaluation['refunds']>) => number): number => all.reduce((total, [, { refunds }]) => total + (refunds === null ? 0 : pick(refunds)), 0);
  console.log(`all: honest smooth ${share(sum(({ honest_smooth }) => honest_smooth.part) / sum(({ honest_smooth }) => honest_smooth.whole))}, fast ${share(sum(({ honest_fast }) => honest_fast.part) / sum(({ honest_fast }) => honest_fast.whole))}; not due and smooth ${share(sum(({ fraud_smooth_yuan }) => fraud_smooth_yuan) / sum(({ fraud_yuan }) => fraud_yuan))}`);
  console.log('frontier, all provinces: claims with a score up to s and no lane against them');
  console.table([0, 5, 10, 15, 20, 25, 30, 40, 60, 100].map((score) => {
    const upTo = (refunds: NonNullable<Evaluation['refunds']>) => refunds.curve.filter((point) => point.score <= score).at(-1);
    return {
      score, 'honest through': share(sum((refunds) => (upTo(refunds)?.honest_share ?? 0) * refunds.honest_smooth.whole) / sum(({ honest_smooth }) => honest_smooth.whole)),
      'not due through': share(sum((refunds) => (upTo(refunds)?.fraud_yuan_share ?? 0) * refunds.fraud_yuan) / sum(({ fraud_yuan }) => fraud_yuan)),
    };
  }));
  const kinds = [...new Set(all.flatMap(([, { look_alikes }]) => look_alikes?.kinds.map(({ kind }) => kind) ?? []))].sort();
  console.table(kinds.map((kind) => {
    const rows = all.flatMap(([, { look_alikes }]) => look_alikes?.kinds.filter((one) => one.kind === kind) ?? []);
    const members = rows.reduce((total, one) => total + one.members, 0);
    const count = (pick: (one: (typeof rows)[number]) => number): string => `${rows.reduce((total, one) => total + pick(one), 0)} ${share(rows.reduce((total, one) => total + pick(one), 0) / members)}`;
    return { kind, members, high: count(({ high }) => high.part), medium: count(({ medium }) => medium.part), 'in a ring': count(({ in_ring }) => in_ring.part) };
  }));
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      work: { type: 'string' }, taxpayers: { type: 'string', default: '10000' }, seeds: { type: 'string', default: '1,2,3' },
      threads: { type: 'string', default: '2' }, memory: { type: 'string', default: '6GB' }, 'only-evaluate': { type: 'boolean', default: false },
    },
  });
  if (values.work === undefined) throw new Error('--work DIR is required');
  const results = new Map<number, Evaluation>();
  for (const seed of values.seeds.split(',').map(Number)) {
    results.set(seed, await provinceGrades(values.work, { taxpayers: Number(values.taxpayers), seed, threads: Number(values.threads), memory: values.memory, onlyEvaluate: values['only-evaluate'] }));
  }
  report(results);
}
