import { readFileSync } from 'node:fs';
import { residentBytes } from '../process-memory.ts';
import { startLoad, type Load, type LoadFigures } from './load.ts';
import type { BenchServer } from './servers.ts';

/** A load on a server, with what it cost the server. */
export interface Measured extends LoadFigures {
  /** Processor time of the thread that answers, microseconds a request: what other work on the machine changes least. */
  readonly thread_us: number;
  readonly rss_mebibytes: number;
}

/** Processor time of the main thread of a process, microseconds (schedstat, proc(5)). */
export function mainThreadMicroseconds(processId: number): number {
  return Number(readFileSync(`/proc/${processId}/task/${processId}/schedstat`, 'utf8').split(' ')[0]) / 1000;
}

/** Measures one load for so many seconds. */
export async function measure(server: BenchServer, load: Load, seconds: number, folder: string): Promise<Measured> {
  const before = mainThreadMicroseconds(server.processId);
  const figures = await startLoad(load, seconds, folder).ended;
  const used = mainThreadMicroseconds(server.processId) - before;
  return { ...figures, thread_us: used / Math.max(1, figures.requests), rss_mebibytes: residentBytes(server.processId) / 2 ** 20 };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Medians of every figure over rounds; failures are added up. */
export function medians(rounds: readonly Measured[]): Measured {
  const of = (figure: keyof Measured): number => median(rounds.map((one) => one[figure]));
  return {
    requests: of('requests'), per_second: of('per_second'), p50: of('p50'), p99: of('p99'), longest: of('longest'), failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
    thread_us: of('thread_us'), rss_mebibytes: of('rss_mebibytes'),
  };
}
