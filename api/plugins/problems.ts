import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { asProblem, languageOf, problemBody, Problem } from '../problems/problem.ts';

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
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, new Problem('not-found')));
  done();
}

/** Answers an address that leads to no route because it cannot be read or is too long: the framework's own answer would repeat it, with the identifier in it. */
export function answerUnreadableAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(request, reply, asProblem(error));
}

/** Answers bytes that are no request at all, such as headers that are too long; nothing of the application has seen them. */
export function answerUnreadableBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = new Problem(error.code === 'HPE_HEADER_OVERFLOW' ? 'request-header-too-large' : 'request-invalid');
  const body = JSON.stringify(problemBody(problem, 'zh', randomUUID()));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`, 'Content-Type: application/problem+json; charset=utf-8', 'Content-Language: zh', 'Cache-Control: no-store',
    'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** Every error of every route becomes one kind of answer. */
export const problemsPlugin = fastifyPlugin(problems, { name: 'problems' });
