import { expect, it } from 'vitest';
import { PackedColumn } from '../../../api/serving/columns.ts';

it('texts are given back whole from every block of a packed column, also those longer than a block', () => {
  const texts = Array.from({ length: 40 }, (_, at) => `${at}税`.repeat(at % 13 === 0 ? 700_000 : 40_000));
  const column = new PackedColumn();
  for (const text of texts) column.push(text);
  expect(texts.every((text, row) => column.at(row) === text && column.bytesAt(row).equals(Buffer.from(text)))).toBe(true);
  expect(column.bytesAt(texts.length).length).toBe(0);
});
