import { readFileSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { ServeSettings } from '../../pipeline/config/serve-schema.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { checkGrants } from './grants.ts';
import { IdentityRefused, type Identity } from './identity.ts';
import { WatchedFile } from './watched-file.ts';

/** Signatures with a public key only: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const TOLERANCE_SECONDS = 30;
const LONGEST_SUBJECT = 200;

/** Who a JWT speaks of and when it ends, milliseconds. */
export interface VerifiedJwt {
  readonly identity: Identity;
  readonly expires: number;
}

export interface JwtOptions {
  readonly settings: ServeSettings;
  readonly clock: () => Date;
  /** How long an unknown key id makes no second question to the issuer; 30 s when absent. */
  readonly cooldownMilliseconds?: number;
}

/**
 * A check of JWTs of the configured issuer, or undefined where none is configured. Throws CONFIG_INVALID where the settings do not
 * go together. The check rejects with IdentityRefused; no message holds the token.
 */
export function createJwtVerifier(options: JwtOptions): ((jwt: string) => Promise<VerifiedJwt>) | undefined {
  const { issuer, audience } = options.settings;
  const faults = faultsOf(options.settings);
  if (faults.length > 0) throw new VatRiskError('CONFIG_INVALID', 'Section serve does not describe one issuer of JWTs.', { details: faults });
  if (issuer === undefined || audience === undefined) return undefined;
  const keys = keysOf(options);
  return async (jwt) => {
    const checks = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_SECONDS, currentDate: options.clock(), requiredClaims: ['exp', 'sub'] };
    const { payload } = await jwtVerify(jwt, keys, checks).catch((cause: unknown) => {
      throw refusal(cause);
    });
    return { identity: identityOf(payload, options.settings.grants_claim), expires: (payload.exp ?? 0) * 1000 };
  };
}

function faultsOf({ issuer, audience, jwks_url: url, jwks_file: file }: ServeSettings): string[] {
  const given = [audience, url, file].some((value) => value !== undefined);
  if (issuer === undefined) return given ? ['serve.issuer: missing beside audience, jwks_url or jwks_file'] : [];
  return [
    ...(audience === undefined ? ['serve.audience: missing; a JWT for another service must not open this one'] : []),
    ...((url === undefined) === (file === undefined) ? ['serve.jwks_url or serve.jwks_file: exactly one is needed'] : []),
    ...(url === undefined || isSafe(url) ? [] : ['serve.jwks_url: must be https, or http on loopback; keys read over a plain network could be anybody\'s']),
  ];
}

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && (/^127(?:\.\d{1,3}){3}$/u.test(hostname) || hostname === '[::1]' || hostname === 'localhost'));
}

function keysOf({ settings, clock, cooldownMilliseconds }: JwtOptions): JWTVerifyGetKey {
  if (settings.jwks_url !== undefined) {
    const remote = createRemoteJWKSet(new URL(settings.jwks_url), cooldownMilliseconds === undefined ? {} : { cooldownDuration: cooldownMilliseconds });
    return unlessUnreachable(remote);
  }
  const read = (path: string) => createLocalJWKSet(JSON.parse(readFileSync(path, 'utf8')) as JSONWebKeySet);
  let file: WatchedFile<JWTVerifyGetKey> | undefined;
  return unlessUnreachable(async (header, token) => {
    const now = clock().getTime();
    file ??= new WatchedFile(settings.jwks_file ?? '', now, read);
    return file.get(now)(header, token);
  });
}

/** Tells keys that cannot be had from a key that is not among them: the first is the issuer's fault, the second the token's. */
function unlessUnreachable(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys || cause instanceof errors.JOSENotSupported) throw cause;
      throw new IdentityRefused('issuer-unreachable', `The issuer's public keys cannot be read: ${cause instanceof Error ? cause.message : String(cause)}. See serve.jwks_url or serve.jwks_file.`);
    }
  };
}

function refusal(cause: unknown): IdentityRefused {
  if (cause instanceof IdentityRefused) return cause;
  if (cause instanceof errors.JWTExpired) return new IdentityRefused('token-expired', 'The JWT has expired.');
  return new IdentityRefused('token-invalid', `The JWT is not valid: ${cause instanceof errors.JOSEError ? cause.message : 'it cannot be read'}.`);
}

function identityOf(payload: JWTPayload, claim: string): Identity {
  const subject: unknown = payload.sub;
  // Ids of tokens and of people at the command line are ours: nobody may bear one in the log.
  if (typeof subject !== 'string' || subject === '' || subject.length > LONGEST_SUBJECT || /^(?:tok_|local:|system$)|\p{Cc}/u.test(subject)) {
    throw new IdentityRefused('token-invalid', `The JWT's subject must be 1 to ${LONGEST_SUBJECT} characters and not look like an id of ours (tok_…, local:…, system).`);
  }
  const { grants, faults, conflicts } = checkGrants(payload[claim]);
  if (faults.length > 0) throw new IdentityRefused('grants-invalid', `The claim ${claim} of ${subject} is not understood: ${faults.join('; ')}.`);
  if (conflicts.length > 0) throw new IdentityRefused('duties-not-separate', `${subject} holds ${conflicts.join('; ')}; an administrator (三员) holds no other role.`);
  return { id: subject, kind: 'person', grants };
}
