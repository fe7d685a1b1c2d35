import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ServeSettings } from '../pipeline/config/serve-schema.ts';
import { VatRiskError } from '../pipeline/shared/errors.ts';
import { buildApp } from './app.ts';
import { openAuditLog } from './audit/audit-log.ts';
import type { AuditLog } from './audit/audit-event.ts';
import { auditDirectory, readAuditKey } from './audit/key.ts';
import { fileSeal } from './audit/seal.ts';
import { ExportJobs, type ExportJob } from './exports/export-jobs.ts';
import { createAuthenticator } from './identity/authenticate.ts';
import { Metrics } from './plugins/metrics.ts';
import type { Services } from './services.ts';
import { SnapshotStore } from './serving/snapshot-store.ts';

export interface ServerOptions {
  readonly outDirectory: string;
  readonly stateDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly settings: ServeSettings;
  readonly version: string;
  readonly now: () => number;
  readonly logger: Logger;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Serve a network without TLS, behind a gateway that ends it. */
  readonly isPlainAllowed: boolean;
}

export interface RunningServer {
  readonly url: string;
  readonly metricsUrl: string | null;
  /** Ends what is under way, then lets go of everything. */
  close(): Promise<void>;
}

const LOOPBACK = /^(?:127(?:\.\d+){3}|::1|localhost)$/u;
const LOOK_MILLISECONDS = 1000;
const IDLE_MILLISECONDS = 100;

/** Starts the API. Throws USAGE when it would be open to a network without TLS, and what its parts throw. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings, logger, now } = options;
  checkExposure(options);
  const metrics = new Metrics();
  const audit = await openAudit(options);
  const store = openStore(options, metrics);
  const services: Services = { store, audit, settings, now, version: options.version, authenticate: createAuthenticator({ settings, stateDirectory: options.stateDirectory, clock: () => new Date(now()) }) };
  metrics.watch(services);
  const jobs = new ExportJobs({
    outDirectory: options.outDirectory, folder: join(options.stateDirectory, 'exports'), keepHours: settings.export_keep_hours, queueMaximum: settings.export_queue_maximum, now,
    ended: (job) => recordExport(services, metrics, job),
  });
  const app = await buildApp({ services, jobs, metrics, loggerInstance: logger, ...(options.tls === undefined ? {} : { https: options.tls }) });
  let figures: HttpServer | null = null;
  const close = async (): Promise<void> => {
    // A connection that was busy when the end began is kept alive by its client afterwards: it must not hold the end up.
    const sweep = setInterval(() => {
      app.server.closeIdleConnections();
    }, IDLE_MILLISECONDS);
    await app.close().finally(() => {
      clearInterval(sweep);
    });
    figures?.close();
    await jobs.close();
    await store.close();
    await audit.close();
  };
  try {
    await store.refresh();
    store.watch(LOOK_MILLISECONDS);
    // The figures first: where they cannot be had nobody must have been let in.
    if (settings.metrics_port !== undefined) figures = await serveMetrics(metrics, settings.metrics_port);
    const url = await listen(app, options);
    return { url, metricsUrl: figures === null ? null : `http://127.0.0.1:${(figures.address() as AddressInfo).port}/metrics`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkExposure({ host, tls, isPlainAllowed }: ServerOptions): void {
  if (LOOPBACK.test(host) || tls !== undefined || isPlainAllowed) return;
  throw new VatRiskError('USAGE', `--host ${host} is open to a network, and tokens and taxpayer data would cross it in the clear. Give --tls-cert and --tls-key, or --plain-http when a gateway in front ends TLS, or stay on 127.0.0.1.`);
}

function openAudit({ stateDirectory, settings, now, logger }: ServerOptions): Promise<AuditLog> {
  const key = readAuditKey(stateDirectory, settings.audit_key_file);
  return openAuditLog({
    directory: auditDirectory(stateDirectory), stream: 'api', key, clock: () => new Date(now()),
    seal: settings.audit_seal_file === undefined ? undefined : fileSeal(settings.audit_seal_file, key),
    warn: (message) => {
      logger.warn({ code: 'AUDIT_SEAL' }, message);
    },
  });
}

function openStore({ outDirectory, settings, logger }: ServerOptions, metrics: Metrics): SnapshotStore {
  return new SnapshotStore(outDirectory, settings, {
    opened: ({ runId, asOf, grades }, seconds) => {
      metrics.snapshotOpens.labels('opened').inc();
      metrics.snapshotOpenSeconds.set(seconds);
      logger.info({ snapshotId: runId, asOf, taxpayers: grades.rows, seconds }, 'snapshot opened');
    },
    failed: (error) => {
      metrics.snapshotOpens.labels('failed').inc();
      logger.error({ err: error, details: error instanceof VatRiskError ? error.details : [] }, 'snapshot could not be opened');
    },
  });
}

/** The end of an export in the audit log: how many taxpayers, and the hash of each file. */
export async function recordExport({ audit }: Services, metrics: Metrics, { id, owner, status, snapshotId, rows, files, error }: ExportJob): Promise<void> {
  metrics.exports.labels(status).inc();
  await audit.append({
    actor: owner, roles: [], regions: [], address: '', action: 'export.finish', object_type: 'export', object_id: id, purpose: '', outcome: status === 'done' ? 'done' : 'failed',
    reason: error?.code ?? files.map(({ sm3 }) => `sm3:${sm3}`).join(' '), rows: rows['线索清单'] ?? 0, request_id: '', snapshot_id: snapshotId,
  });
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    throw new VatRiskError('USAGE', `${host}:${port} cannot be listened on: ${cause instanceof Error ? cause.message : String(cause)}. Choose another --port or --host.`, { cause });
  }
}

/** Figures on a port of their own, for this machine only. */
function serveMetrics(metrics: Metrics, port: number): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const isAsked = request.method === 'GET' && request.url === '/metrics';
    if (!isAsked) return response.writeHead(404).end();
    void metrics.registry.metrics().then((text) => response.writeHead(200, { 'Content-Type': metrics.registry.contentType }).end(text));
    return undefined;
  });
  return new Promise((resolve, reject) => {
    server.on('error', (cause) => {
      reject(new VatRiskError('USAGE', `Port ${port} for figures cannot be listened on: ${cause.message}. Choose another serve.metrics_port.`, { cause }));
    });
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}
