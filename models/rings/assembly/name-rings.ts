import { createHash } from 'node:crypto';

export interface RingMember {
  readonly ring_id: string;
  readonly taxpayer_id: string;
}

/** Members in common over all members of both, from which a ring is the one of the night before. */
const SAME_RING = 0.5;

/**
 * An id for every ring, given by its number with the ids of its members. A ring whose members are mostly those of one of `former` keeps that ring's id, the
 * likest pair first; every other gets a new one made of its members, so that the same night twice gives the same ids. More than half of the members in
 * common can be true of one former ring at most.
 */
export function nameRings(rings: ReadonlyMap<number, readonly string[]>, former: readonly RingMember[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { ring, id } of likeness(rings, former)) {
    if (names.has(ring) || taken.has(id)) continue;
    names.set(ring, id);
    taken.add(id);
  }
  for (const [ring, members] of [...rings].sort(([a], [b]) => a - b)) {
    if (names.has(ring)) continue;
    const id = newId(members, taken);
    names.set(ring, id);
    taken.add(id);
  }
  return new Map([...names].sort(([a], [b]) => a - b));
}

/** Pairs of a ring and a former ring that are mostly the same, likest first. */
function likeness(rings: ReadonlyMap<number, readonly string[]>, former: readonly RingMember[]): readonly { ring: number; id: string; share: number }[] {
  const sizes = new Map<string, number>();
  const ringsOf = new Map<string, string[]>();
  for (const { ring_id, taxpayer_id } of former) {
    sizes.set(ring_id, (sizes.get(ring_id) ?? 0) + 1);
    ringsOf.set(taxpayer_id, [...(ringsOf.get(taxpayer_id) ?? []), ring_id]);
  }
  const pairs = [...rings].flatMap(([ring, members]) => {
    const common = new Map<string, number>();
    for (const member of members) for (const id of ringsOf.get(member) ?? []) common.set(id, (common.get(id) ?? 0) + 1);
    return [...common].map(([id, both]) => ({ ring, id, share: both / (members.length + (sizes.get(id) ?? 0) - both) }));
  });
  return pairs.filter(({ share }) => share >= SAME_RING).sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) || a.ring - b.ring);
}

/** R and ten hexadecimal digits; a ring that fell apart may have left its id to the larger part, then the digest is taken again. */
function newId(members: readonly string[], taken: ReadonlySet<string>): string {
  let text = [...members].sort().join(' ');
  for (;;) {
    const id = `R${createHash('sha256').update(text).digest('hex').slice(0, 10).toUpperCase()}`;
    if (!taken.has(id)) return id;
    text += ' again';
  }
}
