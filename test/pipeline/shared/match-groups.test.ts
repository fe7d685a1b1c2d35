import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOf, matchGroups, type Group } from '../../../pipeline/shared/match-groups.ts';

const group = (id: string, ...members: string[]): Group => ({ id, members: new Set(members) });

describe('matching groups', () => {
  it('pairs from half of the members in common on, counted over all members of both', () => {
    const match = matchGroups([group('K1', 'a', 'b', 'c'), group('K2', 'x', 'y', 'z')], [group('F1', 'a', 'b'), group('F2', 'x', 'p', 'q')]);
    expect(match.pairs).toEqual([{ known: 'K1', found: 'F1', overlap: 2 / 3 }]);
    expect(match.bestOfKnown.get('K2')).toBe(1 / 5);
    expect(match.bestOfFound.get('F2')).toBe(1 / 5);
  });

  it('gives one to one, the likest first, so that two halves of a ring are not both right', () => {
    const halves = [group('F1', 'a', 'b'), group('F2', 'c', 'd')];
    expect(matchGroups([group('K', 'a', 'b', 'c', 'd')], halves).pairs).toEqual([{ known: 'K', found: 'F1', overlap: 0.5 }]);
    const { pairs } = matchGroups([group('K1', 'a', 'b'), group('K2', 'a', 'b', 'c')], [group('F', 'a', 'b', 'c')]);
    expect(pairs).toEqual([{ known: 'K2', found: 'F', overlap: 1 }]);
  });

  it('finds every group in itself, in any order', () => {
    const row = fc.record({ id: fc.constantFrom('r1', 'r2', 'r3', 'r4'), member: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f') });
    fc.assert(fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const groups = groupsOf(rows);
      expect(groupsOf(rows.toReversed())).toEqual(groups);
      const { pairs } = matchGroups(groups, groups);
      expect(pairs).toHaveLength(groups.length);
      expect(pairs.every(({ overlap }) => overlap === 1)).toBe(true);
      expect(matchGroups(groups, groups.toReversed()).pairs).toEqual(pairs);
    }));
  });
});
