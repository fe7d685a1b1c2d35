import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Services } from '../services.ts';

/** Figures for Prometheus. Labels are routes, methods and statuses: never a taxpayer, a person or an address. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'vatrisk_http_request_seconds', help: 'seconds a request took, by route pattern', labelNames: ['method', 'route', 'status'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10], registers: [this.registry],
  });
  readonly snapshotOpens = new Counter({ name: 'vatrisk_snapshot_opens_total', help: 'snapshots opened, by outcome', labelNames: ['outcome'], registers: [this.registry] });
  readonly snapshotOpenSeconds = new Gauge({ name: 'vatrisk_snapshot_open_seconds', help: 'seconds the newest snapshot took to open', registers: [this.registry] });
  readonly exports = new Counter({ name: 'vatrisk_exports_total', help: 'exports that ended, by outcome', labelNames: ['outcome'], registers: [this.registry] });

  readonly #series = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts an answer. Series are kept: finding one by its labels takes longer than counting. */
  answered(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${status} ${route}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = this.requests.labels(method, route, String(status));
      this.#series.set(key, series);
    }
    series.observe(seconds);
  }

  /** Figures read when they are asked for. */
  watch({ store, audit, now }: Services): void {
    const gauge = (name: string, help: string, value: () => number) => new Gauge({ name, help, registers: [this.registry], collect() {
      this.set(value());
    } });
    gauge('vatrisk_snapshot_age_seconds', 'seconds since the run of the current snapshot began; -1 without one', () => {
      const startedAt = store.current?.manifest.started_at;
      return startedAt === undefined ? -1 : (now() - Date.parse(startedAt)) / 1000;
    });
    gauge('vatrisk_snapshot_taxpayers', 'taxpayers of the current snapshot', () => store.current?.grades.rows ?? 0);
    gauge('vatrisk_snapshot_column_bytes', 'bytes the grade columns hold', () => store.current?.grades.bytes ?? 0);
    gauge('vatrisk_queries_busy', 'queries that run or wait', () => store.current?.pool.busy ?? 0);
    gauge('vatrisk_audit_records', 'number of the newest audit record: compare it with the seals', () => audit.head().seq);
  }
}

function metrics(app: FastifyInstance, { metrics: figures }: { metrics: Metrics }, done: () => void): void {
  app.addHook('onResponse', (request, reply, next) => {
    figures.answered(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    next();
  });
  done();
}

/** Counts every answer by the pattern of its route. */
export const metricsPlugin = fastifyPlugin(metrics, { name: 'metrics' });
