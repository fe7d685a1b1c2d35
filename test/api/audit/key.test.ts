import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditDirectory, deriveAuditKey, readAuditKey } from '../../../api/audit/key.ts';
import { scratchFolder } from '../../support/audit.ts';

const BYTES = Buffer.from(Array.from({ length: 32 }, (_, at) => at + 200));
const MAC = deriveAuditKey(BYTES).chain('x');

describe('the audit key', () => {
  it('is made once, of 32 random bytes, for its owner only', () => {
    const [state, other] = [join(scratchFolder(), 'serve'), scratchFolder()];
    const first = readAuditKey(state).chain('x');
    expect(statSync(join(state, 'audit.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(state, 'audit.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/u);
    expect(readAuditKey(state).chain('x')).toBe(first);
    expect(readAuditKey(other).chain('x')).not.toBe(first);
  });

  it.each<[string, string | Buffer]>([['hexadecimal digits', `${BYTES.toString('hex').toUpperCase()}\n`], ['base64', `${BYTES.toString('base64')}\n`], ['base64url', BYTES.toString('base64url')], ['raw bytes', BYTES]])('is read as %s', (_, content) => {
    const file = join(scratchFolder(), 'key');
    writeFileSync(file, content, { mode: 0o400 });
    expect(readAuditKey('/nowhere', file).chain('x')).toBe(MAC);
  });

  it.each<[string, string | Buffer]>([['empty', ''], ['31 bytes', BYTES.subarray(1)], ['62 hexadecimal digits', 'a7'.repeat(31)], ['a password', 'correct-horse-battery-staple']])('is refused when it is %s', (_, content) => {
    const file = join(scratchFolder(), 'key');
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => readAuditKey('/nowhere', file)).toThrow(expect.objectContaining({ code: 'AUDIT_UNAVAILABLE', message: expect.stringContaining('at least 32') as unknown }));
  });

  it('is refused when others may open it, when it is named and absent, and when records of a lost key are there', () => {
    const state = scratchFolder();
    const file = join(state, 'audit.key');
    readAuditKey(state);
    chmodSync(file, 0o640);
    expect(() => readAuditKey(state)).toThrow('has mode 0640');
    expect(() => readAuditKey(state, join(state, 'none'))).toThrow('does not exist');
    rmSync(file);
    mkdirSync(join(auditDirectory(state), 'api'), { recursive: true });
    expect(() => readAuditKey(state)).toThrow('is gone');
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('derives keys that differ by use', () => {
    const { chain, objects, seals, tokens } = deriveAuditKey(BYTES);
    expect(new Set([chain, objects, seals, tokens].map((mac) => mac('x'))).size).toBe(4);
  });
});
