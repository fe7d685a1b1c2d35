import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import { scopeOf } from '../identity/identity.ts';
import { auditOf } from '../plugins/guard.ts';
import { asProblem, Problem } from '../problems/problem.ts';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';
import type { Services } from '../services.ts';
import { answerTag, isFresh } from './answer-tag.ts';

/** What a handler of taxpayer data works with. */
export interface Sight {
  readonly snapshot: ServedSnapshot;
  /** Districts the caller may see here: fewer where unmasked names are asked for and allowed in fewer districts. */
  readonly scope: RegionScope;
  readonly isMasked: boolean;
}

/** What was given out, for the caller and for the audit log. */
export interface Given {
  /** JSON text, bytes, or an object to be serialised by the schema of the route. */
  readonly body: string | Buffer | object;
  readonly rows: number;
  readonly contentType?: string;
}

/** Which night an answer is of. */
export function stampOf({ asOf, runId }: ServedSnapshot): { asOf: string; snapshotId: string } {
  return { asOf, snapshotId: runId };
}

export interface Subject {
  readonly object_type: string;
  readonly object_id: string;
}

const MOST_PURPOSE = 200;

/** A request for taxpayer data, with what is needed to answer it. */
interface Asked {
  readonly services: Services;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly subject: Subject;
  readonly work: (sight: Sight) => Given | Promise<Given>;
}

/**
 * Answers a request for taxpayer data: on one snapshot from beginning to end, within the regions of the caller, names masked
 * unless a purpose was stated, and only once the audit log has it on disk.
 */
export function answerSensitive(services: Services, request: FastifyRequest, reply: FastifyReply, subject: Subject, snapshot: ServedSnapshot | null, work: Asked['work']): Promise<unknown> {
  return services.store.use((served) => answerOn(served, { services, request, reply, subject, work }), snapshot);
}

async function answerOn(served: ServedSnapshot, asked: Asked): Promise<Given['body']> {
  const { request, work } = asked;
  let purpose = '';
  try {
    const isMasked = !wantsUnmasked(request);
    if (!isMasked) purpose = purposeOf(request);
    const scope = isMasked ? request.scope : unmaskedScope(request);
    const given = await work({ snapshot: served, scope, isMasked });
    await record(served, asked, { purpose, outcome: 'done', reason: '', rows: given.rows });
    return send(asked, { served, scope, isMasked }, given);
  } catch (error) {
    const problem = asProblem(error);
    if (problem.problem !== 'audit-unavailable') await record(served, asked, { purpose, outcome: outcomeOf(problem), reason: problem.problem, rows: 0 });
    throw problem;
  }
}

// No closure of answerOn: every request would make one.
function record({ runId }: ServedSnapshot, { services, request, subject }: Asked, { purpose, outcome, reason, rows }: Pick<AuditEvent, 'purpose' | 'outcome' | 'reason' | 'rows'>): Promise<void> {
  const { object_type, object_id } = subject;
  return services.audit.append(auditOf(request, { object_type, object_id, purpose, outcome, reason, rows, snapshot_id: runId }));
}

function outcomeOf({ problem, status }: Problem): 'refused' | 'not_found' | 'failed' {
  if (problem === 'not-found') return 'not_found';
  return status >= 500 ? 'failed' : 'refused';
}

function send({ services, request, reply }: Asked, { served, scope, isMasked }: { served: ServedSnapshot; scope: RegionScope; isMasked: boolean }, given: Given): Given['body'] {
  const type = given.contentType ?? 'application/json; charset=utf-8';
  const tag = answerTag(served.runId, [services.version, type, scope.key, isMasked ? 'masked' : 'unmasked']);
  void reply.header('ETag', tag).header('X-Snapshot-Id', served.runId).header('Cache-Control', 'private, no-store').type(type);
  if (request.method === 'GET' && isFresh(request.headers['if-none-match'], tag)) {
    void reply.code(304);
    return '';
  }
  return given.body;
}

function wantsUnmasked(request: FastifyRequest): boolean {
  return (request.query as { unmask?: boolean }).unmask === true;
}

/** Where the caller may also see names. Throws permission-missing when nowhere. */
function unmaskedScope(request: FastifyRequest): RegionScope {
  const scope = scopeOf(request.identity, 'taxpayer:unmask');
  if (scope === null) throw new Problem('permission-missing');
  return request.scope.within(scope);
}

/** The stated purpose: of some length, without control characters, percent-encoded where it is not ASCII. */
function purposeOf(request: FastifyRequest): string {
  const header = request.headers['x-purpose'];
  let purpose = '';
  try {
    purpose = decodeURIComponent(typeof header === 'string' ? header : '').trim();
  } catch {
    throw new Problem('purpose-missing');
  }
  if (Array.from(purpose).length < 4 || purpose.length > MOST_PURPOSE || /\p{Cc}/u.test(purpose)) throw new Problem('purpose-missing');
  return purpose;
}
