import { describe, expect, it } from 'vitest';
import { terminalProgress } from '../../../pipeline/commands/progress.ts';
import { paint, renderTable, yuan } from '../../../pipeline/commands/terminal.ts';
import { displayWidth } from '../../../pipeline/shared/display-width.ts';

describe('displayWidth', () => {
  it.each([['abc', 3], ['税务', 4], ['（红）', 6], ['ＡＢ', 4], ['税a务b', 6], ['', 0], ['—✓', 2], ['𠮷', 2]])('of %s is %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

interface Line {
  readonly name: string;
  readonly amount: string;
}

describe('renderTable', () => {
  const rows = [{ name: '昆明某某商贸有限公司', amount: '1,234.00' }, { name: 'Short', amount: '7.00' }];
  const columns = [
    { title: '名称 name', value: (row: Line) => row.name },
    { title: '金额', value: (row: Line) => row.amount, right: true },
  ];

  it('aligns columns that mix Chinese and Latin text', () => {
    const lines = renderTable(rows, columns).split('\n');
    expect(lines).toHaveLength(4);
    expect(new Set(lines.map(displayWidth)).size).toBe(1);
    expect(lines[3]).toBe(`Short${' '.repeat(15)}  ${' '.repeat(4)}7.00`);
  });

  it('cuts cells that are too wide to the width it was given, never through half a character', () => {
    const [, , first = ''] = renderTable(rows, columns.slice(0, 1), 9).split('\n');
    expect(first).toBe('昆明某某…');
    expect(displayWidth(first)).toBeLessThanOrEqual(9);
  });

  it('shows its heads when there are no rows', () => {
    expect(renderTable([], columns).split('\n')[0]).toBe('名称 name  金额');
  });
});

describe('yuan and paint', () => {
  it('groups thousands and keeps two decimals; nothing for no value', () => {
    expect([yuan(1234567.5), yuan(-0.5), yuan(0), yuan(null)]).toEqual(['1,234,567.50', '-0.50', '0.00', '']);
  });

  it('colours only when the terminal shows colours and the grade has one', () => {
    expect(paint('x', 'red', { color: true })).toBe('\u001b[31mx\u001b[0m');
    expect([paint('x', 'red', { color: false }), paint('x', 'none', { color: true })]).toEqual(['x', 'x']);
  });
});

describe('progress', () => {
  function record(isTTY: boolean) {
    const written: string[] = [];
    const stream = { isTTY, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
    let now = 0;
    const progress = terminalProgress(stream, () => now);
    progress.step(2, 6, 'features');
    now = 65_000;
    progress.update(2, 6, 'features', { what: 'feat_pair', percent: 41.7 });
    progress.update(2, 6, 'features', { what: 'feat_pair', percent: null });
    progress.done(2, 6, 'features', 65.04, 1234567);
    return written;
  }

  it('is one redrawn line at a terminal: step n/N, name, what, percent, elapsed, rows at the end', () => {
    const written = record(true);
    expect(written[1]).toBe('\r\u001b[2Kstep 2/6  features  feat_pair  41%  01:05');
    expect(written[2]).toBe('\r\u001b[2Kstep 2/6  features  feat_pair  01:05');
    expect(written.at(-1)).toBe('step 2/6 features 65.0 s, 1,234,567 rows\n');
    expect(written.filter((text) => text.includes('\n'))).toHaveLength(1);
  });

  it('is one line per step without control characters when piped', () => {
    expect(record(false)).toEqual(['step 2/6 features started\n', 'step 2/6 features 65.0 s, 1,234,567 rows\n']);
  });
});
