import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The longest files, by what they take: begun first, so that one worker does not run one of them while the other has nothing left. A fresh clone knows no durations.
const LONGEST = [
  'indicators/loader/catalogue', 'pipeline/run/what-if', 'pipeline/run/interruption', 'pipeline/commands/cli', 'pipeline/run/absent-tables', 'pipeline/run/determinism',
  'api/serve', 'api/exports', 'pipeline/ingest/ingest', 'api/region-answers', 'data-samples/committed', 'pipeline/ingest/known', 'pipeline/features/sources',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}.`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

// `npm test` stays short on two cores; *.slow.test.ts (whole runs, killed and repeated) have `npm run test:slow`; *.exhaustive.test.ts have `npm run test:exhaustive`.
export const shared = { testTimeout: 60_000, hookTimeout: 180_000, pool: 'forks', maxWorkers: 2, isolate: false, globalSetup: ['test/support/sample-folder.ts'] as string[], sequence: { sequencer: LongestFirst } } as const;

export default defineConfig({
  test: { ...shared, include: ['test/**/*.test.ts'], exclude: ['test/**/*.slow.test.ts', 'test/**/*.exhaustive.test.ts'] },
});
