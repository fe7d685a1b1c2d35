import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import type { SimulateOptions } from '../../data-samples/simulator/options.ts';
import { matchRings, type RingMatch } from '../../data-samples/simulator/measure/ring-match.ts';
import { simulate } from '../../data-samples/simulator/simulate.ts';
import { loadIndicators } from '../../indicators/loader/load.ts';
import { STATES } from '../../indicators/loader/states.ts';
import { nightly } from '../../pipeline/commands/run.ts';
import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { csvRows } from '../data-samples/recompute.ts';
import type { Row } from '../data-samples/recompute.ts';
import { EXPLAINED, INNOCENT_OF, PENDING, SHOULD_HIT } from './province-truth.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 600_000 });

/**
 * Two of today, a larger one for the peer groups and a small one, where more of the taxpayers cheat; and one of the end of 2022, in whose window the
 * deferrals ran. With these seeds every indicator finds somebody.
 */
const PROVINCES: readonly (readonly [name: string, options: SimulateOptions])[] = [
  ['today', simulateOptions({ taxpayers: 4000, seed: 7 })],
  ['today, small', simulateOptions({ taxpayers: 1000, seed: 1 })],
  ['the end of 2022', simulateOptions({ taxpayers: 1000, seed: 7, lastPeriod: '2022-12' })],
];
const CODES = loadIndicators().map(({ code }) => code);

interface Hit { readonly code: string; readonly taxpayer_id: string }
interface Outcomes { readonly name: string; readonly taxpayers: number; readonly rows: number; readonly states: ReadonlyMap<string, ReadonlyMap<number, number>> }

/** `province taxpayer` → what truth/ calls it: archetype, archetype/role, noise:kind. */
const known = new Map<string, Set<string>>();
const members = new Map<string, Set<string>>();
const hits: Hit[] = [];
const outcomes: Outcomes[] = [];
const matches: RingMatch[] = [];

