import { defineConfig } from 'vitest/config';

// `npm test` stays under five minutes on two cores; *.slow.test.ts (whole runs, killed and repeated) have `npm run test:slow`; *.exhaustive.test.ts have `npm run test:exhaustive`.
export const shared = { testTimeout: 60_000, hookTimeout: 180_000, pool: 'forks', maxWorkers: 2, isolate: false, globalSetup: ['test/support/sample-folder.ts'] as string[] } as const;

export default defineConfig({
  test: { ...shared, include: ['test/**/*.test.ts'], exclude: ['test/**/*.slow.test.ts', 'test/**/*.exhaustive.test.ts'] },
});
