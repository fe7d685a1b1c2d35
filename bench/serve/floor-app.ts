// node --import tsx bench/serve/floor-app.ts BYTES: a bare Fastify app that answers JSON of so many bytes, the floor of the benchmark.
import fastify from 'fastify';

const text = JSON.stringify({ hello: 'x'.repeat(Math.max(0, Number(process.argv[2] ?? 100) - 12)) });
const app = fastify();
app.get('/', (_request, reply) => {
  void reply.type('application/json; charset=utf-8');
  return text;
});
process.stdout.write(`${JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })}\n`);
process.once('SIGTERM', () => process.exit(0));
