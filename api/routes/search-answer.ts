import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TProperties, TSchema } from 'typebox';
import { maskName } from '../../pipeline/shared/mask.ts';
import { Problem } from '../problems/problem.ts';
import type { FoundPage, FoundRow, PageWish } from '../repositories/search.ts';
import { snapshotProblems } from '../schemas/common.ts';
import { MOST_ROWS } from '../schemas/search.ts';
import type { Services } from '../services.ts';
import { ARROW, arrowStream } from './arrow.ts';
import { readCursor, writeCursor, type Place } from './cursor.ts';
import { answerSensitive, stampOf, type Sight } from './sensitive.ts';

const PAGE_ROWS = 50;

interface SearchBody {
  readonly limit?: number;
  readonly after?: string;
  readonly count?: boolean;
}

interface Search<P extends Place> {
  readonly objectType: string;
  readonly body: SearchBody;
  readonly columns: TProperties;
  /** Kinds of the values a page begins at. */
  readonly place: readonly ('string' | 'number')[];
  find(sight: Sight, wish: PageWish<P>): Promise<FoundPage<P>>;
}

/** Answers of a search: JSON by its schema, or an Arrow stream. */
export function searchResponses(page: TSchema): Record<number, object> {
  return {
    200: { description: '一页结果 one page', content: { 'application/json': { schema: page }, [ARROW]: { schema: { type: 'string', format: 'binary', description: 'Arrow IPC stream; next in the header X-Next' } } } },
    ...snapshotProblems('purpose-missing', 'cursor-invalid', 'snapshot-gone', 'body-too-large', 'media-type-unsupported'),
  };
}

/** One page of a search, on the snapshot its cursor names, as JSON or as an Arrow stream. */
export async function answerSearch<P extends Place>(services: Services, request: FastifyRequest, reply: FastifyReply, search: Search<P>): Promise<unknown> {
  const { body } = search;
  const cursor = body.after === undefined ? null : readCursor(body.after, body, search.place);
  const snapshot = cursor === null ? null : services.store.named(cursor.runId);
  if (cursor !== null && snapshot === null) throw new Problem('snapshot-gone');
  const isArrow = (request.headers.accept ?? '').includes(ARROW);
  const limit = Math.min(body.limit ?? PAGE_ROWS, isArrow ? MOST_ROWS.arrow : MOST_ROWS.json);
  return answerSensitive(services, request, reply, { object_type: search.objectType, object_id: '' }, snapshot, async (sight) => {
    const page = await search.find(sight, { after: (cursor?.place ?? null) as P | null, limit, isCounted: body.count === true });
    const items = page.rows.map((row) => (sight.isMasked ? masked(row) : row));
    const next = page.next === null ? null : writeCursor(sight.snapshot.runId, body, page.next);
    if (!isArrow) return { body: { ...stampOf(sight.snapshot), items, next, ...(page.total === undefined ? {} : { total: page.total }) }, rows: items.length };
    if (next !== null) void reply.header('X-Next', next);
    return { body: arrowStream(search.columns, items, stampOf(sight.snapshot)), rows: items.length, contentType: ARROW };
  });
}

function masked(row: FoundRow): FoundRow {
  return { ...row, taxpayer_name: maskName(row.taxpayer_name) };
}
