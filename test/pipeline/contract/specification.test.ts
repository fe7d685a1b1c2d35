import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ColumnContract } from '../../../pipeline/contract/contract.ts';
import { KNOWN_CODES } from '../../../pipeline/contract/known-codes.ts';
import { loadContract, tableContract } from '../../../pipeline/contract/load-contract.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';

const path = packagePath('..', 'shared', 'spec', 'data-contract.md');
const present = existsSync(path);
const markdown = present ? readFileSync(path, 'utf8') : '';
const contract = loadContract();

interface SpecColumn {
  readonly name: string;
  readonly aliases: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly meaning: string;
}

/** Column tables of the written specification, by table. */
function specification(): ReadonlyMap<string, { readonly title: string; readonly intro: string; readonly columns: readonly SpecColumn[] }> {
  const sections = markdown.split(/\n### 4\.\d+ /u).slice(1);
  return new Map(
    sections.map((section) => {
      const lines = (section.split('\n## ')[0] ?? '').split('\n');
      const [, name = '', title = ''] = /^(\S+) (.*)$/u.exec(lines[0] ?? '') ?? [];
      const cells = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| column |')).map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()));
      const columns = cells.map(([column = '', aliases = '', type = '', nullable = '', , meaning = '']) => ({ name: column, aliases, type, nullable: nullable === 'yes', meaning }));
      return [name, { title, intro: lines.slice(1, 4).join(' '), columns }];
    }),
  );
}

function specCodes(column: SpecColumn): readonly string[] {
  const quoted = [...column.meaning.matchAll(/`([^`]+)`/gu)].map((found) => found[1] ?? '');
  const letters = (column.meaning.split(';')[0] ?? '').match(/\b[A-Z]\b/gu) ?? [];
  return [...new Set(quoted.length > 0 ? quoted : letters)].sort();
}

describe.skipIf(!present)('the contract agrees with the written specification (skipped when ../shared/spec is absent)', () => {
  const spec = specification();

  it('on the 32 tables and their Chinese titles', () => {
    expect(contract.tables.map((table) => [table.table, table.title_zh])).toEqual([...spec].map(([name, { title }]) => [name, title]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
  });

  it('on columns, order, types, empty cells and headers', () => {
    const plain = ({ name, aliases, type, nullable }: ColumnContract) => ({ name, aliases: aliases.join('/'), type, nullable });
    for (const [name, { columns }] of spec) {
      expect(tableContract(contract, name).columns.map(plain), name).toEqual(columns.map(({ name: column, aliases, type, nullable }) => ({ name: column, aliases, type, nullable })));
    }
  });

  it('on which tables are required, what no rows mean, and the key', () => {
    for (const [name, { intro }] of spec) {
      const table = tableContract(contract, name);
      expect(table.required, name).toBe(intro.includes('**Required.**'));
      expect(table.empty_means, name).toBe(/empty = (none|unknown)/u.exec(intro)?.[1] ?? 'none');
      const key = /Key `?(?:\(([^)]*)\)|([a-z_]+))/u.exec(intro.replace(/`?\(5\.1\)/u, ''));
      const expected = intro.includes('Key: all columns') ? table.columns.map((column) => column.name) : (key?.[1] ?? key?.[2] ?? '').split(', ');
      expect(table.key, name).toEqual(expected);
    }
  });

  it('on the codes of every enumeration, and adds no Chinese value of its own', () => {
    for (const [name, { columns }] of spec) {
      for (const column of columns.filter((candidate) => candidate.type === 'enum')) {
        const source = column.meaning.startsWith('as 4.5') ? spec.get('invoices')?.columns.find((candidate) => candidate.name === column.name) : column;
        const values = tableContract(contract, name).columns.find((candidate) => candidate.name === column.name)?.values ?? {};
        expect(Object.keys(values).sort(), `${name}.${column.name}`).toEqual(specCodes(source ?? column));
        const monthOrQuarter = column.name === 'period_kind' && name === 'small_scale_returns' ? '月季' : '';
        for (const value of Object.values(values).flat()) expect(`${source?.meaning ?? ''}${monthOrQuarter}`, `${name}.${column.name}`).toContain(value);
      }
    }
  });

  it('on the E, W and F codes', () => {
    const written = new Set(markdown.match(/\b[EWF]_[A-Z][A-Z_]+\b/gu));
    expect(Object.keys(KNOWN_CODES).filter((code) => !code.startsWith('N_')).sort()).toEqual([...written].sort());
    for (const code of new Set(markdown.match(/\bN_[A-Z][A-Z_]+\b/gu))) expect(KNOWN_CODES).toHaveProperty(code);
  });

  it('on the names of consumers', () => {
    for (const name of contract.consumerNames) expect(markdown).toContain(name);
  });
});

it('every code has a Chinese and an English meaning of its own', () => {
  const texts = Object.values(KNOWN_CODES);
  expect(new Set(texts.map((text) => text.zh)).size).toBe(texts.length);
  expect(new Set(texts.map((text) => text.en)).size).toBe(texts.length);
  for (const text of texts) expect(text.zh).toMatch(/\p{Script=Han}/u);
});
