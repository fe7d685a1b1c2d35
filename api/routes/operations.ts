import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Metrics } from '../plugins/metrics.ts';
import { Problem } from '../problems/problem.ts';
import { closed, orNull, problemResponses } from '../schemas/common.ts';
import type { Services } from '../services.ts';

const Live = closed({ status: Type.Literal('live') });
const Ready = closed({
  status: Type.Enum(['ready', 'not_ready']), snapshotId: orNull(Type.String()), asOf: orNull(Type.String()), age_hours: orNull(Type.Number()),
  reasons: Type.Array(Type.String(), { description: 'snapshot_missing, snapshot_too_old, snapshot_not_openable' }),
});
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/u;
const tags = ['operations'];

/** Liveness, readiness and figures. They tell nothing of any taxpayer and need no credentials. */
export const operationRoutes: FastifyPluginCallbackTypebox<{ services: Services; metrics: Metrics }> = (app, { services, metrics }, done) => {
  app.get('/livez', { schema: { tags, summary: '进程存活 the process answers', response: { 200: Live } } }, () => ({ status: 'live' as const }));

  app.get('/readyz', { schema: { tags, summary: '可提供服务 a snapshot is served and young enough', response: { 200: Ready, 503: Ready } } }, (_request, reply) => {
    const state = readiness(services);
    void reply.header('Cache-Control', 'no-store').code(state.status === 'ready' ? 200 : 503);
    return state;
  });

  app.get('/metrics', { schema: { tags, summary: '运行指标，仅限本机 figures, for this machine only', response: { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: Type.String() } } }, ...problemResponses('not-found') } } }, async (request, reply) => {
    // The address of the connection, not what a proxy says of it: figures are for the machine itself.
    if (!LOOPBACK.test(request.socket.remoteAddress ?? '') || request.headers['x-forwarded-for'] !== undefined) throw new Problem('not-found');
    void reply.header('Cache-Control', 'no-store').type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  done();
};

/** Whether a snapshot is served and young enough, and why not. */
export function readiness({ store, settings, now }: Services) {
  const snapshot = store.current;
  const startedAt = snapshot?.manifest.started_at;
  const hours = startedAt === undefined ? null : Math.round((now() - Date.parse(startedAt)) / 36_000) / 100;
  const reasons = [
    ...(snapshot === null ? ['snapshot_missing'] : []),
    ...(hours !== null && hours > settings.maximum_age_hours ? ['snapshot_too_old'] : []),
    ...(store.failedRunId === null || (snapshot === null && store.failedRunId === '') ? [] : ['snapshot_not_openable']),
  ];
  // A newer snapshot that cannot be opened is told, but does not take the old one out of service.
  const isReady = snapshot !== null && !reasons.includes('snapshot_too_old');
  return { status: isReady ? ('ready' as const) : ('not_ready' as const), snapshotId: snapshot?.runId ?? null, asOf: snapshot?.asOf ?? null, age_hours: hours, reasons };
}
