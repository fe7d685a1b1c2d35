import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import type { ExportJob, ExportJobs } from '../exports/export-jobs.ts';
import { scopeOf } from '../identity/identity.ts';
import { auditOf } from '../plugins/guard.ts';
import { asProblem, Problem } from '../problems/problem.ts';
import { filtersOf } from '../repositories/search.ts';
import { accessProblems, snapshotProblems } from '../schemas/common.ts';
import { Export, ExportBody, ExportParams, FileParams, type ExportWish } from '../schemas/export.ts';
import type { Services } from '../services.ts';

const tags = ['exports'];
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.csv': 'text/csv', '.parquet': 'application/vnd.apache.parquet', '.json': 'application/json',
};

const FILE_RESPONSES: Record<number, object> = {
  200: { description: '文件 the file', content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } } }, ...accessProblems('not-found', 'export-not-ready'),
};

/** Exports of a search: ordered, followed, fetched. Each is of one snapshot, and belongs to who ordered it. */
export const exportRoutes: FastifyPluginCallbackTypebox<{ services: Services; jobs: ExportJobs }> = (app, { services, jobs }, done) => {
  app.post('/exports', {
    config: { permission: 'export:create', action: 'export.create' },
    schema: { tags, summary: '导出案源 order an export', body: ExportBody, response: { 202: Export, ...snapshotProblems('exports-waiting', 'body-too-large', 'media-type-unsupported') } },
  }, (request, reply) => services.store.use(async ({ runId, asOf }) => {
    const { body } = request;
    const scope = exportScope(request, body);
    const id = randomUUID();
    const record = (outcome: 'done' | 'refused', reason: string) => services.audit.append(auditOf(request, { object_type: 'export', object_id: id, purpose: body.purpose, reason, outcome, snapshot_id: runId }));
    if (scope === null || jobs.isFull) {
      const problem = scope === null ? 'permission-missing' : 'exports-waiting';
      await record('refused', problem);
      throw new Problem(problem);
    }
    await record('done', body.unmask === true ? 'unmasked' : '');
    const job = jobs.order(id, request.identity.id, asOf, {
      filters: filtersOf(body.filters ?? {}), format: body.format ?? 'xlsx', encoding: body.encoding ?? 'utf-8', unmask: body.unmask === true, purpose: body.purpose,
      operator: request.identity.id, exportedAt: new Date(services.now()).toISOString(), rowsMaximum: services.settings.export_rows_maximum, scope: scope.prefixes, runId,
    });
    void reply.code(202).header('Location', `/api/v1/exports/${job.id}`).header('Cache-Control', 'no-store');
    return shown(job);
  }));

  app.get('/exports/:id', {
    config: { permission: 'export:create', action: 'export.read' },
    schema: { tags, summary: '导出进度 how far an export is', params: ExportParams, response: { 200: Export, ...accessProblems('not-found') } },
  }, async (request, reply) => {
    void reply.header('Cache-Control', 'no-store');
    // Looking how far an own export is tells of no taxpayer; looking for those of others is kept.
    return shown(await unlessRefused(request, () => jobs.job(request.identity.id, request.params.id)));
  });

  app.get('/exports/:id/files/:name', {
    config: { permission: 'export:create', action: 'export.download' },
    schema: {
      tags, summary: '下载导出文件 fetch a file of a finished export', params: FileParams,
      response: FILE_RESPONSES,
    },
  }, async (request, reply) => {
    const { id, name } = request.params;
    const path = await unlessRefused(request, () => jobs.file(request.identity.id, id, name));
    await services.audit.append(auditOf(request, { object_type: 'export', object_id: id, outcome: 'done', snapshot_id: jobs.job(request.identity.id, id).snapshotId }));
    void reply.type(MEDIA_TYPES[extname(name)] ?? 'application/octet-stream').header('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`).header('Cache-Control', 'private, no-store');
    return reply.send(createReadStream(path));
  });
  done();

  /** What an export gives, or a record of why it gives nothing. */
  async function unlessRefused<T>(request: FastifyRequest, give: () => T): Promise<T> {
    try {
      return give();
    } catch (error) {
      const { problem } = asProblem(error);
      await services.audit.append(auditOf(request, { object_type: 'export', object_id: (request.params as { id: string }).id, outcome: problem === 'not-found' ? 'not_found' : 'refused', reason: problem }));
      throw error;
    }
  }
};

/** Regions of an export: where the caller may export, and where names are asked for in full also see them; null where nowhere. */
function exportScope(request: FastifyRequest, wish: ExportWish): RegionScope | null {
  if (wish.unmask !== true) return request.scope;
  const unmasked = scopeOf(request.identity, 'taxpayer:unmask');
  return unmasked === null ? null : request.scope.within(unmasked);
}

function shown({ files, ...job }: ExportJob) {
  return { ...job, files: files.map((file) => ({ ...file, href: `/api/v1/exports/${job.id}/files/${encodeURIComponent(file.name)}` })) };
}
