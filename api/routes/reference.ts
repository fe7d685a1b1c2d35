import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';
import type { Services } from '../services.ts';
import { answerTag, isFresh } from './answer-tag.ts';
import { stampOf } from './sensitive.ts';

/** Answers a request for what names no taxpayer: it may be kept by the client and is asked for again by its tag. */
export function answerReference(services: Services, request: FastifyRequest, reply: FastifyReply, work: (snapshot: ServedSnapshot) => object): Promise<unknown> {
  return services.store.use((snapshot) => {
    const body = { ...stampOf(snapshot), ...work(snapshot) };
    const tag = answerTag(snapshot.runId, [services.version, 'reference']);
    void reply.header('ETag', tag).header('X-Snapshot-Id', snapshot.runId).header('Cache-Control', 'private, no-cache');
    if (!isFresh(request.headers['if-none-match'], tag)) return body;
    void reply.code(304);
    return '';
  });
}
