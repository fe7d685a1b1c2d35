import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsText, detectorsText, figuresText, tableText } from '../../data-samples/measure-province.ts';
import { aucSelect, eitherWay } from '../../data-samples/simulator/measure/auc.ts';
import { componentSizes, strongComponents, weakComponents } from '../../data-samples/simulator/measure/components.ts';
import { distributions, tailSelect } from '../../data-samples/simulator/measure/distributions.ts';
import { EXPECTED } from '../../data-samples/simulator/measure/expected-figures.ts';
import { naiveDetectors } from '../../data-samples/simulator/measure/naive-detectors.ts';
import type { Graph } from '../../data-samples/simulator/measure/party-graph.ts';
import { withProvince } from '../../data-samples/simulator/measure/province-files.ts';
import { singleColumns } from '../../data-samples/simulator/measure/single-column.ts';
import { Random } from '../../data-samples/simulator/random.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { tinyProvince, writeTiny } from './tiny-province.ts';

let engine: Engine;
beforeAll(async () => { engine = await openDuckDb(); });
afterAll(() => engine.close());

describe('the area under the curve', () => {
  const aucOf = async (labels: readonly number[], scores: readonly (number | null)[]): Promise<number> => {
    const rows = labels.map((label, at) => `(${label}, ${String(scores[at] ?? null)}::double)`).join(', ');
    const counts = `select 'x' as feature, value, sum(label) as positives, sum(1 - label) as negatives from (values ${rows}) as t(label, value) group by value`;
    const [row] = await engine.rows<{ auc: number }>(aucSelect(counts));
    return row?.auc ?? Number.NaN;
  };

  it('is that of scikit-learn 1.9.1: roc_auc_score of its documentation, and of a case with ties', async () => {
    expect(await aucOf([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBe(0.75);
    // roc_auc_score([0,0,0,0,0,1,1,1,0,1,0,1], [-1,-1,2,3,3,3,5,2,5,7,0,-1]) = 0.6571428571428571
    expect(await aucOf([0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1], [-1, -1, 2, 3, 3, 3, 5, 2, 5, 7, 0, -1])).toBeCloseTo(0.6571428571428571, 15);
  });

  it('is the share of pairs in the right order on random scores with many ties, empty ones being the lowest', async () => {
    const random = new Random('auc');
    for (let round = 0; round < 5; round += 1) {
      const labels = Array.from({ length: 60 }, (_, at) => (at < 2 ? at : random.int(0, 1)));
      const scores = labels.map((label) => (random.chance(0.2) ? null : random.int(0, 6) + (random.chance(0.3) ? label : 0)));
      const low = (score: number | null | undefined): number => score ?? -1;
      const pairs = labels.flatMap((a, i) => labels.flatMap((b, j) => (a === 1 && b === 0 ? [Math.sign(low(scores[i]) - low(scores[j])) / 2 + 0.5] : [])));
      expect(await aucOf(labels, scores)).toBeCloseTo(pairs.reduce((sum, each) => sum + each, 0) / pairs.length, 12);
    }
  });

  it('is turned round where low values mark the positives', () => {
    expect(eitherWay(0.2)).toBe(0.8);
    expect(eitherWay(0.7)).toBe(0.7);
  });
});

function graphOf(nodes: number, edges: readonly (readonly [number, number])[]): Graph {
  const successors = Array.from({ length: nodes }, (_, node) => edges.filter(([from]) => from === node).map(([, to]) => to));
  const starts = Int32Array.from([0, ...successors.map((_, node) => successors.slice(0, node + 1).reduce((sum, list) => sum + list.length, 0))]);
  return { nodes, starts, targets: Int32Array.from(successors.flat()) };
}

/** reach[a][b]: b can be reached from a (Warshall). */
function reachable(nodes: number, edges: readonly (readonly [number, number])[]): boolean[][] {
  const isEdge = (a: number, b: number): boolean => edges.some(([from, to]) => from === a && to === b);
  const reach = Array.from({ length: nodes }, (_, a) => Array.from({ length: nodes }, (__, b) => a === b || isEdge(a, b)));
  for (let via = 0; via < nodes; via += 1) {
    for (let a = 0; a < nodes; a += 1) for (let b = 0; b < nodes; b += 1) if (reach[a]![via]! && reach[via]![b]!) reach[a]![b] = true;
  }
  return reach;
}

describe('components', () => {
  it('are those of mutual reachability on random graphs', () => {
    const random = new Random('components');
    for (let round = 0; round < 60; round += 1) {
      const nodes = random.int(1, 14);
      const edges = Array.from({ length: random.int(0, 2 * nodes) }, () => [random.int(0, nodes - 1), random.int(0, nodes - 1)] as const);
      const graph = graphOf(nodes, edges);
      const there = reachable(nodes, edges);
      const bothWays = reachable(nodes, [...edges, ...edges.map(([from, to]) => [to, from] as const)]);
      const strong = strongComponents(graph);
      const weak = weakComponents(graph);
      for (let a = 0; a < nodes; a += 1) {
        for (let b = 0; b < nodes; b += 1) {
          expect(strong[a] === strong[b]).toBe(there[a]![b]! && there[b]![a]!);
          expect(weak[a] === weak[b]).toBe(bothWays[a]![b]!);
        }
        expect(componentSizes(strong)[a]).toBe(there[a]!.filter((reaches, b) => reaches && there[b]![a]!).length);
      }
    }
  });

  it('are found along a path of 300,000 firms without running out of stack', () => {
    const nodes = 300_000;
    const loop: Graph = {
      nodes, starts: Int32Array.from({ length: nodes + 1 }, (_, node) => node), targets: Int32Array.from({ length: nodes }, (_, node) => (node + 1) % nodes),
    };
    expect(componentSizes(strongComponents(loop))[0]).toBe(nodes);
    expect(componentSizes(weakComponents(loop))[0]).toBe(nodes);
  });
});

describe('the exponent of a tail', () => {
  it('is that of numpy 2.4.6: k / log(x[:k] / x[k]).sum() and −polyfit(log(x[:k]), log(rank − 0.5), 1)[0]', async () => {
    const numbers = 'select 100000 // (rank * rank + 3) as value from range(1, 201) as ranks(rank) union all select 0';
    const [row] = await engine.rows<{ hill: number; log_rank: number }>(tailSelect(numbers));
    expect(row?.hill).toBeCloseTo(0.6567006544658618, 9);
    expect(row?.log_rank).toBeCloseTo(0.8157243715707959, 9);
  });
});

describe('a tiny province', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vatrisk-tiny-'));
    writeTiny(folder, tinyProvince());
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  it('has the figures that can be counted by hand, and none for what was not delivered', async () => {
    const figures = await withProvince(folder, distributions);
    const value = (name: string): number | undefined => figures.find((each) => each.name === name)?.value;
    expect(value('taxpayers')).toBe(8);
    expect(value('invoices')).toBe(11);
    expect(value('general taxpayers')).toBe(7 / 8);
    expect(value('void among invoices')).toBe(1 / 11);
    // pairs: two shells → claimant → factory → trader → shop → trader → factory, silent → factory, factory → seasonal
    expect(value('links among taxpayers for each that trades')).toBe(9 / 8);
    expect(value('links whose reverse exists')).toBeCloseTo(4 / 9, 12);
    expect(value('taxpayers in the largest strong component')).toBe(3 / 8);
    expect(value('taxpayers in the largest weak component')).toBe(1);
    expect(value('claim, median')).toBe(16_900);
    expect(value('taxpayers that cheat')).toBe(0.5);
    expect(value('look-alikes among taxpayers')).toBe(1 / 8);
    expect(value('taxpayers in an inspection case')).toBeUndefined();
    expect(value('invoices of sellers of section C, by count')).toBe(2 / 10);
    expect(figures.find(({ name }) => name === 'void among invoices')).toMatchObject({ withinExpected: true, unit: 'share' });
    expect(figures.find(({ name }) => name === 'taxpayers that cheat')?.withinExpected).toBe(false);
    const text = figuresText(figures);
    expect(text).toMatch(/^taxpayers that cheat +50\.0 % +NO$/m);
    expect(text).toMatch(/^\[1\] /m);
  });

  it('gives lazy detectors what they deserve', async () => {
    const measures = await withProvince(folder, naiveDetectors);
    const of = (name: string) => measures.find((each) => each.name.includes(name));
    // factory, trader and shop trade in a circle, and are honest
    expect(of('3–50 in the graph of taxpayers')).toMatchObject({ flagged: 3, precision: 0, recall: 0, f1: 0, rings: 1, ringRecall: 0 });
    // the claimant alone buys from young firms
    expect(of('young suppliers')).toMatchObject({ flagged: 1, precision: 1, recall: 0.25, f1: 0.4, ringRecall: 0 });
    expect(of('claimants')).toMatchObject({ flagged: 2, precision: 0.5, recall: 0.25 });
    expect(detectorsText(measures).split('\n')).toHaveLength(measures.length + 2);
  });

  it('shows which column gives the fraud away', async () => {
    const report = await withProvince(folder, singleColumns);
    expect(report.best).toBe(1);
    expect(report.top).toHaveLength(15);
    expect(report.top.find(({ feature }) => feature === 'buyer_id frequency')).toMatchObject({ table: 'invoices', side: 'seller', auc: 1 });
    expect(columnsText(report)).toMatch(/aim: below 0\.9: MISSED$/);
  });

  it('reads Parquet and folders as it reads CSV', async () => {
    const other = mkdtempSync(join(tmpdir(), 'vatrisk-tiny-'));
    try {
      const files = tinyProvince();
      const invoices = files.get('invoices') ?? [];
      files.set('invoices/2026-05', invoices.slice(0, 3));
      files.set('invoices', []);
      writeTiny(other, files);
      const rest = `select * from read_csv('${join(folder, 'invoices.csv')}', all_varchar = true)`;
      await engine.exec(`copy (${rest} limit 100 offset 3) to '${join(other, 'invoices', '2026-06.parquet')}' (format parquet)`);
      const taxpayers = `select * replace (registered_on::date as registered_on) from read_csv('${join(folder, 'taxpayers.csv')}', all_varchar = true)`;
      await engine.exec(`copy (${taxpayers}) to '${join(other, 'taxpayers.parquet')}' (format parquet)`);
      rmSync(join(other, 'taxpayers.csv'));
      expect(await withProvince(other, distributions)).toEqual(await withProvince(folder, distributions));
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});

describe('the table of expected figures', () => {
  it('names a source for every published figure, and its bands are no empty ones', () => {
    for (const { published, source, low, high } of Object.values(EXPECTED)) {
      expect(source === undefined).toBe(published === undefined);
      expect(low ?? 0).toBeLessThan(high ?? Infinity);
    }
  });
});

describe('a printed table', () => {
  it('aligns the first column to the left and the others to the right', () => {
    expect(tableText(['name', 'n'], [['a', '1'], ['longer', '20']])).toBe('name     n\n------  --\na        1\nlonger  20');
  });
});
