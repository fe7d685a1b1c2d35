import { hash } from 'node:crypto';
import type { ServeSettings } from '../../pipeline/config/serve-schema.ts';
import { readAuditKey } from '../audit/key.ts';
import { checkGrants } from './grants.ts';
import { IdentityRefused, type Authenticate, type Identity } from './identity.ts';
import { createJwtVerifier, type VerifiedJwt } from './jwt.ts';
import { readTokens, tokenFile, type StoredToken } from './token-store.ts';
import { TOKEN_PREFIX, tokenHash } from './tokens.ts';
import { WatchedFile } from './watched-file.ts';

const KEEP_MILLISECONDS = 60_000;
const MOST_KEPT = 10_000;
const LONGEST_HEADER = 16_384;

export interface AuthenticatorOptions {
  readonly settings: ServeSettings;
  readonly stateDirectory: string;
  readonly clock: () => Date;
  /** For the JWKS, see JwtOptions. */
  readonly cooldownMilliseconds?: number;
}

/**
 * Tells who sent an Authorization header: `Bearer vr_…` by the token store, every other bearer token as a JWT of the configured
 * issuer. With an empty store and no issuer nobody is let in; there is no default account. Throws CONFIG_INVALID for settings that
 * do not go together and TOKEN_INVALID for a store that cannot be used; a store spoilt later refuses its tokens until it is mended.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const verify = createJwtVerifier(options);
  const tokens = tokenCheck(options);
  const people = new KeptJwts();
  const { clock } = options;
  return async (authorization) => {
    const bearer = bearerOf(authorization);
    const now = clock().getTime();
    if (bearer.startsWith(TOKEN_PREFIX)) return tokens(bearer, now);
    if (verify === undefined) throw new IdentityRefused('token-invalid', 'The bearer token is none of ours and no issuer of JWTs is configured.');
    const digest = hash('sha256', bearer, 'base64');
    return people.get(digest, now) ?? people.keep(digest, now, await verify(bearer));
  };
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') throw new IdentityRefused('token-missing', 'The request has no Authorization header.');
  const bearer = authorization.length > LONGEST_HEADER ? undefined : /^Bearer +([\w.~+/=-]+) *$/iu.exec(authorization)?.[1];
  if (bearer === undefined) throw new IdentityRefused('token-invalid', 'The Authorization header is not "Bearer" and a token.');
  return bearer;
}

/** Who a token belongs to, or why it is refused: both are worked out when the store is read, but for the time. */
interface KnownToken {
  readonly token: StoredToken;
  readonly expires: number;
  readonly identity: Identity | IdentityRefused;
}

function tokenCheck({ settings, stateDirectory, clock }: AuthenticatorOptions): (bearer: string, now: number) => Identity {
  const load = (path: string) => new Map(readTokens(path, () => readAuditKey(stateDirectory, settings.audit_key_file)).map((token) => [token.hash, known(token)]));
  const store = new WatchedFile(tokenFile(stateDirectory), clock().getTime(), load);
  const current = (now: number) => {
    try {
      return store.get(now);
    } catch (cause) {
      throw new IdentityRefused('token-invalid', cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (bearer, now) => {
    const found = current(now).get(tokenHash(bearer));
    if (found === undefined) throw new IdentityRefused('token-invalid', 'The token is not known.');
    if (found.token.revoked_at !== null) throw new IdentityRefused('token-revoked', `The token ${found.token.id} was revoked at ${found.token.revoked_at}.`);
    if (!(now < found.expires)) throw new IdentityRefused('token-expired', `The token ${found.token.id} expired at ${found.token.expires_at}.`);
    if (found.identity instanceof IdentityRefused) throw found.identity;
    return found.identity;
  };
}

function known(token: StoredToken): KnownToken {
  const { grants, faults, conflicts } = checkGrants(token.grants);
  const refused =
    faults.length > 0 ? new IdentityRefused('grants-invalid', `The grants of ${token.id} are not understood: ${faults.join('; ')}.`)
    : conflicts.length > 0 ? new IdentityRefused('duties-not-separate', `${token.id} holds ${conflicts.join('; ')}; an administrator (三员) holds no other role.`)
    : undefined;
  return { token, expires: Date.parse(token.expires_at), identity: refused ?? { id: token.id, kind: 'system', grants } };
}

/** JWTs verified of late, by digest: a signature costs a hundred times as much as a look. At most a minute, so that a key withdrawn by the issuer counts soon. */
class KeptJwts {
  readonly #kept = new Map<string, { readonly identity: Identity; readonly from: number; readonly until: number }>();

  get(digest: string, now: number): Identity | undefined {
    const found = this.#kept.get(digest);
    return found !== undefined && now >= found.from && now < found.until ? found.identity : undefined;
  }

  keep(digest: string, now: number, { identity, expires }: VerifiedJwt): Identity {
    this.#kept.delete(digest);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= MOST_KEPT && oldest.done !== true) this.#kept.delete(oldest.value);
    this.#kept.set(digest, { identity, from: now, until: Math.min(expires, now + KEEP_MILLISECONDS) });
    return identity;
  }
}
