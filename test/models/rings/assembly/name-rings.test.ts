import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameRings, type RingMember } from '../../../../models/rings/assembly/name-rings.ts';

const rings = (...members: readonly string[]): Map<number, string[]> => new Map(members.map((letters, at) => [at + 1, letters.split('')]));
const former = (of: Readonly<Record<string, string>>): RingMember[] => Object.entries(of).flatMap(([ring_id, letters]) => letters.split('').map((taxpayer_id) => ({ ring_id, taxpayer_id })));
const named = (today: ReadonlyMap<number, readonly string[]>, before: Readonly<Record<string, string>> = {}): string[] => [...nameRings(today, former(before)).values()];
const freshId = (letters: string): string => `R${createHash('sha256').update(letters.split('').sort().join(' ')).digest('hex').slice(0, 10).toUpperCase()}`;
const NEW = /^R[0-9A-F]{10}$/u;

describe('a new ring', () => {
  it('has an R and ten hexadecimal digits made of its members, in whatever order they come', () => {
    const [id = ''] = named(rings('ABC'));
    expect(id).toMatch(NEW);
    expect(id).toBe(freshId('ABC'));
    expect(named(rings('CAB'))).toEqual([id]);
    expect(named(rings('ABD'))).not.toEqual([id]);
  });

  it('is not called by an id that another ring of tonight keeps', () => {
    const taken = freshId('XYZ');
    const [kept, fresh] = named(rings('ABC', 'XYZ'), { [taken]: 'ABC' });
    expect(kept).toBe(taken);
    expect(fresh).toMatch(NEW);
    expect(fresh).not.toBe(taken);
    expect(named(rings('XYZ', 'ABC'), { [taken]: 'ABC' })).toEqual([fresh, kept]);
  });

  it('may be called by the id of a ring that is no more', () => {
    expect(named(rings('XYZ'), { [freshId('XYZ')]: 'ABC' })).toEqual([freshId('XYZ')]);
  });
});

describe('a ring of the night before', () => {
  it('keeps its id with the same members', () => {
    expect(named(rings('ABCD', 'EFG'), { OLD1: 'EFG', OLD2: 'ABCD' })).toEqual(['OLD2', 'OLD1']);
  });

  it('keeps it while those in common are half of all who are in it now or were', () => {
    expect(named(rings('AB'), { OLD: 'ABCD' })).toEqual(['OLD']);
    expect(named(rings('ABCDEFGH'), { OLD: 'ABCD' })).toEqual(['OLD']);
    expect(named(rings('ABCE'), { OLD: 'ABCD' })).toEqual(['OLD']);
  });

  it('loses it where they are fewer', () => {
    for (const members of ['A', 'ABCDEFGHI', 'ABEF', 'EFGH']) expect(named(rings(members), { OLD: 'ABCD' }), members).toEqual([freshId(members)]);
  });

  it('leaves its id to the larger of two parts, whatever their numbers', () => {
    expect(named(rings('AB', 'CDE'), { OLD: 'ABCDE' })).toEqual([freshId('AB'), 'OLD']);
    expect(named(rings('CDE', 'AB'), { OLD: 'ABCDE' })).toEqual(['OLD', freshId('AB')]);
  });

  it('leaves it to the first of two equal parts', () => {
    expect(named(rings('AB', 'CD'), { OLD: 'ABCD' })).toEqual(['OLD', freshId('CD')]);
  });
});

describe('two rings of the night before that became one', () => {
  it('are called as the one that is likest', () => {
    expect(named(rings('ABCDE'), { OLD1: 'AB', OLD2: 'CDE' })).toEqual(['OLD2']);
  });

  it('are called by the lower id where both are as like', () => {
    expect(named(rings('ABCD'), { OLD2: 'AB', OLD1: 'CD' })).toEqual(['OLD1']);
  });

  it('leave the other id to a ring that is less like it', () => {
    expect(named(rings('ABCD', 'CDEF'), { OLD1: 'ABCD', OLD2: 'ABCDEF' })).toEqual(['OLD1', 'OLD2']);
  });
});

describe('ids', () => {
  const letters = fc.uniqueArray(fc.constantFrom(...'ABCDEFGHIJ'.split('')), { minLength: 1, maxLength: 7, size: 'max' }).map((found) => [...found].sort().join(''));
  const sets = fc.uniqueArray(letters, { maxLength: 12, size: 'max' });
  const before = fc.tuple(sets, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })).map(([parts, fresh]) => (
    // Some are called as a ring of quite other members would be.
    Object.fromEntries(parts.map((members, at) => [fresh[at] === true ? freshId(parts[(at + 1) % parts.length] ?? members) : `OLD${at}`, members]))));

  it('are never given twice, and every ring has one', () => {
    let kept = 0;
    fc.assert(fc.property(sets, before, (today, yesterday) => {
      const ids = named(rings(...today), yesterday);
      expect(ids).toHaveLength(today.length);
      expect(new Set(ids).size).toBe(today.length);
      kept += ids.filter((id) => id in yesterday).length;
    }), { numRuns: 300, seed: 20260804 });
    expect(kept, 'ids that lasted').toBeGreaterThan(300);
  });

  it('follow the members, not the order of the rows before', () => {
    fc.assert(fc.property(sets, before, fc.infiniteStream(fc.nat()), (today, yesterday, order) => {
      const rows = former(yesterday);
      const places = rows.map((row) => ({ row, place: order.next().value as number })).sort((a, b) => a.place - b.place);
      expect(nameRings(rings(...today), places.map(({ row }) => row))).toEqual(nameRings(rings(...today), rows));
    }), { numRuns: 100, seed: 20260805 });
  });

  it('are the same the night after when nothing changed', () => {
    fc.assert(fc.property(sets, before, (today, yesterday) => {
      const tonight = nameRings(rings(...today), former(yesterday));
      const rows = [...tonight].flatMap(([ring, id]) => today[ring - 1]!.split('').map((taxpayer_id) => ({ ring_id: id, taxpayer_id })));
      expect(nameRings(rings(...today), rows)).toEqual(tonight);
    }), { numRuns: 200, seed: 20260806 });
  });
});
