import { Agent, request } from 'node:http';
import type { Load, LoadFigures, RunningLoad } from './load.ts';
import { taxpayerId } from './night.ts';

export interface NodeLoadOptions {
  readonly connections: number;
  readonly seconds?: number;
  /** Ends after exactly so many requests. */
  readonly requests?: number;
}

/** Sends a load from this process over kept connections: exact in number, and what is used where wrk is missing. */
export function nodeLoad(load: Load, { connections, seconds = Infinity, requests = Infinity }: NodeLoadOptions): RunningLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let [failed, sent, isStopped] = [0, 0, false];
  const started = performance.now();
  const client = async (): Promise<void> => {
    while (!isStopped && sent < requests && performance.now() - started < seconds * 1000) {
      sent += 1;
      const since = performance.now();
      if (!(await isAnswered(load, agent))) failed += 1;
      times.push(performance.now() - since);
    }
  };
  const ended = Promise.all(Array.from({ length: connections }, client)).then((): LoadFigures => {
    agent.destroy();
    const taken = (performance.now() - started) / 1000;
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return { requests: times.length, per_second: times.length / taken, p50: at(0.5), p99: at(0.99), longest: at(1), failed };
  });
  return { ended, stop: () => { isStopped = true; } };
}

function isAnswered(load: Load, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const path = load.before + (load.taxpayers === 0 ? '' : taxpayerId(Math.floor(Math.random() * load.taxpayers))) + load.after;
    const asked = request(load.url + path, { agent, method: load.method, headers: load.headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const run = String(response.headers['x-snapshot-id']);
        const isOfRun = load.runIds === undefined || (load.runIds.includes(run) && Buffer.concat(parts).includes(`"snapshotId":"${run}"`));
        resolve(response.statusCode === load.status && isOfRun);
      });
    });
    asked.on('error', () => { resolve(false); });
    asked.end(load.body);
  });
}
