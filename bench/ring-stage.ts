/**
 * Times the search for closed loops in one window and relates it to the least any graph code has to pay, in the same process: loading the edge list and
 * one strong-components pass over typed arrays.
 *   npx tsx bench/ring-stage.ts [--section NAME] [--hops 6] [--seed 42] [--threads 2] [--memory 4GB]
 * Each section runs in a process of its own; peaks are read from /proc (Linux only). Without --section all run, one after the other.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Random } from '../data-samples/simulator/random.ts';
import { findLoops } from '../models/rings/find-loops.ts';
import { hopGraph, strongComponents } from '../models/rings/hop-graph.ts';
import { openDuckDb } from '../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../pipeline/engine/engine.ts';
import { createListTables, loadLists } from '../pipeline/features/lists.ts';
import { peakResidentBytes } from './process-memory.ts';

interface Edges {
  readonly seller: Int32Array;
  readonly buyer: Int32Array;
  readonly amountYuan: Int32Array;
  readonly day: Int32Array;
}
type Section = (random: Random) => { readonly edges: Edges; readonly rules?: string };

const PARTIES = 300_000;
const PLANTED = 1000;
const REPETITIONS = 3;
const SECTIONS: Readonly<Record<string, Section>> = {
  '1M edges': (random) => ({ edges: randomEdges(1_000_000, random, logUniformYuan) }),
  '3.5M edges': (random) => ({ edges: randomEdges(3_500_000, random, logUniformYuan) }),
  '1M edges, one amount': (random) => ({ edges: randomEdges(1_000_000, random, oneAmountYuan) }),
  '3.5M edges, one amount': (random) => ({ edges: randomEdges(3_500_000, random, oneAmountYuan) }),
  'chain of 5M': () => ({ edges: chain(5_000_000) }),
  'ring of 5M': () => ({ edges: chain(5_000_000, true) }),
  'dense 500': () => ({ edges: dense(500) }),
  'dense 2000': () => ({ edges: dense(2000) }),
  'dense 2000, all walked through': () => ({ edges: dense(2000), rules: 'expanded_counterparties = 4000' }),
};

const logUniformYuan = (random: Random): number => Math.round(10_000 * Math.exp(random.next() * Math.log(1000)));
const oneAmountYuan = (): number => 100_000;

/** Distinct ordered pairs; a few parties sell to or buy from thousands; days over ninety. A thousand loops of three to six hops lie among them. */
function randomEdges(count: number, random: Random, yuan: (random: Random) => number): Edges {
  const edges = emptyEdges(count);
  const seen = new Set<number>();
  let edge = 0;
  for (let planted = 0; planted < PLANTED; planted += 1) {
    const length = random.int(3, 6);
    const [first, apart, amount, day] = [random.int(0, PARTIES - 1), random.int(1, 40_000), yuan(random), random.int(0, 80)];
    const member = (at: number): number => (first + apart * (at % length)) % PARTIES;
    for (let at = 0; at < length; at += 1) {
      seen.add(member(at) * PARTIES + member(at + 1));
      put(edges, edge++, member(at), member(at + 1), Math.round(amount * (1 - at / 100)), day + at);
    }
  }
  while (edge < count) {
    const seller = Math.floor(PARTIES * random.next() ** 2);
    const buyer = (Math.floor(PARTIES * random.next() ** 2) * 7919) % PARTIES;
    if (seller === buyer || seen.has(seller * PARTIES + buyer)) continue;
    seen.add(seller * PARTIES + buyer);
    put(edges, edge++, seller, buyer, yuan(random), random.int(0, 89));
  }
  return edges;
}

/** Each sells to the next, all on one day; closed: the last one to the first. */
function chain(count: number, isClosed = false): Edges {
  const edges = emptyEdges(count);
  for (let edge = 0; edge < count; edge += 1) put(edges, edge, edge, isClosed ? (edge + 1) % count : edge + 1, 100_000, 0);
  return edges;
}

/** Every pair both ways, one amount, one day: nothing to cut by value or time. */
function dense(parties: number): Edges {
  const edges = emptyEdges(parties * (parties - 1));
  let edge = 0;
  for (let seller = 0; seller < parties; seller += 1) {
    for (let buyer = 0; buyer < parties; buyer += 1) if (seller !== buyer) put(edges, edge++, seller, buyer, 100_000, 0);
  }
  return edges;
}

