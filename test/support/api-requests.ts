import { setTimeout } from 'node:timers/promises';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import type { RouteName } from './api-contract.ts';
import type { Answer, ApiWorld, Headers } from './api-world.ts';

/** A request that a caller would send. */
export interface GoodRequest {
  readonly route: RouteName;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Headers;
}

/** Things of the snapshot that requests are about. */
export interface Subjects {
  readonly hit: string;
  readonly clean: string;
  readonly inRing: string;
  readonly code: string;
  readonly graded: string;
  readonly ungraded: string;
  readonly ring: string;
}

/** Looks for them in the files, not through the API. */
export async function subjectsOf({ outDirectory, runId }: Pick<ApiWorld, 'outDirectory' | 'runId'>): Promise<Subjects> {
  const snapshot = await openSnapshot(outDirectory, runId);
  const first = async (sql: string): Promise<string> => {
    const [row] = await snapshot.engine.rows<{ id: string }>(`${sql} order by 1 limit 1`);
    if (row === undefined) throw new Error(`the snapshot holds none: ${sql}`);
    return row.id;
  };
  try {
    const hit = await first("select taxpayer_id as id from indicator_results where outcome = 'hit'");
    return {
      hit, code: await first(`select code as id from indicator_results where outcome = 'hit' and taxpayer_id = '${hit}'`),
      clean: await first('select taxpayer_id as id from taxpayer_grades where hits = 0'), inRing: await first('select taxpayer_id as id from taxpayer_grades where len(ring_ids) > 0'),
      graded: await first('select application_id as id from claim_grades where lane is not null'), ungraded: await first('select application_id as id from claim_grades where lane is null'),
      ring: await first('select ring_id as id from rings'),
    };
  } finally {
    await snapshot.close();
  }
}

const PURPOSE = { 'x-purpose': encodeURIComponent('复核工单 2026-1187') };
export const UNMASKED = { query: '?unmask=true', headers: PURPOSE } as const;

/** Good requests of every route but those about one export, which are told once one was ordered. */
export function goodRequests({ hit, clean, inRing, code, graded, ungraded, ring }: Subjects, runId: string): readonly GoodRequest[] {
  const risk = 'GET /api/v1/taxpayers/{id}/risk';
  const results = 'GET /api/v1/taxpayers/{id}/indicators';
  const evidence = 'GET /api/v1/taxpayers/{id}/indicators/{code}/evidence';
  const taxpayers = 'POST /api/v1/taxpayers/search';
  const claims = 'POST /api/v1/claims/search';
  return [
    ...[hit, clean, inRing, hit.toLowerCase()].map((id) => ({ route: risk, path: `/taxpayers/${id}/risk` }) as const),
    { route: risk, path: `/taxpayers/${hit}/risk${UNMASKED.query}`, headers: UNMASKED.headers },
    ...['', '?outcome=hit', '?outcome=clear', '?outcome=not_applicable', '?outcome=not_assessed'].map((query) => ({ route: results, path: `/taxpayers/${hit}/indicators${query}` }) as const),
    { route: results, path: `/taxpayers/${clean}/indicators` },
    { route: evidence, path: `/taxpayers/${hit}/indicators/${code}/evidence` },
    { route: evidence, path: `/taxpayers/${hit}/indicators/${code.toLowerCase()}/evidence${UNMASKED.query}`, headers: UNMASKED.headers },
    { route: evidence, path: `/taxpayers/${clean}/indicators/${code}/evidence` },
    ...[inRing, clean].map((id) => ({ route: 'GET /api/v1/taxpayers/{id}/rings', path: `/taxpayers/${id}/rings` }) as const),
    ...[{}, { limit: 3, count: true }, { level: ['high', 'medium'], color: 'red', region: ['5301', '53'], amount: { minimum: 0.01 } }, { ids: [hit], indicator: code }, { ring, name: '有限' }, { industry: 'F' }]
      .map((body) => ({ route: taxpayers, path: '/taxpayers/search', body }) as const),
    { route: taxpayers, path: `/taxpayers/search${UNMASKED.query}`, body: { limit: 2 }, headers: UNMASKED.headers },
    ...[{}, { limit: 3, count: true }, { lane: ['normal', 'suspend'], open: false }, { ids: [graded], taxpayer: [hit] }, { period: '2025-11', region: '53' }]
      .map((body) => ({ route: claims, path: '/claims/search', body }) as const),
    { route: claims, path: `/claims/search${UNMASKED.query}`, body: { limit: 2 }, headers: UNMASKED.headers },
    ...[graded, ungraded].map((id) => ({ route: 'GET /api/v1/claims/{applicationId}', path: `/claims/${id}` }) as const),
    { route: 'GET /api/v1/claims/{applicationId}', path: `/claims/${graded}${UNMASKED.query}`, headers: UNMASKED.headers },
    ...['', '?limit=1', '?kind=closed_loop', '?kind=no_such_kind'].map((query) => ({ route: 'GET /api/v1/rings', path: `/rings${query}` }) as const),
    { route: 'GET /api/v1/rings/{id}', path: `/rings/${ring}` },
    { route: 'GET /api/v1/rings/{id}', path: `/rings/${ring.toLowerCase()}${UNMASKED.query}`, headers: UNMASKED.headers },
    { route: 'GET /api/v1/indicators', path: '/indicators' },
    { route: 'GET /api/v1/indicators/{code}', path: `/indicators/${code}` },
    { route: 'GET /api/v1/runs', path: '/runs' },
    { route: 'GET /api/v1/runs/{id}', path: `/runs/${runId}` },
    { route: 'GET /api/v1/me', path: '/me' },
    ...(['livez', 'readyz', 'metrics'] as const).map((name) => ({ route: `GET /${name}`, path: `!/${name}` }) as const),
  ];
}

/** Sends it as somebody; as its own headers say, where it has any. */
export function send(world: ApiWorld, { route, path, body, headers }: GoodRequest, caller: Headers): Promise<Answer> {
  return route.startsWith('POST') ? world.post(path, body, { ...caller, ...headers }) : world.get(path, { ...caller, ...headers });
}

/** Orders an export and waits for its end. */
export async function finishedExport(world: ApiWorld, caller: Headers, body: object): Promise<{ readonly id: string; readonly status: string; readonly files: readonly { readonly name: string; readonly href: string; readonly bytes: number }[] }> {
  const { id } = (await world.post('/exports', body, caller)).json<{ id: string }>();
  for (;;) {
    const job = (await world.get(`/exports/${id}`, caller)).json<Awaited<ReturnType<typeof finishedExport>>>();
    if (job.status === 'done' || job.status === 'failed') return job;
    await setTimeout(100);
  }
}
