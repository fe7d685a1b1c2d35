#!/usr/bin/env node
// Writes api/openapi.json from the schemas of the routes. Run it after every change of a route; a test fails while the file differs.
import { writeFileSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
const { openApiText } = await import('../api/openapi-text.ts');
writeFileSync(new URL('../api/openapi.json', import.meta.url), await openApiText());
