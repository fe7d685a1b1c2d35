import type { Load } from './load.ts';
import { RUN_IDS } from './night.ts';

/** What every part of the benchmark knows. */
export interface Bench {
  /** Output folder with the nights. */
  readonly out: string;
  /** Folder for what the benchmark itself leaves. */
  readonly folder: string;
  readonly taxpayers: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly swapSeconds: number;
  readonly token: string;
}

/** Look-ups of the risk of taxpayers chosen by chance; with `isChecked`, every answer must be 200 and of a night that was published. */
export function lookUps(bench: Bench, url: string, isChecked = false): Load {
  return {
    url, method: 'GET', before: '/api/v1/taxpayers/', after: '/risk', taxpayers: bench.taxpayers, headers: { Authorization: `Bearer ${bench.token}` }, body: '', status: 200,
    ...(isChecked ? { runIds: RUN_IDS } : {}),
  };
}
