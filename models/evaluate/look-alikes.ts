import { rateOf, type Rate } from './rate.ts';

/** A taxpayer of a group that looks doubtful and is legal. */
export interface LookAlikeMember {
  readonly kind: string;
  readonly level: string;
  readonly isInRing: boolean;
}

/** How many members of one kind of look-alikes are graded as if they were not. */
export interface LookAlikeRow {
  readonly kind: string;
  readonly members: number;
  readonly high: Rate;
  readonly medium: Rate;
  readonly in_ring: Rate;
}

/** One row a kind, by name; members that the labels confirm must have been left out. */
export function lookAlikeRows(members: readonly LookAlikeMember[]): readonly LookAlikeRow[] {
  const kinds = [...new Set(members.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const own = members.filter((member) => member.kind === kind);
    const rate = (counts: (member: LookAlikeMember) => boolean) => rateOf(own.filter(counts).length, own.length);
    return { kind, members: own.length, high: rate(({ level }) => level === 'high'), medium: rate(({ level }) => level === 'medium'), in_ring: rate(({ isInRing }) => isInRing) };
  });
}
