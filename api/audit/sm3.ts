import { createHash, createHmac, hash } from 'node:crypto';
import { VatRiskError } from '../../pipeline/shared/errors.ts';

// GB/T 32905-2016, appendix A.1: the digest of "abc".
const VECTOR = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0';

/** Message authentication with one key: 64 lower-case hexadecimal digits. */
export type Mac = (message: string | Buffer) => string;

const BLOCK = 64;
const DIGEST = 32;
const SHORT = 16_384;

/**
 * HMAC-SM3 (RFC 2104 over GB/T 32905-2016). For a short message the padded key is laid out once and the platform's one-call digest
 * used twice: half the time of createHmac, which every request would pay for; a test holds both to the same bytes.
 */
export function hmacSm3(key: Buffer): Mac {
  const short = key.length > BLOCK ? createHash('sm3').update(key).digest() : key;
  const inner = padded(short, 0x36, SHORT);
  const outer = padded(short, 0x5c, DIGEST);
  return (message) => {
    if (typeof message !== 'string' || message.length * 3 > SHORT) return createHmac('sm3', key).update(message).digest('hex');
    const end = BLOCK + inner.write(message, BLOCK, 'utf8');
    outer.write(hash('sm3', inner.subarray(0, end), 'hex'), BLOCK, 'hex');
    return hash('sm3', outer, 'hex');
  };
}

function padded(key: Buffer, pad: number, room: number): Buffer {
  const bytes = Buffer.alloc(BLOCK + room);
  for (let at = 0; at < BLOCK; at++) bytes[at] = (key[at] ?? 0) ^ pad;
  return bytes;
}

/** Checks the platform's SM3 by the standard's vector. Throws AUDIT_UNAVAILABLE where it is absent or wrong. */
export function assertSm3(digest: (text: string) => string = (text) => createHash('sm3').update(text).digest('hex')): void {
  let found: string;
  try {
    found = digest('abc');
  } catch (cause) {
    throw new VatRiskError('AUDIT_UNAVAILABLE', 'The audit log needs SM3 and the OpenSSL of this Node.js has none; install a Node.js whose `crypto.getHashes()` lists sm3.', { cause });
  }
  if (found === VECTOR) return;
  throw new VatRiskError('AUDIT_UNAVAILABLE', `SM3("abc") is ${found} on this platform, ${VECTOR} is right; the audit log cannot be kept with it. Install another build of Node.js.`);
}
