import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { problemOf } from '../support/api-contract.ts';
import { finishedExport, goodRequests, send, subjectsOf, UNMASKED, type Subjects } from '../support/api-requests.ts';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';
import { INTERNAL, largerNight } from '../support/rewrite-tables.ts';

interface Told {
  readonly path: string;
  readonly statusCode: number;
  readonly body: string;
}

/** What is told of names and of findings about the office; of taxpayers, findings and claims, one in `every` is asked about. */
export function namesAreKept(every: number): void {
  let world: ApiWorld;
  let analyst: Headers;
  let subjects: Subjects;
  let names: readonly string[];
  let supervised: readonly string[];
  let internal: readonly string[];
  /** What an analyst of the whole province is told by every route, about every taxpayer, claim, ring and finding. */
  const told: Told[] = [];
  const keep = (path: string, { statusCode, body }: Omit<Told, 'path'>): number => told.push({ path, statusCode, body });

  beforeAll(async () => {
    world = await openApiWorld({ isCopy: true });
    analyst = world.as('risk_analyst');
    subjects = await subjectsOf(world);
    await world.publish('with-internal-findings', largerNight(1));
    const snapshot = await openSnapshot(world.outDirectory);
    const list = async (sql: string) => (await snapshot.engine.rows<{ one: string }>(`${sql} order by 1`)).map(({ one }) => one);
    const someOf = async (sql: string) => (await list(sql)).filter((_, at) => at % every === 0);
    names = await list('select taxpayer_name as one from taxpayer_grades union select party_name from parties where len(party_name) > 3');
    supervised = await list('select taxpayer_id as one from indicator_results where supervision');
    const ids = await someOf('select taxpayer_id as one from taxpayer_grades');
    const findings = await someOf("select distinct taxpayer_id || '/indicators/' || code as one from indicator_results");
    internal = findings.filter((finding) => finding.endsWith(INTERNAL.code));
    const paths = [
      ...ids.flatMap((id) => [`/taxpayers/${id}/risk`, `/taxpayers/${id}/indicators`, `/taxpayers/${id}/rings`]), ...findings.map((finding) => `/taxpayers/${finding}/evidence`),
      ...(await someOf('select application_id as one from claim_grades')).map((id) => `/claims/${id}`), ...(await list('select ring_id as one from rings')).map((id) => `/rings/${id}`), '/rings?limit=200',
    ];
    await snapshot.close();
    for (const path of paths) keep(path, await world.get(path, analyst));
    for (const what of ['taxpayers', 'claims']) keep(`/${what}/search`, await world.post(`/${what}/search`, { limit: 200 }, analyst));
    for (const request of goodRequests(subjects, world.runId).filter(({ headers }) => headers === undefined)) keep(request.path, await send(world, request, analyst));
    const { files } = await finishedExport(world, analyst, { format: 'csv', purpose: '复核工单 1187' });
    for (const { href } of files) keep(href, await world.get(`!${href}`, analyst));
  });
  afterAll(() => world.close());

  const withWord = (words: readonly string[]) => told.flatMap(({ path, body }) => words.filter((word) => body.includes(word)).map((word) => `${path}: ${word}`));

  describe('names', () => {
    it('stand in full in no answer of any route that was not asked for them', () => {
      expect([told.length > 700 / every, names.length > 500]).toEqual([true, true]);
      // Rows behind a finding about the office are not given out, and the ring of the sample has another name in this night.
      expect(told.filter(({ statusCode }) => statusCode !== 200).map(({ path }) => path.replace(/\d{6,}\w+|R[0-9A-F]{10}/u, ''))).toEqual([...internal.map(() => `/taxpayers//indicators/${INTERNAL.code}/evidence`), '/rings/']);
      expect(withWord(names)).toEqual([]);
    });

    it('stand in full in every answer that was asked for them with a purpose, which the audit log keeps', async () => {
      const full = async (path: string) => (await world.get(path + UNMASKED.query, { ...analyst, ...UNMASKED.headers })).body;
      const paths = [`/taxpayers/${subjects.hit}/risk`, `/claims/${subjects.graded}`, `/rings/${subjects.ring}Z0`];
      for (const path of paths) expect(names.filter((name) => told.some((one) => one.path === path && one.body.includes(name)))).toEqual([]);
      for (const path of paths) {
        const body = await full(path);
        expect(names.some((name) => body.includes(name)), path).toBe(true);
        expect(world.auditRecords().at(-1)).toMatchObject({ purpose: '复核工单 2026-1187', outcome: 'done' });
      }
      const search = await world.post(`/taxpayers/search${UNMASKED.query}`, { limit: 200 }, { ...analyst, ...UNMASKED.headers });
      expect(search.json<{ items: { taxpayer_name: string }[] }>().items.every(({ taxpayer_name }) => names.includes(taxpayer_name))).toBe(true);
    });

    it.each([
      ['none', undefined], ['an empty one', ''], ['three characters', 'abc'], ['three characters of Chinese', encodeURIComponent('复核单')], ['blanks', '      '], ['a line break', 'case%0A2026'], ['NUL', 'case%00000'],
      ['a broken percent sign', 'case%ZZ2026'], ['half a character', 'case%E5%A4'], ['more than two hundred characters', 'x'.repeat(201)],
    ])('stay masked when the purpose is %s, and the refusal is kept', async (_, purpose) => {
      for (const path of [`/taxpayers/${subjects.hit}/risk`, `/claims/${subjects.graded}`, `/taxpayers/${subjects.hit}/indicators/${subjects.code}/evidence`]) {
        const answer = await world.get(`${path}?unmask=true`, { ...analyst, ...(purpose === undefined ? {} : { 'x-purpose': purpose }) });
        expect(problemOf(answer)).toBe('purpose-missing');
        expect(world.auditRecords().at(-1)).toMatchObject({ outcome: 'refused', reason: 'purpose-missing', rows: 0 });
      }
    });

    it.each([['four characters', 'abcd'], ['four of Chinese', encodeURIComponent('复核工单')], ['four emoji', encodeURIComponent('🧾🧾🧾🧾')], ['two hundred', 'x'.repeat(200)]])('are shown for a purpose of %s', async (_, purpose) => {
      const answer = await world.get(`/taxpayers/${subjects.hit}/risk?unmask=true`, { ...analyst, 'x-purpose': purpose });
      expect(answer.statusCode).toBe(200);
      expect(world.auditRecords().at(-1)!.purpose).toBe(decodeURIComponent(purpose));
    });
  });

  describe('findings about the office itself', () => {
    it('stand in no answer of any route', async () => {
      expect(supervised.length).toBeGreaterThan(10);
      expect(withWord([INTERNAL.reason, INTERNAL.reasonEn])).toEqual([]);
      for (const id of supervised.slice(0, 30 / every)) {
        expect(problemOf(await world.get(`/taxpayers/${id}/indicators/${INTERNAL.code}/evidence`, analyst))).toBe('not-found');
        const { indicators } = (await world.get(`/taxpayers/${id}/indicators`, analyst)).json<{ indicators: { code: string }[] }>();
        expect(indicators.map(({ code }) => code)).not.toContain(INTERNAL.code);
      }
    });
  });
}
