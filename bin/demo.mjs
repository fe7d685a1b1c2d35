#!/usr/bin/env node
// The main job on the sample province, ending in tables a person can read, also when the output is piped.
import { register } from 'tsx/esm/api';

register();
const { demo } = await import('../pipeline/commands/demo.ts');
process.exitCode = await demo();
