import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAuthenticator } from '../../../api/identity/authenticate.ts';
import { loadServeSettings } from '../../../pipeline/config/load-config.ts';
import { handClock, scratchFolder } from '../../support/audit.ts';

const ISSUER = 'https://id.tax.example';
const START = '2026-11-30T08:00:00Z';
const seconds = (text: string) => Math.floor(new Date(text).getTime() / 1000);
const GRANTS = [{ roles: ['reviewer'], regions: ['5301'] }];

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let first: Pair;
let second: Pair;
const publicJwk = async (pair: Pair, kid: string, alg = 'RS256'): Promise<JWK> => ({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' });
beforeAll(async () => {
  first = await generateKeyPair('RS256', { extractable: true });
  second = await generateKeyPair('RS256', { extractable: true });
});

/** A bureau's issuer: a real server of public keys. */
async function startIssuer(keys: readonly JWK[]) {
  const state = { keys, status: 200, asked: 0, body: undefined as string | undefined };
  const server = createServer((_, response) => {
    state.asked++;
    response.writeHead(state.status, { 'content-type': 'application/json' }).end(state.body ?? JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const stop = () => new Promise<void>((resolve) => { server.closeAllConnections(); server.close(() => { resolve(); }); });
  onTestFinished(stop);
  return { state, stop, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks` };
}

async function world(options: { cooldown?: number } = {}) {
  const issuer = await startIssuer([await publicJwk(first, 'one')]);
  const clock = handClock(START);
  const settings = { ...(await loadServeSettings()), issuer: ISSUER, audience: 'vatrisk', jwks_url: issuer.url };
  const authenticate = createAuthenticator({ settings, stateDirectory: scratchFolder(), clock: clock.now, ...(options.cooldown === undefined ? {} : { cooldownMilliseconds: options.cooldown }) });
  return { issuer, clock, settings, authenticate: (jwt: string) => authenticate(`Bearer ${jwt}`) };
}

/** A JWT as the issuer makes it, with some claims changed; undefined leaves one out. */
function sign(claims: Record<string, unknown> = {}, header: { kid?: string; alg?: string } = {}, key = first.privateKey): Promise<string> {
  const whole = { iss: ISSUER, aud: 'vatrisk', sub: 'wang.li', exp: seconds(START) + 600, vatrisk_grants: GRANTS, ...claims };
  return new SignJWT(Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key);
}

describe('a JWT', () => {
  it('of the issuer lets a person in with the grants of the claim', async () => {
    const { authenticate } = await world();
    expect(await authenticate(await sign())).toEqual({ id: 'wang.li', kind: 'person', grants: GRANTS });
    expect(await authenticate(await sign({ aud: ['other', 'vatrisk'], sub: '王丽' }))).toMatchObject({ id: '王丽' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['of another issuer', { iss: 'https://id.other.example' }, 'token-invalid'],
    ['without issuer', { iss: undefined }, 'token-invalid'],
    ['for another service', { aud: 'other' }, 'token-invalid'],
    ['without audience', { aud: undefined }, 'token-invalid'],
    ['without expiry', { exp: undefined }, 'token-invalid'],
    ['without subject', { sub: undefined }, 'token-invalid'],
    ['with an empty subject', { sub: '' }, 'token-invalid'],
    ['with a subject that is no text', { sub: 7 }, 'token-invalid'],
    ['with the id of a token as subject', { sub: 'tok_1f2e3d4c' }, 'token-invalid'],
    ['with the id of somebody at the command line', { sub: 'local:root' }, 'token-invalid'],
    ['with an expiry that is no number', { exp: '2099-01-01' }, 'token-invalid'],
    ['not valid yet', { nbf: seconds(START) + 31 }, 'token-invalid'],
    ['expired', { exp: seconds(START) - 31 }, 'token-expired'],
    ['without grants', { vatrisk_grants: undefined }, 'grants-invalid'],
    ['with no grant', { vatrisk_grants: [] }, 'grants-invalid'],
    ['with grants as text', { vatrisk_grants: JSON.stringify(GRANTS) }, 'grants-invalid'],
    ['with a grant without regions', { vatrisk_grants: [{ roles: ['reviewer'] }] }, 'grants-invalid'],
    ['with empty regions', { vatrisk_grants: [{ roles: ['reviewer'], regions: [] }] }, 'grants-invalid'],
    ['with a field more', { vatrisk_grants: [{ roles: ['reviewer'], regions: ['53'], region: '*' }] }, 'grants-invalid'],
    ['with an unknown role', { vatrisk_grants: [{ roles: ['constructor'], regions: ['53'] }] }, 'grants-invalid'],
    ['with a role that is no text', { vatrisk_grants: [{ roles: [['reviewer']], regions: ['53'] }] }, 'grants-invalid'],
    ['with one good and one bad grant', { vatrisk_grants: [...GRANTS, null] }, 'grants-invalid'],
    ...['', ' 53', '53%', "5' or true --", '1234567', '**', '５３'].map((region): [string, Record<string, unknown>, string] => [`with the region ${JSON.stringify(region)}`, { vatrisk_grants: [{ roles: ['reviewer'], regions: ['53', region] }] }, 'grants-invalid']),
    ['of two administrators', { vatrisk_grants: [{ roles: ['system_admin', 'audit_admin'], regions: ['*'] }] }, 'duties-not-separate'],
    ['of two administrators in two grants', { vatrisk_grants: [{ roles: ['system_admin'], regions: ['53'] }, { roles: ['security_admin'], regions: ['52'] }] }, 'duties-not-separate'],
    ['of an administrator who reviews, too', { vatrisk_grants: [{ roles: ['audit_admin'], regions: ['*'] }, { roles: ['reviewer'], regions: ['53'] }] }, 'duties-not-separate'],
  ])('%s is refused', async (_, claims, reason) => {
    const { authenticate } = await world();
    const jwt = await sign(claims);
    await expect(authenticate(jwt)).rejects.toMatchObject({ name: 'IdentityRefused', reason });
    await expect(authenticate(jwt)).rejects.not.toHaveProperty('message', expect.stringContaining(jwt.slice(30, 60)));
  });

  it('is let in for 30 seconds more after its expiry, for clocks that differ, and for one administrator alone', async () => {
    const { authenticate } = await world();
    expect((await authenticate(await sign({ exp: seconds(START) - 29 }))).id).toBe('wang.li');
    expect((await authenticate(await sign({ vatrisk_grants: [{ roles: ['audit_admin'], regions: ['*'] }, { roles: ['audit_admin'], regions: ['53'] }] }))).kind).toBe('person');
  });

  it('without a signature, or signed with what is public, is refused', async () => {
    const { authenticate, issuer } = await world();
    const claims = { iss: ISSUER, aud: 'vatrisk', sub: 'wang.li', exp: seconds(START) + 600, vatrisk_grants: GRANTS };
    const pem = new TextEncoder().encode(await exportSPKI(first.publicKey));
    const secret = new TextEncoder().encode('s'.repeat(32));
    issuer.state.keys = [await publicJwk(first, 'one'), { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'shared', alg: 'HS256' }];
    const [header, payload, signature] = (await sign()).split('.');
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(pem),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'shared' }).sign(secret),
      await sign({}, {}, second.privateKey),
      await sign({}, { kid: 'none of them' }),
      `${header!}.${Buffer.from(JSON.stringify({ ...claims, sub: 'chief' })).toString('base64url')}.${signature!}`,
      `${header!}.${payload!}.`,
      `${header!}.${payload!}`,
      'eyJhbGciOiJSUzI1NiJ9',
    ];
    for (const jwt of forged) await expect(authenticate(jwt), jwt.slice(0, 40)).rejects.toMatchObject({ reason: 'token-invalid' });
  });

  it.each(['PS256', 'ES256', 'EdDSA'])('signed with %s is accepted', async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    const { authenticate, issuer } = await world();
    issuer.state.keys = [await publicJwk(pair, 'x', alg)];
    expect((await authenticate(await sign({}, { alg, kid: 'x' }, pair.privateKey))).id).toBe('wang.li');
  });

  it('signed with RS512, ES384 or a key too short is refused', async () => {
    const { authenticate, issuer } = await world();
    const pair = await generateKeyPair('ES384', { extractable: true });
    issuer.state.keys = [await publicJwk(first, 'one', 'RS512'), await publicJwk(pair, 'two', 'ES384')];
    const other = await generateKeyPair('RS512', { extractable: true });
    await expect(authenticate(await sign({}, { alg: 'RS512' }, other.privateKey))).rejects.toMatchObject({ reason: 'token-invalid' });
    await expect(authenticate(await sign({}, { alg: 'ES384', kid: 'two' }, pair.privateKey))).rejects.toMatchObject({ reason: 'token-invalid' });
  });
});

describe('the issuer', () => {
  it('may change its keys while the service runs', async () => {
    const { authenticate, issuer } = await world({ cooldown: 0 });
    await authenticate(await sign());
    issuer.state.keys = [await publicJwk(second, 'two')];
    expect((await authenticate(await sign({ sub: 'li.na' }, { kid: 'two' }, second.privateKey))).id).toBe('li.na');
    await expect(authenticate(await sign({ sub: 'late' }))).rejects.toMatchObject({ reason: 'token-invalid' });
  });

  it('is not asked again by every made-up key id', async () => {
    const { authenticate, issuer } = await world();
    await authenticate(await sign());
    for (let number = 0; number < 20; number++) await expect(authenticate(await sign({}, { kid: `made-up-${number}` }))).rejects.toMatchObject({ reason: 'token-invalid' });
    expect(issuer.state.asked).toBe(1);
  });

  it('out of reach is told apart from a wrong token, and asked again', async () => {
    const { authenticate, issuer } = await world();
    issuer.state.status = 500;
    await expect(authenticate(await sign())).rejects.toMatchObject({ reason: 'issuer-unreachable' });
    issuer.state.status = 200;
    issuer.state.body = '<html>maintenance</html>';
    await expect(authenticate(await sign())).rejects.toMatchObject({ reason: 'issuer-unreachable' });
    issuer.state.body = '{"keys": 7}';
    await expect(authenticate(await sign())).rejects.toMatchObject({ reason: 'issuer-unreachable' });
    issuer.state.body = undefined;
    expect((await authenticate(await sign())).id).toBe('wang.li');
    const gone = await world();
    await gone.issuer.stop();
    await expect(gone.authenticate(await sign())).rejects.toMatchObject({ reason: 'issuer-unreachable' });
  });

  it('verified once is believed for a minute and never past its expiry', async () => {
    const { authenticate, issuer, clock } = await world({ cooldown: 0 });
    const long = await sign();
    const short = await sign({ exp: seconds(START) + 20 });
    for (const jwt of [long, short]) await authenticate(jwt);
    issuer.state.keys = [await publicJwk(second, 'two')];
    await expect(authenticate(await sign({}, { kid: 'two' }))).rejects.toMatchObject({ reason: 'token-invalid' }); // the old key is gone from here on
    clock.pass(19_999);
    for (const jwt of [long, short]) expect((await authenticate(jwt)).id).toBe('wang.li');
    clock.pass(1);
    await expect(authenticate(short)).rejects.toMatchObject({ reason: 'token-invalid' });
    clock.pass(39_999);
    expect((await authenticate(long)).id).toBe('wang.li');
    clock.pass(1);
    await expect(authenticate(long)).rejects.toMatchObject({ reason: 'token-invalid' });
  });

  it('without a network has its keys in a file, read again when it changes', async () => {
    const folder = scratchFolder();
    const file = join(folder, 'jwks.json');
    const clock = handClock(START);
    const settings = { ...(await loadServeSettings()), issuer: ISSUER, audience: 'vatrisk', jwks_file: file };
    const authenticate = createAuthenticator({ settings, stateDirectory: folder, clock: clock.now });
    const ask = async (jwt: Promise<string>) => authenticate(`Bearer ${await jwt}`);
    await expect(ask(sign())).rejects.toMatchObject({ reason: 'issuer-unreachable' });
    writeFileSync(file, JSON.stringify({ keys: [await publicJwk(first, 'one')] }));
    expect((await ask(sign())).id).toBe('wang.li');
    writeFileSync(file, JSON.stringify({ keys: [await publicJwk(second, 'two')] }));
    clock.pass(1000);
    expect((await ask(sign({ sub: 'li.na' }, { kid: 'two' }, second.privateKey))).id).toBe('li.na');
    await expect(ask(sign({ sub: 'late' }))).rejects.toMatchObject({ reason: 'token-invalid' });
    writeFileSync(file, '{');
    clock.pass(1000);
    await expect(ask(sign({ sub: 'li.na' }, { kid: 'two', alg: 'RS256' }, second.privateKey).then((jwt) => `${jwt}x`))).rejects.toMatchObject({ reason: 'issuer-unreachable' });
  });

  it.each<[object, string]>([
    [{ issuer: ISSUER, jwks_url: 'https://id.tax.example/jwks' }, 'serve.audience: missing'],
    [{ issuer: ISSUER, audience: 'vatrisk' }, 'exactly one is needed'],
    [{ issuer: ISSUER, audience: 'vatrisk', jwks_url: 'https://id.tax.example/jwks', jwks_file: 'jwks.json' }, 'exactly one is needed'],
    [{ jwks_url: 'https://id.tax.example/jwks' }, 'serve.issuer: missing'],
    ...['http://id.tax.example/jwks', 'http://127.0.0.1.evil.example/', 'http://localhost.evil.example/', 'file:///etc/jwks', 'nonsense'].map((jwks_url): [object, string] => [{ issuer: ISSUER, audience: 'vatrisk', jwks_url }, 'must be https']),
  ])('configured as %j is refused at once', async (change, fault) => {
    const settings = { ...(await loadServeSettings()), ...change };
    expect(() => createAuthenticator({ settings, stateDirectory: scratchFolder(), clock: () => new Date(START) })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.arrayContaining([expect.stringContaining(fault)]) as unknown }));
  });
});
