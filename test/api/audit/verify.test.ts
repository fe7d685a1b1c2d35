import fc from 'fast-check';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAuditLog } from '../../../api/audit/audit-log.ts';
import { deriveAuditKey } from '../../../api/audit/key.ts';
import { fileSeal } from '../../../api/audit/seal.ts';
import { verifyAll, verifyStream } from '../../../api/audit/verify.ts';
import { handClock, recordsOf, scratchFolder, writeMonths } from '../../support/audit.ts';
import { EVENT, KEY } from '../../support/audit-event.ts';

const MONTHS = ['2026-09', '2026-10', '2026-12'];
let directory: string;
const file = (name: string) => join(directory, 'api', name);
const verify = (range: { from?: string; to?: string } = {}) => verifyStream({ directory, stream: 'api', key: KEY, ...range });
const lines = (name: string) => readFileSync(file(name), 'utf8').split('\n').slice(0, -1);
const write = (name: string, texts: readonly string[]) => { writeFileSync(file(name), texts.map((text) => `${text}\n`).join('')); };

beforeEach(async () => {
  directory = scratchFolder();
  await writeMonths(directory, MONTHS);
});

describe('a whole stream', () => {
  it('is whole over its months, of which one without events has no file', async () => {
    const report = await verify();
    expect(report).toMatchObject({ files: 3, records: 12, first_seq: 1, first_break: null });
    expect(report.head).toMatchObject({ seq: 12, hash: recordsOf(directory).at(-1)?.hash, at: '2026-12-04T08:00:00.123Z' });
  });

  it('can be verified in part, linked to the month before', async () => {
    expect(await verify({ from: '2026-10', to: '2026-10' })).toMatchObject({ files: 1, records: 4, first_seq: 5, first_break: null });
    write('2026-09.jsonl', lines('2026-09.jsonl').slice(0, 3));
    expect((await verify({ from: '2026-10' })).first_break).toMatchObject({ file: file('2026-10.jsonl'), line: 1 });
    rmSync(file('2026-09.jsonl')); // archived
    expect(await verify({ from: '2026-10' })).toMatchObject({ records: 8, first_seq: 5, first_break: null });
    expect((await verify()).first_break).toMatchObject({ file: file('2026-10.jsonl'), line: 1, what: expect.stringContaining('record 5 where 1 was expected') });
  });
});

