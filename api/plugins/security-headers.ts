import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

// Nothing of the API is a page: nothing may be loaded, framed or sent anywhere.
const CONTENT_POLICY = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"] };
/** What every answer bears anyway. */
const OF_ANSWERS = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive']);

/** The headers that helmet gives every answer. They are always the same, so they are asked for once: putting them together took as long as looking up a grade. */
export async function securityHeaders(isEncrypted: boolean): Promise<Readonly<Record<string, string>>> {
  const probe = fastify();
  await probe.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: CONTENT_POLICY }, hsts: isEncrypted, referrerPolicy: { policy: 'no-referrer' } });
  probe.get('/', () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (OF_ANSWERS.has(name) ? [] : [[name, String(value)]])));
}

async function headers(app: FastifyInstance, { isEncrypted }: { isEncrypted: boolean }): Promise<void> {
  const all = await securityHeaders(isEncrypted);
  app.addHook('onRequest', (_request, reply, next) => {
    void reply.headers(all);
    next();
  });
}

/** Tells browsers to do nothing with an answer but show it. */
export const securityHeadersPlugin = fastifyPlugin(headers, { name: 'security-headers' });
