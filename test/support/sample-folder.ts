import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run of the sample lies that tests share; see sample-run.ts. */
    readonly sampleFolder: string;
  }
}

/** Gives every worker the same empty folder, and removes it when the last test is over. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sample-run-'));
  project.provide('sampleFolder', folder);
  return () => {
    rmSync(folder, { recursive: true });
  };
}
