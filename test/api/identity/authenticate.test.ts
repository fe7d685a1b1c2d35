import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAuditKey } from '../../../api/audit/key.ts';
import { createAuthenticator } from '../../../api/identity/authenticate.ts';
import { readTokens, tokenFile, writeTokens } from '../../../api/identity/token-store.ts';
import { listTokens, prepareRevocation, prepareToken, tokenHash } from '../../../api/identity/tokens.ts';
import { loadServeSettings } from '../../../pipeline/config/load-config.ts';
import { handClock, scratchFolder } from '../../support/audit.ts';

const settings = await loadServeSettings();
const GRANTS = [{ roles: ['reviewer'], regions: ['5301'] }];

function world() {
  const stateDirectory = scratchFolder();
  const clock = handClock('2026-11-30T08:00:00Z');
  const place = { stateDirectory, key: () => readAuditKey(stateDirectory), clock: clock.now };
  const make = (wish: Partial<Parameters<typeof prepareToken>[1]> = {}) => {
    const prepared = prepareToken(place, { name: 'case system', grants: GRANTS, days: 90, ...wish });
    prepared.keep();
    return { token: prepared.token, id: prepared.view.id };
  };
  const authenticator = () => createAuthenticator({ settings, stateDirectory, clock: clock.now });
  return { stateDirectory, clock, place, make, authenticator, store: tokenFile(stateDirectory) };
}

describe('a token', () => {
  it('is 256 random bits, kept as a hash in a file of mode 0600, and tells who calls', async () => {
    const { make, authenticator, store } = world();
    const { token, id } = make();
    expect(token).toMatch(/^vr_[\w-]{43}$/u);
    expect(Buffer.from(token.slice(3), 'base64url')).toHaveLength(32);
    expect(make().token).not.toBe(token);
    expect(statSync(store).mode & 0o777).toBe(0o600);
    expect(readFileSync(store, 'utf8')).not.toContain(token.slice(3));
    expect(readFileSync(store, 'utf8')).toContain(tokenHash(token));
    const authenticate = authenticator();
    for (const scheme of ['Bearer', 'bearer']) expect(await authenticate(`${scheme} ${token}`)).toEqual({ id, kind: 'system', grants: GRANTS });
  });

  it('is refused when it is wrong by one character, cut, or no bearer token', async () => {
    const { make, authenticator } = world();
    const { token } = make();
    const authenticate = authenticator();
    const wrong = `${token.slice(0, -5)}${token.at(-5) === 'A' ? 'B' : 'A'}${token.slice(-4)}`;
    for (const header of [`Bearer ${wrong}`, `Bearer ${token.slice(0, -1)}`, `Bearer ${token}x`, `Basic ${token}`, token, 'Bearer', `Bearer ${token} ${token}`, `Bearer ${'a'.repeat(20_000)}`]) {
      await expect(authenticate(header), header.slice(0, 20)).rejects.toMatchObject({ reason: 'token-invalid' });
    }
    for (const header of [undefined, '']) await expect(authenticate(header)).rejects.toMatchObject({ reason: 'token-missing' });
    await expect(authenticate(`Bearer ${wrong}`)).rejects.not.toHaveProperty('message', expect.stringContaining(wrong.slice(3, 20)));
  });

  it('ends when it expires, to the millisecond', async () => {
    const { clock, make, authenticator, place } = world();
    const { token } = make({ days: 1 });
    const authenticate = authenticator();
    clock.set('2026-12-01T07:59:59.999Z');
    expect((await authenticate(`Bearer ${token}`)).kind).toBe('system');
    clock.pass(1);
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-expired' });
    expect(listTokens(place).map(({ state }) => state)).toEqual(['expired']);
  });

  it('made or revoked while the server runs counts within a second, also when the clock is set back', async () => {
    const { clock, make, authenticator, place } = world();
    const authenticate = authenticator();
    const { token, id } = make();
    clock.pass(1000);
    expect((await authenticate(`Bearer ${token}`)).id).toBe(id);
    prepareRevocation(place, id).keep();
    clock.pass(1000);
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-revoked' });
    const second = make();
    clock.set('2026-11-01T00:00:00Z');
    expect((await authenticate(`Bearer ${second.token}`)).id).toBe(second.id);
    expect(listTokens(place)).toMatchObject([{ id, state: 'revoked' }, { id: second.id, state: 'active' }]);
    expect(() => prepareRevocation(place, id)).toThrow('was revoked at');
    expect(() => prepareRevocation(place, 'tok_00000000')).toThrow('no token with this id');
  });

  it('is not made for a wish that cannot be; everything wrong is named', () => {
    const { make, store } = world();
    for (const days of [0, 367, 1.5, Number.NaN]) expect(() => make({ days })).toThrow('1 to 366 days');
    for (const name of ['', '  ', 'a\nb', 'x'.repeat(101)]) expect(() => make({ name })).toThrow('needs a name');
    expect(() => make({ grants: [{ roles: ['reviewer', 'root'], regions: ['53', '5301x'] }, { roles: [], regions: ['*'] }] })).toThrow(
      expect.objectContaining({ code: 'USAGE', details: ['grant 1: roles: "root" is not known', 'grant 1: regions: "5301x" is not known', 'grant 2: roles must be a list of 1 to 100'] }),
    );
    expect(() => make({ grants: [{ roles: ['system_admin'], regions: ['*'] }, { roles: ['audit_admin', 'reviewer'], regions: ['53'] }] })).toThrow(
      expect.objectContaining({ code: 'USAGE', details: ['audit_admin together with reviewer, system_admin', 'system_admin together with audit_admin, reviewer'] }),
    );
    expect(() => statSync(store)).toThrow('ENOENT');
    expect(make({ grants: [{ roles: ['audit_admin'], regions: ['*'] }], days: 366 }).id).toMatch(/^tok_/u);
  });
});