describe('one byte', () => {
  it('changed, put in or taken out anywhere in any file is found', async () => {
    appendFileSync(file('2026-12.jsonl'), '{"action":"taxpayer.re'); // what a crash leaves behind, so that there is a tail set aside, too
    await (await openAuditLog({ directory, stream: 'api', key: KEY, clock: handClock('2026-12-20T00:00:00Z').now })).close();
    expect((await verify()).first_break).toBeNull();
    const names = readdirSync(join(directory, 'api')).sort();
    expect(names).toEqual(['000000000013-1.torn', ...MONTHS.map((month) => `${month}.jsonl`)]);
    const change = fc.record({ name: fc.constantFrom(...names), kind: fc.constantFrom('flip', 'insert', 'delete'), where: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(fc.asyncProperty(change, async ({ name, kind, where, byte }) => {
      const before = readFileSync(file(name));
      const at = Math.min(before.length - 1, Math.floor(where * before.length));
      const middle = kind === 'flip' ? [before[at]! ^ byte] : kind === 'insert' ? [byte, before[at]!] : [];
      writeFileSync(file(name), Buffer.concat([before.subarray(0, at), Buffer.from(middle), before.subarray(at + 1)]));
      expect((await verify()).first_break).not.toBeNull();
      writeFileSync(file(name), before);
    }), { numRuns: 250 });
    expect((await verify()).first_break).toBeNull();
  });

  it('put in at the very end is found', async () => {
    for (const text of ['\n', ' ', '{}\n']) {
      const before = readFileSync(file('2026-12.jsonl'));
      appendFileSync(file('2026-12.jsonl'), text);
      expect((await verify()).first_break).toMatchObject({ file: file('2026-12.jsonl'), line: 5 });
      writeFileSync(file('2026-12.jsonl'), before);
    }
  });
});

describe('a record or a file', () => {
  it.each<[string, (texts: string[]) => string[], number]>([
    ['two lines swapped', ([a, b, c, d]) => [a!, c!, b!, d!], 2],
    ['a line taken out of the middle', ([a, , c, d]) => [a!, c!, d!], 2],
    ['a line doubled', ([a, b, c, d]) => [a!, b!, b!, c!, d!], 3],
    ['the first line taken out', ([, b, c, d]) => [b!, c!, d!], 1],
  ])('%s: the first wrong line is named', async (_, change, line) => {
    write('2026-10.jsonl', change(lines('2026-10.jsonl')));
    expect((await verify()).first_break).toMatchObject({ file: file('2026-10.jsonl'), line });
  });

  it('taken out at the end of a month is found in the next', async () => {
    write('2026-10.jsonl', lines('2026-10.jsonl').slice(0, 3));
    expect((await verify()).first_break).toMatchObject({ file: file('2026-12.jsonl'), line: 1, what: expect.stringContaining('record 9 where 8 was expected') });
  });

  it.each(MONTHS.slice(0, 2))('the month %s taken away is found', async (month) => {
    rmSync(file(`${month}.jsonl`));
    expect((await verify()).first_break).toMatchObject({ line: 1, what: expect.stringContaining('was expected') });
  });

  it('renamed or strange files are found', async () => {
    renameSync(file('2026-12.jsonl'), file('2026-11.jsonl'));
    expect((await verify()).first_break?.what).toContain('is of 2026-12');
    renameSync(file('2026-11.jsonl'), file('2027-01.jsonl'));
    expect((await verify()).first_break?.what).toContain('the file bears another name');
    renameSync(file('2027-01.jsonl'), file('2026-13.jsonl'));
    expect((await verify()).first_break?.what).toContain('no month');
  });

  it('of another stream or under another key is found at once', async () => {
    const other = deriveAuditKey(Buffer.alloc(32, 9));
    expect((await verifyStream({ directory, stream: 'api', key: other })).first_break).toMatchObject({ file: file('2026-09.jsonl'), line: 1, what: expect.stringContaining('the key is another') });
    cpSync(join(directory, 'api'), join(directory, 'local'), { recursive: true });
    expect((await verifyStream({ directory, stream: 'local', key: KEY })).first_break?.what).toBe('a record of the stream api');
  });
});

describe('a cut end', () => {
  const seals = () => join(directory, '..', `${directory.split('/').pop() ?? ''}.seals`);
  const cut = () => { truncateSync(file('2026-12.jsonl'), Buffer.byteLength(`${lines('2026-12.jsonl').slice(0, 2).join('\n')}\n`) + 12); };
  const cutWhole = () => { write('2026-12.jsonl', lines('2026-12.jsonl').slice(0, 2)); };
  const head = () => ({ stream: 'api', seq: 11, hash: recordsOf(directory)[10]!.hash, at: '2026-12-03T09:00:00.000Z' });
  const all = (more: object = {}) => verifyAll({ directory, key: KEY, ...more });

  it('does not show by the chain alone: this is why there are seals', async () => {
    cutWhole();
    expect((await all()).streams[0]).toMatchObject({ records: 10, first_break: null });
  });

  it('inside a line shows by the chain', async () => {
    cut();
    expect((await all()).streams[0]?.first_break).toMatchObject({ line: 3, what: 'the last line has no end' });
  });

  it('behind a sealed head is found, whether a line, a month or the whole stream is gone', async () => {
    await fileSeal(seals(), KEY).append(head());
    expect((await all({ sealFile: seals() })).streams[0]).toMatchObject({ heads_found: 1, first_break: null });
    cutWhole();
    expect((await all({ sealFile: seals() })).streams[0]?.first_break).toMatchObject({ file: file('2026-12.jsonl'), line: 2, what: expect.stringContaining('ends at record 10, but record 11 is noted in line 1 of the seal file') });
    expect((await all({ sealFile: seals(), to: '2026-10' })).streams[0]?.first_break).toBeNull(); // nothing is said of later months
    rmSync(file('2026-12.jsonl'));
    expect((await all({ sealFile: seals() })).streams[0]?.first_break?.what).toContain('cut off');
    rmSync(join(directory, 'api'), { recursive: true });
    expect((await all({ sealFile: seals() })).streams[0]).toMatchObject({ stream: 'api', records: 0, first_break: { what: expect.stringContaining('cut off') as string } });
    rmSync(seals());
  });

  it('is found by a head noted elsewhere, and so is a chain written anew by someone with the key', async () => {
    const { stream, seq, hash } = head();
    const expected = { stream, seq, hash, at: '', where: 'a printed report' };
    expect((await all({ expected })).streams[0]).toMatchObject({ heads_found: 1, first_break: null });
    cutWhole();
    expect((await all({ expected })).streams[0]?.first_break?.what).toContain('record 11 is noted in a printed report');
    const log = await openAuditLog({ directory, stream: 'api', key: KEY, clock: handClock('2026-12-05T00:00:00Z').now });
    await log.append(EVENT);
    await log.close();
    expect((await all()).streams[0]?.first_break).toBeNull();
    expect((await all({ expected })).streams[0]?.first_break).toMatchObject({ line: 3, what: expect.stringContaining('written anew') });
  });

  it('of the seal file or a changed seal is told by line', async () => {
    const seal = fileSeal(seals(), KEY);
    await seal.append(head());
    await seal.append({ ...head(), seq: 12, hash: recordsOf(directory)[11]!.hash });
    const text = readFileSync(seals(), 'utf8');
    writeFileSync(seals(), text.replace('"seq":12', '"seq":11').slice(0, -1));
    await seal.append(head());
    const report = await all({ sealFile: seals() });
    expect(report.seal_breaks).toMatchObject([{ file: seals(), line: 2 }]);
    expect(report.streams[0]).toMatchObject({ heads_found: 2, first_break: null });
    rmSync(seals());
    await expect(all({ sealFile: seals() })).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', message: expect.stringContaining('cannot be read') });
  });
});
