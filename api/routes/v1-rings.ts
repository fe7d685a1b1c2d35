import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Problem } from '../problems/problem.ts';
import { RingRepository } from '../repositories/rings.ts';
import { closed, RingId, answers, snapshotProblems, Unmask } from '../schemas/common.ts';
import { RingDetail, RingsPage, RingsQuery } from '../schemas/ring.ts';
import type { Services } from '../services.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { answerSensitive, stampOf } from './sensitive.ts';

const tags = ['rings'];
const PAGE_ROWS = 50;

/** Routes about rings (团伙线索). */
export const ringRoutes: FastifyPluginCallbackTypebox<{ services: Services }> = (app, { services }, done) => {
  app.get('/rings', {
    config: { permission: 'ring:read', action: 'ring.search' },
    schema: { tags, summary: '团伙线索，按得分由高到低 rings by falling score', querystring: RingsQuery, response: answers(RingsPage, snapshotProblems('cursor-invalid', 'snapshot-gone')) },
  }, (request, reply) => {
    const { kind, limit = PAGE_ROWS, after } = request.query;
    const cursor = after === undefined ? null : readCursor(after, request.query, ['number', 'string']);
    const named = cursor === null ? null : services.store.named(cursor.runId);
    if (cursor !== null && named === null) throw new Problem('snapshot-gone');
    const [score, ringId] = (cursor?.place ?? []) as [number?, string?];
    return answerSensitive(services, request, reply, { object_type: 'rings', object_id: '' }, named, async ({ snapshot, scope }) => {
      const page = await new RingRepository(snapshot).page(scope, {
        limit, ...(kind === undefined ? {} : { kind }), ...(score === undefined || ringId === undefined ? {} : { after: { score, ring_id: ringId } }),
      });
      const next = page.next === null ? null : writeCursor(snapshot.runId, request.query, [page.next.score, page.next.ring_id]);
      return { body: { ...stampOf(snapshot), items: page.rings, next }, rows: page.rings.length };
    });
  });

  app.get('/rings/:id', {
    config: { permission: 'ring:read', action: 'ring.read' },
    schema: { tags, summary: '一个团伙线索：成员、交易、关联与绘图坐标 members, trade, ties, places for drawing', params: closed({ id: RingId }), querystring: Unmask, response: answers(RingDetail, snapshotProblems('not-found', 'purpose-missing')) },
  }, (request, reply) => {
    const id = request.params.id.toUpperCase();
    return answerSensitive(services, request, reply, { object_type: 'ring', object_id: id }, null, async ({ snapshot, scope, isMasked }) => {
      const ring = await new RingRepository(snapshot).ring(scope, id, isMasked);
      return { body: { ...stampOf(snapshot), ...ring }, rows: ring.members.length };
    });
  });
  done();
};
