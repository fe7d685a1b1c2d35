import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedColumn, PackedColumn } from '../../../api/serving/columns.ts';

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const word = fc.string({ unit: 'grapheme', maxLength: 12 });

describe('columns of a snapshot in memory', () => {
  it('give back what was put in, through every growth', () => {
    fc.assert(fc.property(fc.array(fc.option(word), { maxLength: 3000 }), (values) => {
      const [coded, packed] = [new CodedColumn(), new PackedColumn()];
      for (const value of values) {
        coded.push(value);
        packed.push(value ?? '');
      }
      expect(values.map((_, row) => coded.at(row))).toEqual(values);
      expect(values.map((_, row) => packed.at(row))).toEqual(values.map((value) => value ?? ''));
    }), { numRuns: 20 });
  });

  it('find every value of a column in byte order, and nothing else', () => {
    fc.assert(fc.property(fc.uniqueArray(word, { maxLength: 200 }), word, (values, other) => {
      const sorted = [...values].sort(byBytes);
      const column = new PackedColumn();
      for (const value of sorted) column.push(value);
      expect(sorted.map((value) => column.find(value))).toEqual(sorted.map((_, row) => row));
      expect(column.find(other)).toBe(sorted.indexOf(other));
    }));
  });

  it('answer null beyond their end', () => {
    expect([new CodedColumn().at(5), new PackedColumn().find('')]).toEqual([null, -1]);
  });
});
