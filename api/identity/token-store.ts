import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { replaceFile } from '../../pipeline/snapshot/durable.ts';
import type { AuditKey } from '../audit/key.ts';

const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const TokenSchema = Type.Object(
  {
    id: Type.String({ pattern: '^tok_[0-9a-f]{8}$' }),
    name: Type.String({ minLength: 1 }),
    /** SHA-256 of the token, hexadecimal: 256 random bits need no salt and no slow hash. */
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    grants: Type.Array(Type.Object({ roles: Type.Array(Type.String()), regions: Type.Array(Type.String()) }, { additionalProperties: false })),
    created_at: instant,
    expires_at: instant,
    revoked_at: Type.Union([instant, Type.Null()]),
  },
  { additionalProperties: false },
);
const StoreSchema = Type.Object({ version: Type.Literal(1), tokens: Type.Array(TokenSchema), signature: Type.String() }, { additionalProperties: false });

/** A token as it is kept. */
export type StoredToken = Readonly<Static<typeof TokenSchema>>;

/** Where the tokens of a state folder are. */
export function tokenFile(stateDirectory: string): string {
  return join(stateDirectory, 'tokens.json');
}

/**
 * Every token of a store; of one that does not exist, none. Throws TOKEN_INVALID where others may open the file, where it is no
 * store, or where its HMAC-SM3 shows that another hand changed it.
 */
export function readTokens(file: string, key: () => AuditKey): readonly StoredToken[] {
  const text = readPrivate(file);
  if (text === undefined) return [];
  let store: unknown;
  try {
    store = JSON.parse(text);
  } catch (cause) {
    throw unusable(file, 'it is not JSON', cause);
  }
  if (!Value.Check(StoreSchema, store)) throw unusable(file, 'it does not hold what a store holds');
  if (store.signature !== sign(store.tokens, key())) throw unusable(file, 'another hand, or another audit key, wrote it');
  return store.tokens;
}

/** Replaces the store, readable to its owner only. Throws DISK_FAILED. */
export function writeTokens(file: string, tokens: readonly StoredToken[], key: AuditKey): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    replaceFile(file, `${JSON.stringify({ version: 1, tokens, signature: sign(tokens, key) }, null, 2)}\n`, 0o600);
  } catch (cause) {
    throw new VatRiskError('DISK_FAILED', `The token store ${file} cannot be written: ${(cause as Error).message}. Make its folder writable.`, { cause });
  }
}

function sign(tokens: readonly StoredToken[], key: AuditKey): string {
  return key.tokens(JSON.stringify(tokens));
}

function readPrivate(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, (cause as Error).message, cause);
  }
  try {
    const mode = fstatSync(handle).mode & 0o777;
    if ((mode & 0o077) !== 0) throw unusable(file, `its mode is ${mode.toString(8).padStart(4, '0')} and others must have no access (chmod 600)`);
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}

function unusable(file: string, why: string, cause?: unknown): VatRiskError {
  return new VatRiskError('TOKEN_INVALID', `The token store ${file} cannot be used: ${why}. Until it is brought back or removed no token is accepted.`, { cause });
}
