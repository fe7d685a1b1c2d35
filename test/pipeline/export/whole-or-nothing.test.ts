import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportProgress } from '../../../pipeline/export/job.ts';
import { writeExportWorld } from '../../support/export-world.ts';
import { bytesOf, exportTo, filesIn, scratch } from './world.ts';

const { folder, clean } = scratch();
const out = join(folder, 'out');
beforeAll(() => writeExportWorld(out, { filled: 3000 }));
afterAll(clean);

function place(name: string): string {
  const at = join(folder, name);
  mkdirSync(at);
  return at;
}

describe('an export', () => {
  it.each(['xlsx', 'csv', 'parquet'] as const)('as %s that is stopped on its way leaves nothing, and the former file as it was', async (format) => {
    const at = place(`stopped-${format}`);
    const file = join(at, `cases.${format}`);
    writeFileSync(file, 'former');
    const stop = new AbortController();
    const seen: ExportProgress[] = [];
    const onProgress = (progress: ExportProgress) => {
      seen.push(progress);
      stop.abort();
    };
    await expect(exportTo(out, file, { format, rowsMaximum: 10_000, options: { signal: stop.signal, onProgress } })).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 143 });
    expect(seen.length).toBeGreaterThan(0);
    expect(filesIn(at)).toEqual([`cases.${format}`]);
    expect(bytesOf(at, `cases.${format}`).toString()).toBe('former');
  });

  it('tells how far it is, to the last row, and which table it writes', async () => {
    const at = place('progress');
    const seen: ExportProgress[] = [];
    const { rows } = await exportTo(out, join(at, 'cases.csv'), { format: 'csv', rowsMaximum: 10_000, options: { onProgress: (progress) => seen.push(progress) } });
    const done = seen.map((one) => one.rows_done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(new Set(seen.map(({ rows_total: total }) => total)).size).toBe(1);
    expect([...new Set(seen.map(({ part }) => part))]).toEqual(['线索清单', '指标明细', '团伙', '团伙交易', '口径说明', '元数据']);
    expect(seen.at(-1)!.rows_done).toBe(seen.at(-1)!.rows_total);
    expect(seen.at(-1)!.rows_done).toBeGreaterThan(Object.values(rows).reduce((sum, count) => sum + count, 0));
  });

  it('of nothing, or of more than is allowed, says so and writes nothing', async () => {
    const at = place('refused');
    await expect(exportTo(out, join(at, 'cases.xlsx'), { filters: { name: '没有这个名称' } })).rejects.toMatchObject({ code: 'EXPORT_EMPTY', exitCode: 3 });
    await expect(exportTo(out, join(at, 'cases.xlsx'), { rowsMaximum: 2999 })).rejects.toMatchObject({ code: 'EXPORT_TOO_LARGE', exitCode: 2, message: expect.stringContaining('3000 taxpayers and one export may hold 2999') as string });
    expect(filesIn(at)).toEqual([]);
  });

  it('names every fault of a request at once, and needs a purpose for names in full', async () => {
    const at = place('faults');
    const error = await exportTo(out, join(at, 'x.xlsx'), { unmask: true, purpose: ' 核查 ', operator: ' ', encoding: 'gb18030', exportedAt: 'soon', rowsMaximum: 0 }).catch((caught: unknown) => caught as { code: string; details: string[] });
    expect((error as { code: string }).code).toBe('USAGE');
    expect((error as { details: string[] }).details.map((line) => line.split(':')[0])).toEqual(['encoding', 'operator', 'purpose', 'exportedAt', 'rowsMaximum']);
    expect(filesIn(at)).toEqual([]);
  });

  it('into a place that cannot be written says so', async () => {
    const at = place('disk');
    writeFileSync(join(at, 'file'), '');
    await expect(exportTo(out, join(at, 'file', 'cases.csv'), { format: 'csv' })).rejects.toMatchObject({ code: 'DISK_FAILED', exitCode: 7 });
    mkdirSync(join(at, 'taken.xlsx'));
    await expect(exportTo(out, join(at, 'taken.xlsx'), { filters: { ids: ['915300000000000001'] } })).rejects.toMatchObject({ code: 'DISK_FAILED' });
    expect(filesIn(at)).toEqual(['file', 'taken.xlsx']);
  });
});
