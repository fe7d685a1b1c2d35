import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { accessProblems, answers, closed, RunId } from '../schemas/common.ts';
import { Run, Runs } from '../schemas/run.ts';
import type { Services } from '../services.ts';
import { RunArchive } from '../serving/run-archive.ts';

const tags = ['runs'];

/** Routes about published runs; they name no taxpayer. */
export const runRoutes: FastifyPluginCallbackTypebox<{ services: Services }> = (app, { services }, done) => {
  const archive = new RunArchive(services.store.outDirectory);
  app.get('/runs', {
    config: { permission: 'run:read', action: 'run.list' },
    schema: { tags, summary: '已发布的批次 published runs, newest first', response: answers(Runs, accessProblems()) },
  }, (_request, reply) => {
    void reply.header('Cache-Control', 'private, no-cache');
    return { runs: archive.list() };
  });

  app.get('/runs/:id', {
    config: { permission: 'run:read', action: 'run.read' },
    schema: { tags, summary: '一个批次：清单、数据质量、与上一批次的差异 manifest, quality, drift', params: closed({ id: RunId }), response: answers(Run, accessProblems('not-found')) },
  }, (request, reply) => {
    void reply.header('Cache-Control', 'private, no-cache');
    return archive.detail(request.params.id);
  });
  done();
};
