import { Command } from 'commander';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportAsAsked, registerExport, type ExportOptions } from '../../../pipeline/commands/export.ts';
import { writeExportWorld } from '../../support/export-world.ts';

const scratch = mkdtempSync(join(tmpdir(), 'export-command-'));
const out = join(scratch, 'out');
beforeAll(() => writeExportWorld(out, { filled: 200 }));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const ask = (options: Partial<ExportOptions>) => exportAsAsked({ out, output: join(scratch, 'x.csv'), encoding: 'utf-8', purpose: '', ...options }, { interactive: false }, new AbortController().signal);

describe('vatrisk export', () => {
  it('takes the format from the ending and the region as the scope', async () => {
    const result = await ask({ region: '5301', level: 'high, medium', indicator: 'vr-35', minimumAmount: '50' });
    // 200 taxpayers by formula: half of them in 5301, three in five high or medium, VR-35 for the even ones, amounts of 1.37 yuan times their number.
    const expected = Array.from({ length: 200 }, (_, n) => n).filter((n) => n % 4 < 2 && n % 5 < 3 && n % 2 === 0 && n * 1.37 >= 50).length;
    expect(result).toMatchObject({ format: 'csv', masked: true, rows: { 线索清单: expected }, manifest: 'x.csv.manifest.json' });
  });

  it('takes xlsx where the ending says nothing, and a ring by its id in any case', async () => {
    expect(await ask({ output: join(scratch, 'cases'), ring: 'r-1' })).toMatchObject({ format: 'xlsx', rows: { 线索清单: 10, 团伙: 10 } });
  });

  it.each<[Partial<ExportOptions>, string, RegExp]>([
    [{ level: 'hgih', region: '5399', indicator: 'VR-23' }, 'USAGE', /level: hgih is not known; did you mean high\?[^]*indicator: VR-23[^]*did you mean VR-22\?[^]*region: 5399 is not known/u],
    [{ region: 'kunming' }, 'USAGE', /region: kunming is not known/u],
    [{ ring: 'R-11' }, 'RING_UNKNOWN', /did you mean R-1\?/u],
    [{ minimumAmount: 'much' }, 'USAGE', /expected yuan/u],
    [{ unmask: true }, 'USAGE', /purpose: names in full need a purpose/u],
    [{ name: '没有这个' }, 'EXPORT_EMPTY', /nothing was written/u],
    [{ run: 'never' }, 'SNAPSHOT_MISSING', /never is not in/u],
  ])('%j is refused as %s, with what to do', async (options, code, said) => {
    const error = await ask({ output: join(scratch, 'no.xlsx'), ...options }).catch((caught: unknown) => caught as Error & { code: string; details: string[] });
    expect(error).toMatchObject({ code });
    expect([(error as Error).message, ...(error as { details: string[] }).details].join('\n')).toMatch(said);
    expect(readdirSync(scratch).filter((name) => name.includes('no.xlsx'))).toEqual([]);
  });

  it('shows two examples in its help, and not the order that programs give', () => {
    const program = new Command().exitOverride();
    let help = '';
    registerExport(program);
    const command = program.commands[0]!.exitOverride().configureOutput({ writeOut: (text) => { help += text; } });
    expect(() => command.parse(['--help'], { from: 'user' })).toThrow();
    expect(help.match(/^ {2}vatrisk export --out/gmu)).toHaveLength(2);
    expect(help).not.toContain('--request');
  });
});
