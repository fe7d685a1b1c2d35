#!/usr/bin/env node
// The command runs the TypeScript sources directly: one code path for users, tests and the nightly job, no build that can be stale.
import { register } from 'tsx/esm/api';

register();
await import('../pipeline/cli.ts');
