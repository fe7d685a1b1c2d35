import { loadServeSettings } from '../pipeline/config/load-config.ts';
import { buildApp } from './app.ts';
import type { ExportJobs } from './exports/export-jobs.ts';
import { Metrics } from './plugins/metrics.ts';
import type { Services } from './services.ts';

/** The description of the API as committed in api/openapi.json: it follows from the schemas alone, so nothing needs to stand behind the routes. */
export async function openApiText(): Promise<string> {
  const services = { store: { outDirectory: '' }, settings: await loadServeSettings(), version: '1' } as unknown as Services;
  const app = await buildApp({ services, jobs: {} as unknown as ExportJobs, metrics: new Metrics() });
  try {
    await app.ready();
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
}
