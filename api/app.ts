import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import underPressure from '@fastify/under-pressure';
import { Ajv } from 'ajv';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { ExportJobs } from './exports/export-jobs.ts';
import { guardPlugin } from './plugins/guard.ts';
import { Metrics, metricsPlugin } from './plugins/metrics.ts';
import { openApiDocument } from './plugins/openapi.ts';
import { answerUnreadableAddress, answerUnreadableBytes, problemsPlugin } from './plugins/problems.ts';
import { securityHeadersPlugin } from './plugins/security-headers.ts';
import { operationRoutes } from './routes/operations.ts';
import { claimRoutes } from './routes/v1-claims.ts';
import { exportRoutes } from './routes/v1-exports.ts';
import { indicatorRoutes } from './routes/v1-indicators.ts';
import { meRoute } from './routes/v1-me.ts';
import { ringRoutes } from './routes/v1-rings.ts';
import { runRoutes } from './routes/v1-runs.ts';
import { taxpayerRoutes } from './routes/v1-taxpayers.ts';
import { ProblemSchema } from './schemas/common.ts';
import type { Services } from './services.ts';

export interface AppOptions {
  readonly services: Services;
  readonly jobs: ExportJobs;
  readonly metrics: Metrics;
  /** Absent: nothing is logged. */
  readonly loggerInstance?: FastifyBaseLogger;
  readonly https?: { readonly cert: Buffer; readonly key: Buffer };
  /** Milliseconds the event loop may lag before requests are turned away; 0 for any lag, where other work shares the process. */
  readonly mostLag?: number;
}

const PREFIX = '/api/v1';
const MOST_LAG = 2000;

/** Builds the API over its services; it does not listen yet. */
export async function buildApp({ services, jobs, metrics, loggerInstance, https, mostLag = MOST_LAG }: AppOptions): Promise<FastifyInstance> {
  const { settings } = services;
  const options: FastifyServerOptions = {
    ...(loggerInstance === undefined ? {} : { loggerInstance }),
    // Addresses hold identifiers of taxpayers; who asked for what stands in the audit log.
    logController: new LogController({ disableRequestLogging: true }),
    // What is logged of a request names it by itself; a logger for each would cost as much as an answer.
    childLoggerFactory: (logger) => logger,
    bodyLimit: settings.body_limit_bytes, requestTimeout: settings.request_timeout_seconds * 1000, forceCloseConnections: 'idle',
    trustProxy: settings.trust_proxy.length === 0 ? false : settings.trust_proxy, genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 256, caseSensitive: true },
    frameworkErrors: answerUnreadableAddress, clientErrorHandler: answerUnreadableBytes,
  };
  // One type for both: nothing of ours depends on what carries the requests.
  const app = https === undefined ? fastify(options) : (fastify({ ...(options as object), https }) as unknown as FastifyInstance);
  useValidators(app);
  // Bodies are JSON; what the framework takes for text besides would be refused for its type, not for its media type.
  app.removeContentTypeParser('text/plain');
  app.addSchema(ProblemSchema);
  await app.register(problemsPlugin);
  await app.register(metricsPlugin, { metrics });
  await app.register(securityHeadersPlugin, { isEncrypted: https !== undefined });
  await app.register(rateLimit, { global: false });
  await app.register(underPressure, { maxEventLoopDelay: mostLag, retryAfter: 5 });
  await app.register(swagger, openApiDocument());
  await app.register(guardPlugin, { services });
  await app.register(operationRoutes, { services, metrics });
  for (const routes of [taxpayerRoutes, claimRoutes, ringRoutes, indicatorRoutes, runRoutes, meRoute]) await app.register(routes, { prefix: PREFIX, services });
  await app.register(exportRoutes, { prefix: PREFIX, services, jobs });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

/** Words of an address are read as the numbers and truths they stand for; a body must hold them as such. All faults are told at once. */
function useValidators(app: FastifyInstance): void {
  const rules = { allErrors: true, removeAdditional: false, useDefaults: false, strict: false } as const;
  const [words, values] = [new Ajv({ ...rules, coerceTypes: 'array' }), new Ajv({ ...rules, coerceTypes: false })];
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? values : words).compile(schema));
}
