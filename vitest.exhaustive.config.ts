import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

// Too long for every landing: run before a release and after a change to the case worlds.
export default defineConfig({ test: { ...shared, include: ['test/**/*.exhaustive.test.ts'] } });
