import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { syncPath } from '../../pipeline/snapshot/durable.ts';
import { assertSm3, hmacSm3, type Mac } from './sm3.ts';

const SHORTEST = 32;

/** The key of the audit log and what is derived from it, one for each use. */
export interface AuditKey {
  /** Links records. */
  readonly chain: Mac;
  /** Hides identifiers of taxpayers and claims. */
  readonly objects: Mac;
  /** Signs sealed heads. */
  readonly seals: Mac;
  /** Signs the token store. */
  readonly tokens: Mac;
}

/** Derives the keys of one master key. A link's message begins with 64 hexadecimal digits, a label never does. */
export function deriveAuditKey(master: Buffer): AuditKey {
  assertSm3();
  const chain = hmacSm3(master);
  const derived = (label: string) => hmacSm3(Buffer.from(chain(`vatrisk ${label} v1`), 'hex'));
  return { chain, objects: derived('audit objects'), seals: derived('audit seals'), tokens: derived('token store') };
}

/** Where the streams of a state folder are. */
export function auditDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'audit');
}

/**
 * The key in `file`, or in STATE/audit.key, which is made on first use. Throws AUDIT_UNAVAILABLE where the file is missing though
 * named or though records exist already, is open to others, or holds fewer than 32 bytes.
 */
export function readAuditKey(stateDirectory: string, file?: string): AuditKey {
  const path = file ?? join(stateDirectory, 'audit.key');
  if (!existsSync(path)) {
    if (file !== undefined) throw new VatRiskError('AUDIT_UNAVAILABLE', `The audit key ${path} named by serve.audit_key_file does not exist; make one with: openssl rand -hex 32`);
    createKey(path, auditDirectory(stateDirectory));
  }
  return deriveAuditKey(decode(readPrivate(path), path));
}

function createKey(path: string, streams: string): void {
  if (existsSync(streams) && !(statSync(streams).isDirectory() && readdirSync(streams).length === 0)) {
    throw new VatRiskError('AUDIT_UNAVAILABLE', `The audit key ${path} is gone, but ${streams} is not empty and its records were made with it; bring the key back, or move it away to begin a new chain.`);
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${randomBytes(SHORTEST).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return; // another process was first: its key counts
    throw new VatRiskError('AUDIT_UNAVAILABLE', `The audit key ${path} cannot be written: ${(cause as Error).message}. Make its folder writable.`, { cause });
  }
  chmodSync(path, 0o600);
  syncPath(path);
  syncPath(dirname(path));
}

/** Reads a secret file that nobody but its owner may open. Throws AUDIT_UNAVAILABLE otherwise. */
function readPrivate(path: string): Buffer {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (cause) {
    throw new VatRiskError('AUDIT_UNAVAILABLE', `The audit key ${path} cannot be read: ${(cause as Error).message}. The service's user must own it.`, { cause });
  }
  try {
    const mode = fstatSync(handle).mode & 0o777;
    if ((mode & 0o077) !== 0) throw new VatRiskError('AUDIT_UNAVAILABLE', `The audit key ${path} has mode ${mode.toString(8).padStart(4, '0')}; others must have no access: chmod 600`);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function decode(content: Buffer, path: string): Buffer {
  const text = content.toString('latin1').trim();
  const decoded = /^(?:[0-9a-f]{2})+$/iu.test(text) ? Buffer.from(text, 'hex') : /^[A-Za-z0-9+/_-]+={0,2}$/u.test(text) ? Buffer.from(text, 'base64') : content;
  if (decoded.length >= SHORTEST) return decoded;
  throw new VatRiskError('AUDIT_UNAVAILABLE', `The audit key ${path} holds ${decoded.length} bytes, at least ${SHORTEST} are needed as hexadecimal digits, base64 or raw; make one with: openssl rand -hex 32`);
}
