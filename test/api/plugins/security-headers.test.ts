import helmet from '@fastify/helmet';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { securityHeaders, securityHeadersPlugin } from '../../../api/plugins/security-headers.ts';

const OWN = ['connection', 'content-length', 'content-type', 'date'];
const withoutOwn = (headers: object) => Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.includes(name)));

describe('headers of every answer', () => {
  it.each([true, false])('are those of helmet for each reply, with TLS: %s', async (isEncrypted) => {
    const [each, once] = [fastify(), fastify()];
    const directives = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"] };
    await each.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives }, hsts: isEncrypted, referrerPolicy: { policy: 'no-referrer' } });
    await once.register(securityHeadersPlugin, { isEncrypted });
    for (const app of [each, once]) {
      app.get('/', () => ({}));
      app.get('/broken', () => { throw new Error('broken'); });
    }
    for (const path of ['/', '/broken', '/nowhere']) {
      const [wanted, found] = [await each.inject(path), await once.inject(path)];
      expect(found.statusCode).toBe(wanted.statusCode);
      expect(withoutOwn(found.headers)).toEqual(withoutOwn(wanted.headers));
    }
  });

  it('demand TLS for the future only where there is TLS', async () => {
    expect(Object.keys(await securityHeaders(true))).toContain('strict-transport-security');
    expect(Object.keys(await securityHeaders(false))).not.toContain('strict-transport-security');
  });
});