const scratch = mkdtempSync(join(tmpdir(), 'vatrisk-hits-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function add(words: Map<string, Set<string>>, key: string, word: string): void {
  words.set(key, (words.get(key) ?? new Set()).add(word));
}

/** Reads truth/ of a province. Taxpayers of two provinces may share an id, so that the name of the province goes before it. */
function readTruth(name: string, folder: string): void {
  const truth = (table: string): Row[] => csvRows(readFileSync(join(folder, 'truth', `${table}.csv`), 'utf8'));
  const idOf = (row: Row): string => `${name} ${row['taxpayer_id'] ?? ''}`;
  for (const row of truth('labels').filter(({ label }) => label === 'fraud')) {
    add(known, idOf(row), row['archetype'] ?? '');
    add(known, idOf(row), `${row['archetype'] ?? ''}/${row['role'] ?? ''}`);
  }
  for (const row of truth('noise')) add(known, idOf(row), `noise:${row['kind'] ?? ''}`);
  for (const row of truth('lookalikes')) add(members, row['kind'] ?? '', idOf(row));
}

beforeAll(async () => {
  for (const [at, [name, options]] of PROVINCES.entries()) {
    const [province, out] = [join(scratch, `province-${at}`), join(scratch, `out-${at}`)];
    await simulate({ options, out: province, format: 'parquet', threads: 2, memory: '3GB' });
    await nightly({ input: [province], out, threads: '2', memory: '3GB' }, new AbortController().signal);
    readTruth(name, province);
    const snapshot = await openSnapshot(out);
    const { engine } = snapshot;
    const found = await engine.rows<Hit>(`select distinct code, taxpayer_id from indicator_results where outcome = 'hit' order by code asc nulls last, taxpayer_id asc nulls last`);
    hits.push(...found.map(({ code, taxpayer_id }) => ({ code, taxpayer_id: `${name} ${taxpayer_id}` })));
    const states = new Map<string, Map<number, number>>();
    for (const code of CODES) {
      const counted = await engine.rows<{ state: number; taxpayers: number }>(`select ${code.replace('-', '_')}_state as state, count(*)::double as taxpayers from indicator_matrix group by all`);
      states.set(code, new Map(counted.map(({ state, taxpayers }) => [state, taxpayers])));
    }
    const [count] = await engine.rows<{ rows: number }>('select count(*)::double as rows from indicator_matrix');
    outcomes.push({ name, taxpayers: options.taxpayers, rows: count?.rows ?? 0, states });
    matches.push(await matchRings(engine, join(province, 'truth')));
    await snapshot.close();
  }
});

describe('on the simulated provinces', () => {
  it('the tables of this test speak of the 64 indicators and no others', () => {
    expect(Object.keys(SHOULD_HIT).sort()).toEqual([...CODES].sort());
    expect(CODES).toHaveLength(64);
    expect([...new Set(Object.values(INNOCENT_OF).flat())].filter((code) => !CODES.includes(code))).toEqual([]);
  });

  it('every indicator hits somebody whom it should find', () => {
    const isRight = ({ code, taxpayer_id }: Hit): boolean => (SHOULD_HIT[code] ?? []).some((word) => known.get(taxpayer_id)?.has(word) === true);
    const finding = new Set(hits.filter(isRight).map(({ code }) => code));
    expect(CODES.filter((code) => !finding.has(code))).toEqual(PENDING);
  });

  it('every kind of look-alike lives there, and the test knows it', () => {
    expect(Object.keys(INNOCENT_OF).sort()).toEqual([...members.keys()].sort());
  });

  it.each(Object.entries(INNOCENT_OF))('a %s is no hit of the indicators that name it as innocent', (kind, codes) => {
    const group = members.get(kind) ?? new Set<string>();
    expect(group.size).toBeGreaterThan(0);
    for (const code of codes) {
      const wrong = hits.filter((hit) => hit.code === code && group.has(hit.taxpayer_id)).map(({ taxpayer_id }) => taxpayer_id);
      const allowed = Math.floor((EXPLAINED[`${kind} ${code}`]?.share ?? 0) * group.size);
      expect(wrong.length, `${code} ${wrong.join(', ')}`).toBeLessThanOrEqual(allowed);
    }
  });

  it.each(PROVINCES)('of %s, each taxpayer has one outcome of each indicator', (name) => {
    const found = outcomes.find((each) => each.name === name);
    expect(found?.rows).toBe(found?.taxpayers);
    for (const code of CODES) {
      const counted = [...(found?.states.get(code) ?? [])];
      const of = (outcome: string): number => counted.filter(([state]) => STATES.some((row) => row.state === state && row.outcome === outcome)).reduce((sum, [, taxpayers]) => sum + taxpayers, 0);
      expect(of('hit') + of('clear') + of('not_applicable') + of('not_assessed'), code).toBe(found?.taxpayers);
    }
  });

  it('nine of ten planted rings are published, and nine of ten published rings are planted ones', () => {
    const [planted, published] = [matches.flatMap((match) => match.planted), matches.flatMap((match) => match.published)];
    expect(planted.length).toBeGreaterThan(25);
    const [missed, stray] = [planted.filter(({ ring_id }) => ring_id === null), published.filter(({ planted_id }) => planted_id === null)];
    expect(missed.length / planted.length, missed.map(({ planted_id }) => planted_id).join(', ')).toBeLessThanOrEqual(0.1);
    expect(stray.length / published.length, stray.map(({ ring_id, kinds }) => `${ring_id} ${kinds.join('+')}`).join(', ')).toBeLessThanOrEqual(0.1);
  });

  it('hardly any honest look-alike stands in a ring', () => {
    const lookalikes = matches.flatMap((match) => match.lookalikes);
    const flagged = lookalikes.reduce((sum, { flagged_members }) => sum + flagged_members, 0);
    const wrong = lookalikes.filter(({ flagged_members }) => flagged_members > 0).map(({ group_id }) => group_id).join(', ');
    expect(flagged / lookalikes.reduce((sum, { members: all }) => sum + all, 0), wrong).toBeLessThanOrEqual(0.02);
  });
});
