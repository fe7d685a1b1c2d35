import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAuditLog } from '../../../api/audit/audit-log.ts';
import { deriveAuditKey } from '../../../api/audit/key.ts';
import { hashTorn } from '../../../api/audit/open-tail.ts';
import { fileSeal, readSeals } from '../../../api/audit/seal.ts';
import { verifyStream } from '../../../api/audit/verify.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';
import { handClock, recordsOf, scratchFolder } from '../../support/audit.ts';
import { EVENT, KEY } from '../../support/audit-event.ts';

const START = '2026-11-30T23:00:00.000Z';

async function world(options: { start?: string } = {}) {
  const directory = scratchFolder();
  const clock = handClock(options.start ?? START);
  const open = (more: object = {}) => openAuditLog({ directory, stream: 'api', key: KEY, clock: clock.now, ...more });
  const log = await open();
  onTestFinished(() => log.close().catch(() => undefined));
  const file = (name: string) => join(directory, 'api', name);
  const breakOf = async () => (await verifyStream({ directory, stream: 'api', key: KEY })).first_break;
  return { directory, clock, open, log, file, breakOf };
}

describe('appending', () => {
  it('keeps the order of the calls, and resolves when the record is in the file', async () => {
    const { directory, log, file, breakOf } = await world();
    let seen = 0;
    await Promise.all(Array.from({ length: 600 }, async (_, number) => {
      await log.append({ ...EVENT, rows: number });
      expect(readFileSync(file('2026-11.jsonl'), 'latin1').split('\n').length).toBeGreaterThan(number + 1);
      seen++;
    }));
    expect(seen).toBe(600);
    expect(recordsOf(directory).map(({ rows }) => rows)).toEqual(Array.from({ length: 600 }, (_, number) => number));
    expect(log.head()).toEqual({ seq: 600, hash: recordsOf(directory).at(-1)?.hash });
    expect(await breakOf()).toBeNull();
  });

  it('lets nobody else read: files 0600 in a folder 0700', async () => {
    const { directory, log, file } = await world();
    await log.append(EVENT);
    expect([statSync(file('2026-11.jsonl')).mode & 0o777, statSync(join(directory, 'api')).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('begins a file with the month, also within one group, and carries the chain over; a clock set back stays in it', async () => {
    const { directory, clock, log, breakOf } = await world();
    const all = [];
    for (const at of ['2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2026-11-30T23:59:59.000Z', '2027-02-01T00:00:00.000Z']) {
      clock.set(at);
      all.push(log.append(EVENT));
    }
    await Promise.all(all);
    expect(readdirSync(join(directory, 'api')).filter((name) => name.endsWith('.jsonl')).sort()).toEqual(['2026-11.jsonl', '2026-12.jsonl', '2027-02.jsonl']);
    const records = recordsOf(directory);
    expect(records.map(({ seq, at }) => [seq, at.slice(0, 7)])).toEqual([[1, '2026-11'], [2, '2026-12'], [3, '2026-11'], [4, '2027-02']]);
    expect(records.slice(1).map(({ prev }) => prev)).toEqual(records.slice(0, -1).map(({ hash }) => hash));
    expect(await breakOf()).toBeNull();
  });

  it('goes on where it ended when opened again, and refuses what comes after close', async () => {
    const { directory, log, open, breakOf } = await world();
    await log.append(EVENT);
    await log.close();
    await expect(log.append(EVENT)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    const again = await open();
    await again.append(EVENT);
    await again.close();
    expect(recordsOf(directory).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await breakOf()).toBeNull();
  });

  it('refuses an event that would not read back, and only that one', async () => {
    const { log, breakOf } = await world();
    const results = await Promise.allSettled([log.append(EVENT), log.append({ ...EVENT, rows: Number.NaN }), log.append(EVENT)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log.head().seq).toBe(2);
    expect(await breakOf()).toBeNull();
  });
});

describe('one writer', () => {
  it('a second one is refused while the first holds the stream, and waits for it when asked to', async () => {
    const { directory, log, open } = await world();
    await expect(open()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', message: expect.stringContaining(`process ${process.pid} on`) });
    const waiting = open({ waitMilliseconds: 5000 });
    await log.append(EVENT);
    await log.close();
    const second = await waiting;
    expect(second.head().seq).toBe(1);
    await second.close();
    expect(existsSync(join(directory, 'api', 'writer.lock'))).toBe(false);
  });

  it('a lock of a process that was killed is taken over, by one of many only', async () => {
    const { directory, log, open } = await world();
    await log.close();
    const writer = await startWriter(directory);
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining(`process ${writer.pid}`) });
    await writer.kill();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => open()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'fulfilled') await result.value.close();
    expect(readdirSync(join(directory, 'api')).filter((name) => name.startsWith('writer'))).toEqual([]);
  });

  it.each([
    ['another process that has the number now', { started: '1' }, true],
    ['an earlier boot', { boot: 'another' }, true],
    ['another machine', { host: 'another' }, false],
  ])('a lock of %s', async (_, change, isTaken) => {
    const { directory, log, open } = await world();
    const lock = join(directory, 'api', 'writer.lock');
    const held = JSON.parse(readFileSync(lock, 'utf8')) as object;
    await log.close();
    writeFileSync(lock, JSON.stringify({ ...held, ...change }));
    if (isTaken) await (await open()).close();
    else await expect(open()).rejects.toMatchObject({ message: expect.stringContaining(`remove ${lock}`) });
  });

  it('notices another hand: nothing is appended until the file is as it was', async () => {
    const { directory, log, file, breakOf } = await world();
    await log.append(EVENT);
    const changes: [() => void, () => void][] = [
      [() => { appendFileSync(file('2026-11.jsonl'), 'x\n'); }, () => { truncateSync(file('2026-11.jsonl'), statSync(file('2026-11.jsonl')).size - 2); }],
      [() => { renameSync(file('2026-11.jsonl'), file('aside')); }, () => { renameSync(file('aside'), file('2026-11.jsonl')); }],
      [() => { renameSync(join(directory, 'api'), join(directory, 'gone')); }, () => { renameSync(join(directory, 'gone'), join(directory, 'api')); }],
    ];
    for (const [change, back] of changes) {
      change();
      await expect(log.append(EVENT)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
      await expect(log.append(EVENT)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
      back();
      await log.append(EVENT);
    }
    expect(recordsOf(directory).map(({ action, rows }) => (action === 'audit.recovered' ? `refused ${rows}` : action))).toEqual(['taxpayer.read', ...changes.flatMap(() => ['refused 2', 'taxpayer.read'])]);
    expect(await breakOf()).toBeNull();
  });
});

describe('verifying while records are written', () => {
  it('finds no break where there is none, and one where there is', async () => {
    const { log, file, breakOf } = await world();
    let isDone = false;
    const writing = (async () => {
      while (!isDone) await Promise.all(Array.from({ length: 200 }, () => log.append({ ...EVENT, purpose: '长'.repeat(200) })));
    })();
    await until(() => log.head().seq > 1000);
    for (let time = 0; time < 3; time++) expect(await breakOf()).toBeNull();
    isDone = true;
    await writing;
    truncateSync(file('2026-11.jsonl'), statSync(file('2026-11.jsonl')).size - 1);
    expect((await breakOf())?.what).toBe('the last line has no end'); // the writer had a second to end it
  });
});

describe('a log that cannot be written', () => {
  it('refuses all that wait and loses nothing afterwards', async () => {
    const { directory, clock, log, file, breakOf } = await world();
    await log.append(EVENT);
    mkdirSync(file('2026-12.jsonl'));
    clock.set('2026-12-01T00:00:00Z');
    const results = await Promise.allSettled(Array.from({ length: 400 }, () => log.append(EVENT)));
    expect(results.every((result) => result.status === 'rejected' && (result.reason as { code: string }).code === 'AUDIT_UNAVAILABLE')).toBe(true);
    expect(log.head().seq).toBe(1);
    rmSync(file('2026-12.jsonl'), { recursive: true });
    await log.append({ ...EVENT, rows: 7 });
    expect(recordsOf(directory).slice(1)).toMatchObject([{ seq: 2, action: 'audit.recovered', rows: 400, reason: 'events refused while the log could not be written: 400' }, { seq: 3, rows: 7 }]);
    expect(await breakOf()).toBeNull();
  });

  it.skipIf(!existsSync('/usr/bin/prlimit'))('a disk that is full in the middle of a line: what was refused is not in the chain, the bytes are kept', async () => {
    const { directory, log, breakOf } = await world();
    await log.close();
    const writer = await startWriter(directory);
    expect(await writer.ask('3')).toBe('kept 3 refused 0 ');
    await writer.limit('4000');
    expect(await writer.ask('20')).toBe('kept 0 refused 20 AUDIT_UNAVAILABLE');
    expect(statSync(join(directory, 'api', '2026-11.jsonl')).size).toBe(4000);
    await writer.limit('unlimited');
    expect(await writer.ask('5')).toBe('kept 5 refused 0 ');
    expect(await writer.ask('close')).toBe('closed');
    const records = recordsOf(directory);
    expect(records.map(({ action }) => action)).toEqual([...Array<string>(3).fill('taxpayer.read'), 'audit.recovered', ...Array<string>(5).fill('taxpayer.read')]);
    const [torn] = readdirSync(join(directory, 'api')).filter((name) => name.endsWith('.torn'));
    expect(records[3]).toMatchObject({ object_type: 'audit_tail', object_id: torn, rows: 20, object_hash: await hashTorn(join(directory, 'api'), KEY, [torn!]) });
    expect(await breakOf()).toBeNull();
  });
});

describe('opening after a crash', () => {
  it('sets a torn last line aside and tells of it; the bytes and their hash are kept', async () => {
    const { directory, log, file, open, breakOf } = await world();
    await log.append(EVENT);
    await log.close();
    appendFileSync(file('2026-11.jsonl'), '{"action":"taxp');
    await (await open()).close();
    expect(readFileSync(file('000000000002-1.torn'), 'utf8')).toBe('{"action":"taxp');
    expect(recordsOf(directory)).toMatchObject([{ seq: 1 }, { seq: 2, actor: 'system', action: 'audit.recovered', object_id: '000000000002-1.torn' }]);
    expect(await breakOf()).toBeNull();
    rmSync(file('000000000002-1.torn'));
    expect((await breakOf())?.what).toContain('changed or taken away');
  });

  it('in the first record of a month, and between setting aside and telling', async () => {
    const { directory, clock, log, file, open, breakOf } = await world();
    await log.append(EVENT);
    await log.close();
    writeFileSync(file('2026-12.jsonl'), '{"act');
    writeFileSync(file('000000000002-1.torn'), '{"act'); // copied by a process that ended before it could cut
    expect((await breakOf())?.what).toBe('the last line has no end');
    clock.set('2027-01-01T00:00:00Z');
    await (await open()).close();
    expect(recordsOf(directory)[1]).toMatchObject({ seq: 2, object_id: '000000000002-1.torn 000000000002-2.torn' });
    expect(readFileSync(file('2026-12.jsonl'), 'utf8')).toBe('');
    expect(await breakOf()).toBeNull();
  });

  it('refuses to go on behind a newest record that was changed or has another key', async () => {
    const { directory, clock, log, file, open } = await world();
    await log.append(EVENT);
    await log.close();
    await expect(openAuditLog({ directory, stream: 'api', key: deriveAuditKey(Buffer.alloc(32, 1)), clock: clock.now })).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    const text = readFileSync(file('2026-11.jsonl'), 'utf8');
    writeFileSync(file('2026-11.jsonl'), text.replace('"rows":1', '"rows":2'));
    await expect(open()).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    expect(existsSync(file('writer.lock'))).toBe(false);
    writeFileSync(file('2026-11.jsonl'), text);
    await (await open()).close();
  });

  it('finds a last line longer than what is read at once', async () => {
    const { directory, log, open, breakOf } = await world();
    await log.append(EVENT);
    await log.append({ ...EVENT, purpose: '长'.repeat(90_000) });
    await log.close();
    const again = await open();
    expect(again.head().seq).toBe(2);
    await again.append(EVENT);
    await again.close();
    expect(recordsOf(directory)).toHaveLength(3);
    expect(await breakOf()).toBeNull();
  });
});

describe('sealing', () => {
  it('happens on the first record of a UTC day and at close', async () => {
    const { directory, clock, log, open } = await world({ start: '2026-11-30T08:00:00Z' });
    await log.close();
    const sealFile = join(directory, 'seals.jsonl');
    const sealed = await open({ seal: fileSeal(sealFile, KEY) });
    for (const at of ['2026-11-30T08:00:00Z', '2026-11-30T09:00:00Z', '2026-12-01T00:00:00Z', '2026-12-01T01:00:00Z']) {
      clock.set(at);
      await sealed.append(EVENT);
      await until(() => at.endsWith('9:00:00Z') || existsSync(sealFile) && readFileSync(sealFile, 'utf8').includes(at.slice(0, 10)));
    }
    await sealed.close();
    expect((await readSeals(sealFile, KEY)).map(({ head }) => head?.seq)).toEqual([1, 3, 4]);
    await (await open({ seal: fileSeal(sealFile, KEY) })).close();
    expect(statSync(sealFile).mode & 0o777).toBe(0o600);
  });

  it('out of reach warns, is tried again after a minute, and fails the close; the log goes on', async () => {
    const { directory, clock, log, open, breakOf } = await world();
    await log.close();
    const warnings: string[] = [];
    const place = join(directory, 'away');
    const sealed = await open({ seal: fileSeal(join(place, 'seals.jsonl'), KEY), warn: (message: string) => warnings.push(message) });
    await sealed.append(EVENT);
    await until(() => warnings.length === 1);
    await sealed.append(EVENT);
    expect(warnings).toEqual([expect.stringContaining('cannot be sealed')]);
    mkdirSync(place);
    clock.pass(60_000);
    await sealed.append(EVENT);
    await until(() => existsSync(join(place, 'seals.jsonl')));
    await sealed.append(EVENT);
    rmSync(place, { recursive: true });
    await expect(sealed.close()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(existsSync(join(directory, 'api', 'writer.lock'))).toBe(false);
    expect(await breakOf()).toBeNull();
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A real process that writes the stream. */
async function startWriter(directory: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', packagePath('test', 'support', 'audit-writer.ts'), directory], { cwd: packagePath(), stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await answers.next()).value);
  expect(await next()).toBe('ready');
  return {
    pid: child.pid ?? 0,
    ask: (line: string) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    limit: (bytes: string) => new Promise((resolve) => spawn('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]).on('close', resolve)),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
