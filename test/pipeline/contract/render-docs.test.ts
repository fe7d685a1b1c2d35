import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';
import { renderContract } from '../../../pipeline/contract/render-docs.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';

const contract = loadContract();
const text = renderContract(contract);

it('CONTRACT.md is what the generator gives (run npx tsx pipeline/contract/write-docs.ts)', () => {
  expect(readFileSync(packagePath('pipeline', 'contract', 'CONTRACT.md'), 'utf8')).toBe(text);
});

it('the document shows every table and every column with its Chinese header', () => {
  for (const table of contract.tables) {
    expect(text).toContain(`## ${table.title_zh} / ${table.table}`);
    for (const column of table.columns) expect(text).toContain(`| ${column.name} | ${column.aliases.join(' / ')}`);
  }
});

it('a bar inside a cell does not break a row of the document', () => {
  const cells = text.split('\n').filter((line) => line.startsWith('| indicator_code')).map((line) => line.split(/(?<!\\)\|/u).length);
  expect(cells).toEqual([8, 8]);
});
