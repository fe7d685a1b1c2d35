/** A named set of members, such as a ring and its taxpayers. */
export interface Group {
  readonly id: string;
  readonly members: ReadonlySet<string>;
}

/** Two groups that are held to be the same, and how much they have in common. */
export interface GroupPair {
  readonly known: string;
  readonly found: string;
  /** Members in common over all members of both (Jaccard, 0–1). */
  readonly overlap: number;
}

export interface GroupMatch {
  readonly pairs: readonly GroupPair[];
  /** Greatest overlap of each known group with any found one, by id; absent when it has none. */
  readonly bestOfKnown: ReadonlyMap<string, number>;
  readonly bestOfFound: ReadonlyMap<string, number>;
}

/** Overlap from which two groups are the same. */
export const SAME_GROUP = 0.5;

/** Groups by id, in the order of their ids, from one row a member. */
export function groupsOf(rows: readonly { readonly id: string; readonly member: string }[]): readonly Group[] {
  const groups = new Map<string, Set<string>>();
  for (const { id, member } of rows) {
    const group = groups.get(id);
    if (group === undefined) groups.set(id, new Set([member]));
    else group.add(member);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, members]) => ({ id, members }));
}

/** Pairs known groups with found ones of at least SAME_GROUP overlap, one to one, likest first; equal overlaps go in the order of the ids. */
export function matchGroups(known: readonly Group[], found: readonly Group[]): GroupMatch {
  const overlaps = overlapsOf(known, found);
  const best = (side: 'known' | 'found') => {
    const greatest = new Map<string, number>();
    for (const pair of overlaps) greatest.set(pair[side], Math.max(greatest.get(pair[side]) ?? 0, pair.overlap));
    return greatest;
  };
  const order = (a: GroupPair, b: GroupPair) => b.overlap - a.overlap || compare(a.known, b.known) || compare(a.found, b.found);
  const [takenKnown, takenFound, pairs] = [new Set<string>(), new Set<string>(), [] as GroupPair[]];
  for (const pair of overlaps.filter(({ overlap }) => overlap >= SAME_GROUP).sort(order)) {
    if (takenKnown.has(pair.known) || takenFound.has(pair.found)) continue;
    takenKnown.add(pair.known);
    takenFound.add(pair.found);
    pairs.push(pair);
  }
  return { pairs, bestOfKnown: best('known'), bestOfFound: best('found') };
}

/** Every pair with a member in common; the others need no look. */
function overlapsOf(known: readonly Group[], found: readonly Group[]): readonly GroupPair[] {
  const holders = new Map<string, Group[]>();
  for (const group of found) {
    for (const member of group.members) {
      const held = holders.get(member);
      if (held === undefined) holders.set(member, [group]);
      else held.push(group);
    }
  }
  return known.flatMap((one) => {
    const common = new Map<Group, number>();
    for (const member of one.members) for (const other of holders.get(member) ?? []) common.set(other, (common.get(other) ?? 0) + 1);
    return [...common].map(([other, both]) => ({ known: one.id, found: other.id, overlap: both / (one.members.size + other.members.size - both) }));
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
