import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../api/app.ts';
import { openAuditLog } from '../../api/audit/audit-log.ts';
import { auditDirectory, readAuditKey, type AuditKey } from '../../api/audit/key.ts';
import type { AuditRecord } from '../../api/audit/record.ts';
import { ExportJobs } from '../../api/exports/export-jobs.ts';
import { createAuthenticator } from '../../api/identity/authenticate.ts';
import type { Role } from '../../api/identity/roles.ts';
import { prepareToken } from '../../api/identity/tokens.ts';
import { Metrics } from '../../api/plugins/metrics.ts';
import type { Services } from '../../api/services.ts';
import { SnapshotStore } from '../../api/serving/snapshot-store.ts';
import { loadServeSettings } from '../../pipeline/config/load-config.ts';
import type { ServeSettings } from '../../pipeline/config/serve-schema.ts';
import { replaceFile } from '../../pipeline/snapshot/durable.ts';
import { recordsOf } from './audit.ts';
import { sampleRun } from './sample-run.ts';

export type Headers = Readonly<Record<string, string>>;
export type Answer = LightMyRequestResponse;

export interface ApiWorldOptions {
  /** Output folder to serve, also one without any snapshot; that of the shared run of the sample when absent. */
  readonly outDirectory?: string;
  /** Serve a copy of the published snapshot, so that publish() may be used; the shared run is only to be read. */
  readonly isCopy?: boolean;
  /** Settings that differ from the defaults. Absent, a caller may ask as often as it likes. */
  readonly settings?: Partial<ServeSettings>;
  readonly logger?: FastifyBaseLogger;
}

/** The API as it is built for a service, in this process: real snapshot, tokens and audit log; a clock that stands until it is moved. */
export interface ApiWorld {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly jobs: ExportJobs;
  readonly outDirectory: string;
  readonly stateDirectory: string;
  readonly key: AuditKey;
  /** The published run that was current when the world was opened; '' when there was none. */
  readonly runId: string;
  now(): number;
  setClock(milliseconds: number): void;
  pass(milliseconds: number): void;
  /** Authorization of a token with these roles in these regions, everywhere when absent; the same token each time. A new one moves the clock a second, which is how often the store is looked at. */
  as(role: Role | readonly Role[], regions?: readonly string[]): Headers;
  /** Authorization of a token of several grants, always a new one. */
  withGrants(grants: readonly { readonly roles: readonly Role[]; readonly regions: readonly string[] }[], days?: number): Headers;
  /** A request by its path below /api/v1; of what lies elsewhere, by its whole path behind an exclamation mark, such as !/livez. */
  get(path: string, headers?: Headers): Promise<Answer>;
  post(path: string, body: unknown, headers?: Headers): Promise<Answer>;
  /** Everything in the audit log, the oldest first. */
  auditRecords(): readonly AuditRecord[];
  /** Publishes the snapshot again under another name, changed in its folder if wished, and lets the store take it. Only with isCopy. */
  publish(runId: string, change?: (folder: string) => void | Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const HOUR = 3_600_000;
const SOME_NIGHT = Date.parse('2026-12-01T02:00:00+08:00');
/** How often the token store is looked at; see api/identity/watched-file.ts. */
const LOOK = 1000;

export async function openApiWorld({ outDirectory: given, isCopy = false, settings: changes = {}, logger }: ApiWorldOptions = {}): Promise<ApiWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'api-world-'));
  const source = given ?? (await sampleRun());
  const outDirectory = isCopy ? copyOf(source, join(folder, 'out')) : source;
  const runId = existsSync(join(outDirectory, 'CURRENT')) ? readFileSync(join(outDirectory, 'CURRENT'), 'utf8').trim() : '';
  const stateDirectory = join(folder, 'state');
  const settings: ServeSettings = { ...(await loadServeSettings()), rate_limit_per_minute: 1_000_000, ...changes };
  let at = (runId === '' ? SOME_NIGHT : Date.parse(manifestOf(outDirectory, runId).started_at)) + HOUR;
  const now = () => at;
  const clock = () => new Date(at);
  const key = readAuditKey(stateDirectory, settings.audit_key_file);
  const audit = await openAuditLog({ directory: auditDirectory(stateDirectory), stream: 'api', key, clock });
  const store = new SnapshotStore(outDirectory, settings, { opened: () => undefined, failed: () => undefined });
  await store.refresh();
  const services: Services = { store, audit, settings, now, version: '0.0.0-test', authenticate: createAuthenticator({ settings, stateDirectory, clock }) };
  const metrics = new Metrics();
  metrics.watch(services);
  const jobs = new ExportJobs({
    outDirectory, folder: join(stateDirectory, 'exports'), keepHours: settings.export_keep_hours, queueMaximum: settings.export_queue_maximum, now, ended: () => Promise.resolve(),
  });
  const app = await buildApp({ services, jobs, metrics, mostLag: 0, ...(logger === undefined ? {} : { loggerInstance: logger }) });
  await app.ready();

  const known = new Map<string, Headers>();
  const withGrants: ApiWorld['withGrants'] = (grants, days = 30) => {
    const { token, keep } = prepareToken({ stateDirectory, key: () => key, clock }, { name: 'test', grants, days });
    keep();
    at += LOOK;
    return { authorization: `Bearer ${token}` };
  };
  return {
    app, services, jobs, outDirectory, stateDirectory, key, runId, now, withGrants,
    setClock: (milliseconds) => { at = milliseconds; },
    pass: (milliseconds) => { at += milliseconds; },
    as: (role, regions = ['*']) => {
      const roles = typeof role === 'string' ? [role] : role;
      const name = JSON.stringify([roles, regions]);
      const headers = known.get(name) ?? withGrants([{ roles, regions }]);
      known.set(name, headers);
      return headers;
    },
    get: (path, headers = {}) => app.inject({ method: 'GET', url: addressOf(path), headers: { ...headers } }),
    post: (path, body, headers = {}) => app.inject({ method: 'POST', url: addressOf(path), headers: { 'content-type': 'application/json', ...headers }, payload: JSON.stringify(body) }),
    auditRecords: () => recordsOf(auditDirectory(stateDirectory)),
    publish: async (next, change) => {
      if (!isCopy) throw new Error('the shared run is only to be read: open the world with isCopy');
      await publishAgain(outDirectory, runId, next, change);
      await store.refresh();
    },
    close: async () => {
      await app.close();
      await jobs.close();
      await store.close();
      await audit.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function addressOf(path: string): string {
  return path.startsWith('!') ? path.slice(1) : `/api/v1${path}`;
}

function manifestOf(outDirectory: string, runId: string): { readonly started_at: string } {
  return JSON.parse(readFileSync(join(outDirectory, 'snapshots', runId, 'manifest.json'), 'utf8')) as { started_at: string };
}

/** What readers of an output folder need: its snapshots, and which of them is current. */
function copyOf(source: string, target: string): string {
  cpSync(join(source, 'snapshots'), join(target, 'snapshots'), { recursive: true });
  cpSync(join(source, 'CURRENT'), join(target, 'CURRENT'));
  return target;
}

async function publishAgain(outDirectory: string, runId: string, next: string, change?: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = join(outDirectory, 'snapshots', next);
  cpSync(join(outDirectory, 'snapshots', runId), folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifestOf(outDirectory, runId), run_id: next }));
  await change?.(folder);
  replaceFile(join(outDirectory, 'CURRENT'), `${next}\n`);
}
