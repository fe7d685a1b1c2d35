import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { asProblem, languageOf, problemBody, type Problem } from '../problems/problem.ts';
import { Problem as ProblemError } from '../problems/problem.ts';

/** Sends a problem as RFC 9457 says, in the language of the caller. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="vatrisk"');
  const language = languageOf(request.headers['accept-language']);
  return reply
    .code(problem.status)
    .header('Content-Language', language)
    .header('Cache-Control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem, language, request.id));
}

function problems(app: FastifyInstance, _options: object, done: () => void): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = asProblem(error);
    // Below 500 it is the caller's affair and the audit log has it; the log is told what broke, never what was asked.
    const about = { reqId: request.id, route: request.routeOptions.url };
    if (problem.problem === 'internal' || problem.problem === 'audit-unavailable') request.log.error({ ...about, err: problem.cause ?? problem }, problem.problem);
    else if (problem.status >= 500) request.log.warn(about, problem.problem);
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, new ProblemError('not-found')));
  done();
}

/** Every error of every route becomes one kind of answer. */
export const problemsPlugin = fastifyPlugin(problems, { name: 'problems' });
