import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extractRecords, type ExtractedRecord } from '../../../pipeline/ingest/extract-records.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'extract-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function extract(content: string | Buffer, wanted: number[], options: { encoding?: 'utf-8' | 'utf-8-bom' | 'gb18030'; chunkBytes?: number; maxRecordBytes?: number } = {}) {
  const path = join(folder, 'x.csv');
  writeFileSync(path, content);
  const records: ExtractedRecord[] = [];
  const { encoding = 'utf-8', ...rest } = options;
  const found = await extractRecords({ path, encoding }, wanted, (record) => void records.push(record), rest);
  return { found, records };
}

const DELIVERY = '"a\nx",b\n1,2\n\n"3\n4",5\r\nbad\n6,"open\n7,8\n';

describe('extractRecords', () => {
  it.each([1, 7, 1 << 20])('gives raw text and physical line of the wanted records in chunks of %i bytes', async (chunkBytes) => {
    const { found, records } = await extract(DELIVERY, [2, 3, 4], { chunkBytes });
    expect(found).toBe(3);
    expect(records).toEqual([
      { recordNumber: 2, line: 5, rawText: '"3\n4",5', truncated: false },
      { recordNumber: 3, line: 7, rawText: 'bad', truncated: false },
      { recordNumber: 4, line: 8, rawText: '6,"open\n7,8\n', truncated: false },
    ]);
  });

  it('never gives the header, says how many records it found, and reads nothing for an empty wish', async () => {
    expect((await extract(DELIVERY, [1, 99])).found).toBe(1);
    expect((await extract(DELIVERY, [])).records).toEqual([]);
  });

  it('decodes GB18030 and passes over a byte order mark', async () => {
    const text = '名称,b\n㛃𬱖䶮,1\n张三,"2\n';
    expect((await extract(iconv.encode(text, 'gb18030'), [1, 2], { encoding: 'gb18030', chunkBytes: 3 })).records.map((r) => r.rawText)).toEqual(['㛃𬱖䶮,1', '张三,"2\n']);
    expect((await extract(`\uFEFF${text}`, [1], { encoding: 'utf-8-bom' })).records).toEqual([{ recordNumber: 1, line: 2, rawText: '㛃𬱖䶮,1', truncated: false }]);
  });

  it('cuts a very long record between characters and says so', async () => {
    const { records } = await extract(`a\n"${'张'.repeat(100)}`, [1], { chunkBytes: 7, maxRecordBytes: 12 });
    expect(records).toEqual([{ recordNumber: 1, line: 2, rawText: '"张张张', truncated: true }]);
  });

  it('waits for the receiver and hands its error on', async () => {
    const path = join(folder, 'y.csv');
    writeFileSync(path, DELIVERY);
    const order: string[] = [];
    await extractRecords({ path, encoding: 'utf-8' }, [1, 2], async ({ recordNumber }) => {
      order.push(`start ${recordNumber}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`end ${recordNumber}`);
    });
    expect(order).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
    await expect(extractRecords({ path, encoding: 'utf-8' }, [1], () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  });

  it('stops when aborted', async () => {
    const path = join(folder, 'z.csv');
    writeFileSync(path, DELIVERY);
    await expect(extractRecords({ path, encoding: 'utf-8' }, [1], () => undefined, { signal: AbortSignal.abort(new Error('stop now')) })).rejects.toThrow('stop now');
  });
});
