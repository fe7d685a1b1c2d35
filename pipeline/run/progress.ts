/** Where a run tells how far it is. `position` counts from 1. */
export interface Progress {
  step(position: number, total: number, name: string): void;
  update(position: number, total: number, name: string, detail: { what: string; percent: number | null }): void;
  done(position: number, total: number, name: string, seconds: number, rows: number | null): void;
}

/** Says nothing. */
export const SILENT: Progress = { step: () => undefined, update: () => undefined, done: () => undefined };
