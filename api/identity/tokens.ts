import { hash, randomBytes } from 'node:crypto';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import type { AuditKey } from '../audit/key.ts';
import { requireGrants } from './grants.ts';
import { readTokens, tokenFile, writeTokens, type StoredToken } from './token-store.ts';

/** What every token begins with, so that scanners of repositories and mails know one. */
export const TOKEN_PREFIX = 'vr_';
export const LONGEST_DAYS = 366;
const DAY_MILLISECONDS = 86_400_000;

/** Where tokens are and when it is. */
export interface TokenPlace {
  readonly stateDirectory: string;
  readonly key: () => AuditKey;
  readonly clock: () => Date;
}

/** A token as it may be shown: without its hash. */
export type TokenView = Omit<StoredToken, 'hash'> & { readonly state: 'active' | 'expired' | 'revoked' };

/** A wish for a token, checked and with its id, not yet kept. */
export interface PreparedToken {
  /** The secret; shown once, kept nowhere. */
  readonly token: string;
  readonly view: TokenView;
  /** Keeps it; from then on it is accepted. Throws DISK_FAILED. */
  readonly keep: () => void;
}

/** The hash by which a token is found: looking up a digest takes the same time whatever token is tried. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Makes a token of 256 random bits. Throws USAGE for a name, a number of days, roles or regions that cannot be; nothing is kept yet. */
export function prepareToken(place: TokenPlace, wish: { readonly name: string; readonly grants: readonly { readonly roles: readonly string[]; readonly regions: readonly string[] }[]; readonly days: number }): PreparedToken {
  const grants = requireGrants(wish.grants);
  if (!/^[^\p{Cc}]{1,100}$/u.test(wish.name) || wish.name.trim() === '') throw new VatRiskError('USAGE', 'A token needs a name of 1 to 100 characters that tells which system uses it.');
  if (!Number.isInteger(wish.days) || wish.days < 1 || wish.days > LONGEST_DAYS) throw new VatRiskError('USAGE', `A token is valid for 1 to ${LONGEST_DAYS} days; found ${wish.days}.`);
  const present = stored(place);
  const token = TOKEN_PREFIX + randomBytes(32).toString('base64url');
  const now = place.clock();
  const made: StoredToken = {
    id: freeId(present), name: wish.name, hash: tokenHash(token), grants: grants as { roles: string[]; regions: string[] }[],
    created_at: now.toISOString(), expires_at: new Date(now.getTime() + wish.days * DAY_MILLISECONDS).toISOString(), revoked_at: null,
  };
  return { token, view: viewOf(made, now), keep: () => { writeTokens(tokenFile(place.stateDirectory), [...present, made], place.key()); } };
}

/** Every token, the oldest first, without hashes. Throws TOKEN_INVALID for a store that cannot be used. */
export function listTokens(place: TokenPlace): TokenView[] {
  return stored(place).map((token) => viewOf(token, place.clock()));
}

/** Prepares to revoke a token; it stays in the list. Throws USAGE for an id that is unknown or revoked already. */
export function prepareRevocation(place: TokenPlace, id: string): { readonly view: TokenView; readonly keep: () => void } {
  const present = stored(place);
  const found = present.find((token) => token.id === id);
  if (found === undefined) throw new VatRiskError('USAGE', 'There is no token with this id; see vatrisk token list.');
  if (found.revoked_at !== null) throw new VatRiskError('USAGE', `The token ${found.id} was revoked at ${found.revoked_at}; nothing is left to do.`);
  const now = place.clock();
  const revoked = { ...found, revoked_at: now.toISOString() };
  return { view: viewOf(revoked, now), keep: () => { writeTokens(tokenFile(place.stateDirectory), present.map((token) => (token.id === id ? revoked : token)), place.key()); } };
}

function stored({ stateDirectory, key }: TokenPlace): readonly StoredToken[] {
  return readTokens(tokenFile(stateDirectory), key);
}

function viewOf(token: StoredToken, now: Date): TokenView {
  const { id, name, grants, created_at, expires_at, revoked_at } = token;
  const state = revoked_at !== null ? 'revoked' : Date.parse(expires_at) <= now.getTime() ? 'expired' : 'active';
  return { id, name, grants, created_at, expires_at, revoked_at, state };
}

function freeId(present: readonly StoredToken[]): string {
  for (;;) {
    const id = `tok_${randomBytes(4).toString('hex')}`;
    if (!present.some((token) => token.id === id)) return id;
  }
}