describe('the token store', () => {
  it('when empty lets nobody in and is not made by reading', async () => {
    const { authenticator, stateDirectory } = world();
    const authenticate = authenticator();
    await expect(authenticate(`Bearer vr_${'A'.repeat(43)}`)).rejects.toMatchObject({ reason: 'token-invalid' });
    await expect(authenticate('Bearer eyJhbGciOiJub25lIn0.e30.')).rejects.toMatchObject({ reason: 'token-invalid', message: expect.stringContaining('no issuer') });
    expect(() => statSync(join(stateDirectory, 'audit.key'))).toThrow('ENOENT');
  });

  it.each<[string, (store: string) => void]>([
    ['open to others', (store) => { chmodSync(store, 0o644); }],
    ['not JSON', (store) => { writeFileSync(store, '{'); }],
    ['something else', (store) => { writeFileSync(store, '{"version":1,"tokens":[{}],"signature":""}'); }],
    ['given more rights by another hand', (store) => { writeFileSync(store, readFileSync(store, 'utf8').replace('"5301"', '"*"')); }],
    ['given a longer life by another hand', (store) => { writeFileSync(store, readFileSync(store, 'utf8').replace('"expires_at": "2027', '"expires_at": "2099')); }],
    ['a folder', (store) => { rmSync(store); mkdirSync(store); }],
  ])('that is %s accepts no token until it is mended, and stops a server from starting', async (_, spoil) => {
    const { clock, make, authenticator, store, place } = world();
    const { token, id } = make();
    const authenticate = authenticator();
    const before = readTokens(store, place.key);
    spoil(store);
    expect(() => authenticator()).toThrow(expect.objectContaining({ code: 'TOKEN_INVALID' }));
    clock.pass(1000);
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-invalid', message: expect.stringContaining('cannot be used') });
    clock.pass(500); // nothing of the former content may be left between two looks
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-invalid' });
    rmSync(store, { recursive: true });
    writeTokens(store, before, place.key());
    clock.pass(1000);
    expect((await authenticate(`Bearer ${token}`)).id).toBe(id);
  });

  it('removed takes every token with it', async () => {
    const { clock, make, authenticator, store } = world();
    const { token } = make();
    const authenticate = authenticator();
    rmSync(store);
    clock.pass(1000);
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-invalid' });
  });

  it('signed with grants that the roles of today do not allow refuses by grant', async () => {
    const { authenticator, store, place, make } = world();
    const first = make();
    const second = make();
    const [a, b] = readTokens(store, place.key);
    writeTokens(store, [{ ...a!, grants: [{ roles: ['security_admin'], regions: ['*'] }, { roles: ['reviewer'], regions: ['53'] }] }, { ...b!, grants: [{ roles: ['clerk'], regions: ['53'] }] }], place.key());
    const authenticate = authenticator();
    await expect(authenticate(`Bearer ${first.token}`)).rejects.toMatchObject({ reason: 'duties-not-separate' });
    await expect(authenticate(`Bearer ${second.token}`)).rejects.toMatchObject({ reason: 'grants-invalid' });
  });

  it('is seen to change even where size and time of the file are the same', async () => {
    const { clock, make, authenticator, store, place } = world();
    const { token, id } = make();
    const { atime, mtime, size } = statSync(store);
    const authenticate = authenticator();
    const [kept] = readTokens(store, place.key);
    writeTokens(store, [{ ...kept!, hash: tokenHash('another') }], place.key());
    utimesSync(store, atime, mtime);
    expect(statSync(store).size).toBe(size);
    expect((await authenticate(`Bearer ${token}`)).id).toBe(id);
    clock.pass(1000);
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-invalid' });
  });
});
