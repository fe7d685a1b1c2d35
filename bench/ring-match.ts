/**
 * Runs the nightly job on simulated provinces and holds the published rings against the planted ones:
 *   npx tsx bench/ring-match.ts --work DIR [--taxpayers 10000] [--seeds 1,2,3] [--threads 2] [--memory 6GB] [--only-match]
 * A published ring matches a planted one when they have at least half of their taxpayers in common, counted over all taxpayers of both (Jaccard); one ring
 * matches one, the likest pair first. A group of honest look-alikes is flagged when any of its members stands in a published ring and is not a planted member.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateOptions } from '../data-samples/simulator/options.ts';
import { simulate } from '../data-samples/simulator/simulate.ts';
import { nightly } from '../pipeline/commands/run.ts';
import { openSnapshot } from '../pipeline/snapshot/open-snapshot.ts';
import { matchRings, type RingMatch } from '../data-samples/simulator/measure/ring-match.ts';

export interface ProvinceRequest {
  readonly taxpayers: number;
  readonly seed: number;
  readonly threads: number;
  readonly memory: string;
  /** The output of an earlier call with the same folder is read again. */
  readonly onlyMatch: boolean;
}

/** Simulates a province below `work`, runs the job on it, and matches its rings. The province is removed, the output stays. */
export async function provinceRings(work: string, request: ProvinceRequest): Promise<RingMatch> {
  const [province, out] = [join(work, `province-${request.seed}`), join(work, `out-${request.seed}`)];
  if (!request.onlyMatch || !existsSync(join(out, 'CURRENT'))) {
    await simulate({ options: simulateOptions({ taxpayers: request.taxpayers, seed: request.seed }), out: province, format: 'parquet', threads: request.threads, memory: request.memory });
    await nightly({ input: [province], out, threads: String(request.threads), memory: request.memory }, new AbortController().signal);
    rmSync(join(out, 'runs'), { recursive: true, force: true });
  }
  const snapshot = await openSnapshot(out);
  try {
    return await matchRings(snapshot.engine, join(province, 'truth'));
  } finally {
    await snapshot.close();
  }
}

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

/** Sums of several provinces, with every miss and every ring that matches none. */
function report(results: ReadonlyMap<number, RingMatch>): void {
  const all = [...results];
  const archetypes = [...new Set(all.flatMap(([, { planted }]) => planted.map(({ archetype }) => archetype)))].sort();
  console.table(archetypes.map((archetype) => {
    const planted = all.flatMap(([, match]) => match.planted.filter((ring) => ring.archetype === archetype));
    const found = planted.filter(({ ring_id }) => ring_id !== null);
    const published = all.flatMap(([, match]) => match.published.filter((ring) => ring.kindArchetypes.includes(archetype)));
    return { archetype, planted: planted.length, found: found.length, recall: percent(found.length, planted.length), published: published.length, right: published.filter(({ planted_id }) => planted_id !== null).length };
  }));
  for (const [seed, { planted, published, lookalikes }] of all) {
    const found = planted.filter(({ ring_id }) => ring_id !== null).length;
    const right = published.filter(({ planted_id }) => planted_id !== null).length;
    const flagged = lookalikes.filter(({ flagged_members }) => flagged_members > 0);
    const [members, flaggedMembers] = [lookalikes.reduce((sum, { members: each }) => sum + each, 0), flagged.reduce((sum, { flagged_members }) => sum + flagged_members, 0)];
    console.log(`seed ${seed}: recall ${found}/${planted.length} ${percent(found, planted.length)}, precision ${right}/${published.length} ${percent(right, published.length)}, look-alike groups flagged ${flagged.length}/${lookalikes.length} ${percent(flagged.length, lookalikes.length)}, members ${flaggedMembers}/${members} ${percent(flaggedMembers, members)}`);
    for (const ring of planted.filter(({ ring_id }) => ring_id === null)) console.log(`  missed ${ring.planted_id} (${ring.members} members), best overlap ${ring.overlap.toFixed(2)}`);
    for (const ring of published.filter(({ planted_id }) => planted_id === null)) console.log(`  matches none: ${ring.ring_id} ${ring.kinds.join('+')} (${ring.members} taxpayers, score ${ring.score}), best overlap ${ring.overlap.toFixed(2)}`);
    for (const group of flagged) console.log(`  flagged ${group.group_id}: ${group.flagged_members} of ${group.members}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      work: { type: 'string' }, taxpayers: { type: 'string', default: '10000' }, seeds: { type: 'string', default: '1,2,3' }, threads: { type: 'string', default: '2' },
      memory: { type: 'string', default: '6GB' }, 'only-match': { type: 'boolean', default: false },
    },
  });
  if (values.work === undefined) throw new Error('--work DIR is required: the folder for the provinces and the outputs of the runs.');
  const results = new Map<number, RingMatch>();
  for (const seed of values.seeds.split(',').map(Number)) {
    results.set(seed, await provinceRings(values.work, { taxpayers: Number(values.taxpayers), seed, threads: Number(values.threads), memory: values.memory, onlyMatch: values['only-match'] }));
  }
  report(results);
}

if (process.argv[1]?.endsWith('ring-match.ts') === true) await main();
