import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../api/audit/canonical-json.ts';
import { GENESIS } from '../../../api/audit/chain.ts';
import { assertEvent, isLinked, objectHash, readRecord, writeRecord } from '../../../api/audit/record.ts';
import { assertSm3, hmacSm3 } from '../../../api/audit/sm3.ts';
import { EVENT, KEY } from '../../support/audit-event.ts';

const PLACE = { stream: 'api', seq: 1, prev: GENESIS, at: '2026-11-30T02:00:00.000Z' };
const write = (event: typeof EVENT) => writeRecord(KEY, event, PLACE, event.object_type === 'taxpayer' ? objectHash(KEY, event.object_id) : '');
const read = (line: string) => readRecord(Buffer.from(line.trimEnd()));

describe('a record', () => {
  it('is linked by HMAC-SM3 as two other implementations work it out', () => {
    // Key 00 01 … 1f, the record of EVENT at PLACE as canonical JSON behind 64 zeros. Worked out with a plain SM3 in Python after
    // GB/T 32905-2016 and with: openssl dgst -sm3 -mac HMAC -macopt hexkey:000102…1f. The object's key is HMAC(key, "vatrisk audit objects v1").
    expect(objectHash(KEY, EVENT.object_id)).toBe('6a625dbb0ea5b0c75a325e16f06fbb9fd43246b1b6aa3efe3b13f0176d775e99');
    expect(write(EVENT).hash).toBe('d9f302a8cff077be73480d355533f2e7385b7a8905c50fc6b5b154395501ecd7');
  });

  it('never holds the identifier of a taxpayer or a claim', () => {
    for (const object_type of ['taxpayer', 'claim']) {
      const { line } = writeRecord(KEY, { ...EVENT, object_type }, PLACE, objectHash(KEY, EVENT.object_id));
      expect(line).not.toContain(EVENT.object_id);
      expect(read(line)).toMatchObject({ object_id: '', object_tail: '0013', object_hash: objectHash(KEY, EVENT.object_id) });
    }
    expect(read(writeRecord(KEY, { ...EVENT, object_id: 'A123' }, PLACE, 'x').line)?.object_tail).toBe('');
    expect(read(write({ ...EVENT, object_type: 'token', object_id: 'tok_00000001' }).line)).toMatchObject({ object_id: 'tok_00000001', object_tail: '', object_hash: '' });
  });

  it('reads back byte for byte and linked, whatever its texts hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(fc.property(text, text, text, fc.array(text, { maxLength: 3 }), fc.maxSafeInteger(), (actor, purpose, object_id, roles, rows) => {
      const { line, hash } = write({ ...EVENT, actor, purpose, object_id, object_type: 'ring', roles, rows });
      const record = read(line);
      expect(record).toMatchObject({ actor, purpose, object_id, roles, rows, hash });
      expect(isLinked(KEY, record!, GENESIS)).toBe(true);
      expect(isLinked(KEY, { ...record!, rows: rows === 0 ? 1 : 0 }, GENESIS)).toBe(false);
    }), { numRuns: 150 });
  });

  it('keeps half of a surrogate pair as the mark of an unreadable character, and a backslash before ud as it is', () => {
    expect(read(write({ ...EVENT, purpose: 'a\ud800b \\udfff' }).line)?.purpose).toBe('a\uFFFDb \\udfff');
    expect(read(write({ ...EVENT, purpose: '\\ud800 \u{1F600}' }).line)?.purpose).toBe('\\ud800 \u{1F600}');
  });

  it.each([['rows', 1.5], ['rows', Number.NaN], ['purpose', undefined], ['roles', ['reviewer', 3]], ['regions', undefined]])('refuses an event whose %s is %s, before it is written', (name, value) => {
    expect(() => { assertEvent({ ...EVENT, [name]: value }); }).toThrow(name);
  });

  it.each([
    ['other order of fields', (line: string) => line.replace(/("actor":"[^"]*"),("address":"[^"]*")/u, '$2,$1')],
    ['a blank', (line: string) => line.replace(',', ', ')],
    ['an escape that means the same', (line: string) => line.replace('taxpayer.read', 'taxpayer\\u002eread')],
    ['a field more', (line: string) => line.replace('{', '{"aaa":"",')],
    ['a field twice', (line: string) => line.replace('{', '{"action":"taxpayer.read",')],
    ['a number written otherwise', (line: string) => line.replace('"rows":1', '"rows":1.0')],
    ['a byte order mark', (line: string) => `\uFEFF${line}`],
  ])('is not read with %s', (_, change) => {
    const { line } = write(EVENT);
    expect(read(line)).toBeDefined();
    expect(change(line)).not.toBe(line);
    expect(read(change(line))).toBeUndefined();
  });
});

describe('HMAC-SM3', () => {
  it('is that of node:crypto for keys and messages of every length', () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 5400, max: 5500 }), fc.integer({ min: 16_000, max: 17_000 }));
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 130 }), length, fc.constantFrom('a', '税', '\u{1F600}'), (key, times, letter) => {
      const mac = hmacSm3(Buffer.from(key));
      mac('x'.repeat(500)); // what an earlier message left behind must not count
      expect(mac(letter.repeat(times))).toBe(createHmac('sm3', key).update(letter.repeat(times)).digest('hex'));
      expect(mac(Buffer.alloc(times, 7))).toBe(createHmac('sm3', key).update(Buffer.alloc(times, 7)).digest('hex'));
    }), { numRuns: 200 });
  });

  it('is refused where the platform has no SM3 or a wrong one', () => {
    expect(() => { assertSm3(); }).not.toThrow();
    expect(() => { assertSm3(() => { throw new Error('Digest method not supported'); }); }).toThrow(/install a Node\.js whose .* lists sm3/u);
    expect(() => { assertSm3(() => '00'); }).toThrow(/is 00 on this platform/u);
  });
});

describe('canonical JSON', () => {
  it('orders names by UTF-16 units and writes strings as RFC 8785 section 3.2.2.2 shows', () => {
    expect(canonicalJson({ '\u20ac': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '\ud83d\ude00': 'Smiley', '\u0080': 'Control', '\u00f6': 'o' })).toBe(
      '{"\\r":"CR","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro","\ud83d\ude00":"Smiley","\ufb33":"Dalet"}',
    );
    expect(canonicalJson({ text: '\u20ac$\u000f\nA\'B"\\"/' })).toBe('{"text":"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"}');
    expect(canonicalJson({ list: ['a', 'b'], count: -0 })).toBe('{"count":0,"list":["a","b"]}');
  });

  it('holds whole numbers only', () => {
    for (const count of [0.5, Number.NaN, 2 ** 53]) expect(() => canonicalJson({ count })).toThrow('count');
  });
});
