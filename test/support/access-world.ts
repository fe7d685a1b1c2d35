import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../api/app.ts';
import type { AuditLog } from '../../api/audit/audit-event.ts';
import { openAuditLog } from '../../api/audit/audit-log.ts';
import { auditDirectory, readAuditKey } from '../../api/audit/key.ts';
import type { AuditRecord } from '../../api/audit/record.ts';
import { verifyAll } from '../../api/audit/verify.ts';
import { ExportJobs } from '../../api/exports/export-jobs.ts';
import { createAuthenticator } from '../../api/identity/authenticate.ts';
import type { Grant } from '../../api/identity/identity.ts';
import { prepareToken } from '../../api/identity/tokens.ts';
import { Metrics } from '../../api/plugins/metrics.ts';
import { recordExport } from '../../api/server.ts';
import type { Services } from '../../api/services.ts';
import { SnapshotStore } from '../../api/serving/snapshot-store.ts';
import { loadServeSettings } from '../../pipeline/config/load-config.ts';
import type { ServeSettings } from '../../pipeline/config/serve-schema.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { currentRunId, type ManifestView } from '../../pipeline/snapshot/open-snapshot.ts';
import { handClock, recordsOf, scratchFolder } from './audit.ts';

/** What answers hold that tests look at. */
export interface Told {
  readonly id: string;
  readonly status: string | number;
  readonly files: readonly { readonly name: string; readonly href: string; readonly bytes: number; readonly sm3: string }[];
  readonly error: { readonly code: string } | null;
  readonly outside: unknown;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rings: readonly { readonly ring_id: string }[];
  readonly members: readonly { readonly taxpayer_id: string; readonly is_taxpayer: boolean }[];
  readonly reasons: readonly string[];
  readonly type: string;
  readonly instance: string;
  readonly snapshotId: string;
  readonly asOf: string;
  readonly items: readonly { readonly taxpayer_id: string; readonly ring_id: string; readonly district_code: string; readonly [column: string]: unknown }[];
  readonly total: number;
  readonly next: string | null;
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  readonly [member: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  json(): Told;
}

export interface Asked {
  readonly token?: string;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

export interface AccessOptions {
  /** Output folder of the runs; only read. */
  readonly out: string;
  readonly state?: string;
  readonly settings?: Partial<ServeSettings>;
  /** Put before the log: to hold an event back, for instance. */
  readonly before?: (log: AuditLog) => AuditLog;
  /** Runs when the test has ended; `afterAll` for a world that a file shares. */
  readonly atEnd?: (close: () => Promise<void>) => void;
}

/** The whole API on a real snapshot with its real log, tokens and exports; requests are put in without a network. */
export async function openAccess({ out, state = scratchFolder(), settings: changes = {}, before = (log) => log, atEnd = onTestFinished }: AccessOptions) {
  const settings: ServeSettings = { ...(await loadServeSettings()), rate_limit_per_minute: 1_000_000, ...changes };
  const clock = handClock(startOf(out));
  const key = readAuditKey(state, settings.audit_key_file);
  const audit = before(await openAuditLog({ directory: auditDirectory(state), stream: 'api', key, clock: clock.now }));
  const faults: unknown[] = [];
  const metrics = new Metrics();
  const store = new SnapshotStore(out, settings, { opened: () => { metrics.snapshotOpens.labels('opened').inc(); }, failed: (error) => {
    metrics.snapshotOpens.labels('failed').inc();
    faults.push(error);
  } });
  const services: Services = { store, audit, settings, now: () => clock.now().getTime(), version: 'test', authenticate: createAuthenticator({ settings, stateDirectory: state, clock: clock.now }) };
  metrics.watch(services);
  const jobs = new ExportJobs({ outDirectory: out, folder: join(state, 'exports'), keepHours: settings.export_keep_hours, queueMaximum: settings.export_queue_maximum, now: services.now, ended: (job) => recordExport(services, metrics, job) });
  const app = await buildApp({ services, jobs, metrics, mostLag: 0 }); // other tests share the machine: a slow moment is no failure here
  await store.refresh();
  await app.ready();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll(app, jobs, store, audit));
  atEnd(close);
  const ask = (path: string, asked: Asked = {}) => put(app, path, asked);
  const directory = auditDirectory(state);
  return {
    out, state, settings, clock, services, app, store, jobs, metrics, audit, faults, key, close, ask,
    /** A token with these grants, given as role(s) and regions; it counts from now on. */
    token: (...grants: readonly [string | readonly string[], ...string[]][]): string => {
      const prepared = prepareToken({ stateDirectory: state, key: () => key, clock: clock.now }, { name: 'test', days: 90, grants: grants.map(([roles, ...regions]) => ({ roles: [roles].flat() as Grant['roles'], regions })) });
      prepared.keep();
      clock.pass(1000); // the store is looked at once a second
      return prepared.token;
    },
    records: (): AuditRecord[] => recordsOf(directory),
    logText: (): string => recordsOf(directory).map((record) => JSON.stringify(record)).join('\n'),
    /** Waits until an export has ended, and tells how. */
    until: async (id: string, token: string): Promise<Told> => {
      for (;;) {
        const job = (await ask(`/api/v1/exports/${id}`, { token })).json();
        if (job.status !== 'queued' && job.status !== 'running') return job;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    verify: () => verifyAll({ directory, key }),
  };
}

export type AccessWorld = Awaited<ReturnType<typeof openAccess>>;

async function closeAll(app: FastifyInstance, ...parts: readonly { close(): Promise<void> }[]): Promise<void> {
  await app.close();
  for (const part of parts) await part.close();
}

async function put(app: FastifyInstance, path: string, { token, method, body, headers = {}, from }: Asked): Promise<Answer> {
  const answer = await app.inject({
    method: method ?? (body === undefined ? 'GET' : 'POST'), url: path, ...(body === undefined ? {} : { payload: body }), ...(from === undefined ? {} : { remoteAddress: from }),
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers, json: () => JSON.parse(answer.body) as Told };
}

/** An hour after the current run began, or a day on which there is none. */
function startOf(out: string): string {
  try {
    const manifest = readManifest(out, currentRunId(out));
    return new Date(Date.parse(manifest.started_at ?? '') + 3_600_000).toISOString();
  } catch {
    return '2026-11-30T08:00:00.000Z';
  }
}

export function readManifest(out: string, runId: string): ManifestView {
  return JSON.parse(readFileSync(join(out, 'snapshots', runId, 'manifest.json'), 'utf8')) as ManifestView;
}

/** Changes to a published night: for the files named, a query over `t`; what the manifest lists is made to fit. */
export interface NightChange {
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** Publishes a copy of the current night of `from` in `out` under another id, with some tables changed. */
export async function publishNight(from: string, out: string, runId: string, { files = {}, manifest: laid = {} }: NightChange = {}): Promise<string> {
  const folder = join(out, 'snapshots', runId);
  mkdirSync(join(out, 'snapshots'), { recursive: true });
  cpSync(join(from, 'snapshots', currentRunId(from)), folder, { recursive: true });
  const manifest = readManifest(out, runId);
  const changed = manifest.outputs.filter(({ file }) => files[basename(file, '.parquet')] !== undefined);
  const engine = await openDuckDb();
  try {
    for (const { file } of changed) {
      await engine.exec(`create or replace table t as select * from read_parquet(${sqlText(join(folder, file))})`);
      await engine.exec(`copy (${files[basename(file, '.parquet')] ?? ''}) to ${sqlText(join(folder, file))} (format parquet)`);
    }
  } finally {
    await engine.close();
  }
  const outputs = manifest.outputs.map((listed) => ({ ...listed, bytes: statSync(join(folder, listed.file)).size }));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, run_id: runId, outputs, ...laid }));
  name(out, runId);
  return folder;
}

/** Names the night that counts. */
export function name(out: string, runId: string): void {
  writeFileSync(join(out, 'CURRENT'), `${runId}\n`);
}

/** Rows of a table of a published night, which the query calls t. */
export function tableOf<T>(out: string, file: string, sql = 'select * from t', runId = currentRunId(out)): Promise<T[]> {
  return rowsOf(join(out, 'snapshots', runId, `${file}.parquet`), sql);
}

export async function rowsOf<T>(file: string, sql = 'select * from t'): Promise<T[]> {
  const engine = await openDuckDb();
  try {
    await engine.exec(`create view t as select * from read_parquet(${sqlText(file)})`);
    return await engine.rows<T>(sql);
  } finally {
    await engine.close();
  }
}
