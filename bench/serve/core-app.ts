/**
 * node --import tsx bench/serve/core-app.ts OUT core|plugins: parts of the API, to tell what each costs.
 *   core: the work of the look-up alone (find, put together, headers), without credentials, limits, counting and audit
 *   plugins: the whole app, but everybody is let in at once and the audit log keeps nothing
 */
import fastify from 'fastify';
import { buildApp } from '../../api/app.ts';
import { ExportJobs } from '../../api/exports/export-jobs.ts';
import type { Identity } from '../../api/identity/identity.ts';
import { Metrics } from '../../api/plugins/metrics.ts';
import { TaxpayerRepository } from '../../api/repositories/taxpayers.ts';
import { answerTag } from '../../api/routes/answer-tag.ts';
import type { Services } from '../../api/services.ts';
import { SnapshotStore } from '../../api/serving/snapshot-store.ts';
import { loadServeSettings } from '../../pipeline/config/load-config.ts';
import { RegionScope } from '../../pipeline/shared/region-scope.ts';

const [, , out = '', mode = 'core'] = process.argv;
const settings = await loadServeSettings({ sets: ['serve.rate_limit_per_minute=1000000000'] });
const store = new SnapshotStore(out, settings, { opened: () => undefined, failed: (error) => { throw error; } });
await store.refresh();
const app = mode === 'core' ? coreApp() : await buildApp({ services: servicesOf(), jobs: jobsOf(), metrics: new Metrics() });
process.stdout.write(`${JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })}\n`);
process.once('SIGTERM', () => process.exit(0));

function coreApp() {
  const scope = RegionScope.of(['53']);
  const core = fastify();
  core.get<{ Params: { id: string } }>('/api/v1/taxpayers/:id/risk', (request, reply) => store.use((snapshot) => {
    const body = new TaxpayerRepository(snapshot).riskJson(scope, request.params.id.toUpperCase(), true);
    void reply.header('ETag', answerTag(snapshot.runId, ['bench', scope.key])).header('X-Snapshot-Id', snapshot.runId).header('Cache-Control', 'private, no-store').type('application/json; charset=utf-8');
    return body;
  }));
  return core;
}

function servicesOf(): Services {
  const identity: Identity = { id: 'bench', kind: 'system', grants: [{ roles: ['risk_analyst'], regions: ['53'] }] };
  const audit = { append: () => Promise.resolve(), head: () => ({ seq: 0, hash: '' }), close: () => Promise.resolve() };
  return { store, audit, settings, now: () => Date.now(), version: 'bench', authenticate: () => Promise.resolve(identity) };
}

function jobsOf(): ExportJobs {
  return new ExportJobs({ outDirectory: out, folder: `${out}/bench-exports`, keepHours: 1, queueMaximum: 1, now: () => Date.now(), ended: () => Promise.resolve() });
}