const emptyEdges = (count: number): Edges => ({ seller: new Int32Array(count), buyer: new Int32Array(count), amountYuan: new Int32Array(count), day: new Int32Array(count) });
function put(edges: Edges, at: number, seller: number, buyer: number, yuan: number, day: number): void {
  edges.seller[at] = seller;
  edges.buyer[at] = buyer;
  edges.amountYuan[at] = yuan;
  edges.day[at] = day;
}

/** A database that holds the edges as the hops of one window, and the rules. */
async function loadWindow({ edges, rules }: ReturnType<Section>, hops: string, threads: number, memory: string): Promise<Engine> {
  const engine = await openDuckDb({ threads, memoryLimit: memory });
  await createListTables(engine, loadLists().filter(({ list }) => list === 'ring_rules'));
  await engine.exec(`update list_ring_rules set longest_hops = ${Number(hops)}${rules === undefined ? '' : `, ${rules}`};
    create table run_context as select date '2026-07-20' as as_of; create table ring_window as select 1 as window_no;
    create table edge (seller_key INTEGER, buyer_key INTEGER, yuan INTEGER, day INTEGER)`);
  await engine.append('edge', [edges.seller, edges.buyer, edges.amountYuan, edges.day]);
  await engine.exec(`create table ring_hop as select 1 as window_no, seller_key, buyer_key, cast(yuan as decimal(18,2)) as amount_yuan,
    date '2026-04-01' + day as first_issued_on from edge; drop table edge`);
  return engine;
}

/** Edge list out of the database and one pass of strong components. */
async function floor(engine: Engine): Promise<string> {
  const { seller_key: from = new Float64Array(), buyer_key: to = new Float64Array() } = await engine.columns('select seller_key, buyer_key from ring_hop where window_no = 1');
  const nodeCount = Math.max(from.reduce((a, b) => Math.max(a, b)), to.reduce((a, b) => Math.max(a, b))) + 1;
  const strong = strongComponents(hopGraph(nodeCount, from, to)).reduce((a, b) => Math.max(a, b)) + 1;
  return `${nodeCount} parties, ${from.length} hops, ${strong} strong components`;
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const started = performance.now();
    await work();
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(REPETITIONS / 2)] ?? Number.NaN;
}

async function run(name: string, section: Section, hops: string, seed: string, threads: number, memory: string): Promise<void> {
  const engine = await loadWindow(section(new Random(seed).fork(name)), hops, threads, memory);
  const before = peakResidentBytes(process.pid);
  const shape = await floor(engine);
  const floorSeconds = await median(() => floor(engine));
  let facts = await findLoops(engine);
  const seconds = await median(async () => {
    facts = await findLoops(engine);
  });
  const gibibytes = (bytes: number): string => (bytes / 1024 ** 3).toFixed(2);
  const [window] = facts;
  console.log(`${name}: ${shape}
  floor ${floorSeconds.toFixed(2)} s, loops of up to ${hops} hops ${seconds.toFixed(2)} s = ${(seconds / floorSeconds).toFixed(1)} x floor; peak ${gibibytes(peakResidentBytes(process.pid))} GiB (${gibibytes(before)} with the graph made)
  ${window?.hops_searched} hops searched, ${window?.loops} loops, ${window?.parties_cut} parties and ${window?.components_cut} components truncated`);
  await engine.close();
}

const { values } = parseArgs({
  options: {
    section: { type: 'string' }, hops: { type: 'string', default: '6' }, seed: { type: 'string', default: '42' }, threads: { type: 'string', default: '2' }, memory: { type: 'string', default: '4GB' },
  },
});
if (values.section === undefined) {
  const script = process.argv[1] ?? '';
  for (const name of Object.keys(SECTIONS)) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, script, ...process.argv.slice(2), '--section', name], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  const section = SECTIONS[values.section];
  if (section === undefined) throw new Error(`No section "${values.section}"; there are: ${Object.keys(SECTIONS).join(', ')}.`);
  await run(values.section, section, values.hops, values.seed, Number(values.threads), values.memory);
}
