import { UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import { componentsOf, numbered } from '../union-find.ts';

/** Ties of one kind as columns; the numbers of the kinds are those of ring_tie. */
export interface Ties {
  readonly kind: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

export interface MergeLimits {
  /** Fewest members of a finding, by kind. */
  readonly leastMembers: ReadonlyMap<number, number>;
  /** A finding with more members is parted into communities. */
  readonly mostMembers: number;
  /** Members two findings have in common, over those of the smaller one, from which they are one ring. */
  readonly overlap: number;
}

export interface Finding {
  readonly kind: number;
  /** Sorted keys. */
  readonly members: readonly number[];
  /** It was parted from a component that was too large. */
  readonly isCut: boolean;
}

export interface MergedRing {
  readonly members: readonly number[];
  readonly findings: readonly Finding[];
}

// The package is CommonJS: what it exports is the function itself, while its types speak of a default inside.
const louvain = louvainModule as unknown as typeof louvainModule.default;

/** Two members in common at least: one alone, such as a large buyer, makes no ring of two. */
const LEAST_COMMON = 2;

/**
 * Findings (components of the ties of each kind) and rings: findings that share most of their members, of whatever kind, are one ring. The order of the ties
 * does not matter; rings are sorted by their members.
 */
export function mergeFindings(ties: Ties, limits: MergeLimits): readonly MergedRing[] {
  const findings = findingsOf(ties, limits);
  const holders = new Map<number, number[]>();
  findings.forEach(({ members }, at) => { for (const member of members) holders.set(member, [...(holders.get(member) ?? []), at]); });
  const links: [number, number][] = [];
  findings.forEach(({ members }, at) => {
    for (const [other, common] of commonMembers(members, holders)) {
      const smaller = Math.min(members.length, findings[other]?.members.length ?? 0);
      if (other > at && common >= LEAST_COMMON && common >= limits.overlap * smaller) links.push([at, other]);
    }
  });
  const groups = groupBy(componentsOf(findings.length, links.map(([one]) => one), links.map(([, other]) => other)));
  const rings = [...groups.values()].map((places) => {
    const merged = places.flatMap((place) => findings[place] ?? []);
    return { findings: merged, members: sortedSet(merged.flatMap(({ members }) => members)) };
  });
  return rings.sort((a, b) => compareNumbers(a.members, b.members));
}

function findingsOf(ties: Ties, limits: MergeLimits): readonly Finding[] {
  const kinds = sortedSet(Array.from(ties.kind));
  return kinds.flatMap((kind) => {
    const rows = Array.from(ties.kind, (_, row) => row).filter((row) => ties.kind[row] === kind);
    const { keys, places } = numbered(rows.map((row) => ties.first[row] ?? 0), rows.map((row) => ties.second[row] ?? 0));
    const [first = new Int32Array(), second = new Int32Array()] = places;
    const groups = [...groupBy(componentsOf(keys.length, first, second)).values()];
    const least = limits.leastMembers.get(kind) ?? LEAST_COMMON;
    return groups
      .flatMap((nodes) => (nodes.length > limits.mostMembers ? communities(nodes, first, second, least).map((part) => ({ nodes: part, isCut: true })) : [{ nodes, isCut: false }]))
      .map(({ nodes, isCut }) => ({ kind, isCut, members: nodes.map((node) => keys[node] ?? 0) }))
      .filter(({ members }) => members.length >= least);
  });
}

/**
 * Parts a component into communities (Louvain: Blondel and others, J. Stat. Mech. 2008 P10008), fed in sorted order with a seeded source of chance, so that
 * the same component is parted alike every night. None has fewer than `least` members.
 */
function communities(nodes: readonly number[], first: Int32Array, second: Int32Array, least: number): readonly (readonly number[])[] {
  const graph = new UndirectedGraph();
  for (const node of nodes) graph.addNode(node);
  const pairs = Array.from(first, (one, row) => [Math.min(one, second[row] ?? 0), Math.max(one, second[row] ?? 0)] as const).filter(([one, other]) => one !== other && graph.hasNode(one));
  for (const [one, other] of pairs.sort((a, b) => compareNumbers(a, b))) graph.mergeEdge(one, other);
  const found = louvain(graph, { rng: seededChance(nodes.length) });
  const partOf = new Map(nodes.map((node) => [node, found[node] ?? 0]));
  while (joinSmallest(partOf, pairs, least)) continue;
  const parts = new Map<number, number[]>();
  for (const [node, part] of partOf) {
    const members = parts.get(part);
    if (members === undefined) parts.set(part, [node]);
    else members.push(node);
  }
  return [...parts.values()];
}

/** Puts the smallest part, where it has fewer than `least` members, to the part it has most ties with: nobody is lost for sitting at an edge. */
function joinSmallest(partOf: Map<number, number>, pairs: readonly (readonly [number, number])[], least: number): boolean {
  const sizes = new Map<number, number>();
  for (const part of partOf.values()) sizes.set(part, (sizes.get(part) ?? 0) + 1);
  const [smallest] = [...sizes].filter(([, size]) => size < least).sort(([a, sizeA], [b, sizeB]) => sizeA - sizeB || a - b);
  if (smallest === undefined) return false;
  const ties = new Map<number, number>();
  for (const pair of pairs) {
    const [one = -1, other = -1] = pair.map((node) => partOf.get(node));
    const neighbour = one === smallest[0] ? other : one;
    if (one !== other && (one === smallest[0] || other === smallest[0])) ties.set(neighbour, (ties.get(neighbour) ?? 0) + 1);
  }
  const [closest] = [...ties].sort(([a, tiesA], [b, tiesB]) => tiesB - tiesA || a - b);
  if (closest === undefined) return false;
  for (const [node, part] of partOf) if (part === smallest[0]) partOf.set(node, closest[0]);
  return true;
}

/** Linear congruential generator of Numerical Recipes (multiplier 1664525, increment 1013904223): enough for the order of visits. */
function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function commonMembers(members: readonly number[], holders: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, number> {
  const common = new Map<number, number>();
  for (const member of members) for (const other of holders.get(member) ?? []) common.set(other, (common.get(other) ?? 0) + 1);
  return common;
}

function groupBy(names: Int32Array): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  names.forEach((name, place) => {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [place]);
    else group.push(place);
  });
  return groups;
}

const sortedSet = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Lexicographic. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return (a[at] ?? 0) - (b[at] ?? 0);
  return a.length - b.length;
}
