import type { Contract } from '../../pipeline/contract/contract.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { caseTables, type CaseTable } from './case-rows.ts';
import { JUDGED } from './judge-sql.ts';
import { OUTCOME_TABLE } from './outcome-sql.ts';
import { dropJudged, judgeIndicator, type CompilePeers } from './run-indicators.ts';
import type { Catalogue, Expected, Indicator, IndicatorCase } from './schema.ts';
import { STATES } from './states.ts';

/** What turns delivered rows into feature tables: the pipeline, seen from here. */
export interface CaseWorld {
  readonly contract: Contract;
  readonly compilePeers: CompilePeers;
  /**
   * Builds known and feature tables of a delivery of exactly these tables, as of a day, with at least the features named, on a
   * fenced engine. The engine may be the same for every call; what was there before is gone.
   */
  build(tables: readonly CaseTable[], asOf: string, features: readonly string[]): Promise<Engine>;
}

export interface CaseResult {
  readonly code: string;
  readonly name: IndicatorCase['name'];
  readonly kind: IndicatorCase['kind'];
  /** Empty when the case passed; else each difference as `subject: key: expected …, found …`. */
  readonly faults: readonly string[];
}

/** Runs every case of an indicator from delivered rows to outcomes. */
export async function runCases(world: CaseWorld, indicator: Indicator): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of indicator.cases) {
    results.push({ code: indicator.code, name: one.name, kind: one.kind, faults: await caseFaults(world, indicator, one) });
  }
  return results;
}

/**
 * Runs every case of every indicator given, on as many worlds side by side as handed in, and returns them in the order of the
 * catalogue. Each world works on one indicator at a time.
 */
export async function runCatalogueCases(
  worlds: readonly CaseWorld[],
  catalogue: Catalogue,
  onDone: (code: string, results: readonly CaseResult[]) => void = () => undefined,
): Promise<readonly CaseResult[]> {
  const results = new Map<string, readonly CaseResult[]>();
  const queue = [...catalogue];
  await Promise.all(
    worlds.map(async (world) => {
      for (let indicator = queue.shift(); indicator !== undefined; indicator = queue.shift()) {
        const found = await runCases(world, indicator);
        results.set(indicator.code, found);
        onDone(indicator.code, found);
      }
    }),
  );
  return catalogue.flatMap((indicator) => results.get(indicator.code) ?? []);
}

interface Judged extends Readonly<Record<string, string | number | boolean | null>> {
  readonly taxpayer_id: string;
  readonly application_id: string;
  readonly state: number;
  readonly is_counted: boolean;
}

async function caseFaults(world: CaseWorld, indicator: Indicator, one: IndicatorCase): Promise<readonly string[]> {
  const { tables, faults } = caseTables(world.contract, one);
  if (faults.length > 0) return faults;
  const features = [...indicator.reads, 'feat_subject', 'feat_taxpayer', ...(indicator.peers === undefined ? [] : ['feat_peer'])];
  try {
    const engine = await world.build(tables, one.as_of, [...new Set(features)]);
    await engine.exec(OUTCOME_TABLE);
    const overrides = one.parameters === undefined ? {} : { [indicator.code]: one.parameters };
    await judgeIndicator(engine, indicator, { compilePeers: world.compilePeers, overrides, keepJudged: true });
    const judged = await judgedRows(engine, indicator);
    await dropJudged(engine, indicator);
    return Object.entries(one.expect).flatMap(([subject, expected]) => compare(judged, subject, expected));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function judgedRows(engine: Engine, indicator: Indicator): Promise<readonly Judged[]> {
  return engine.rows<Judged>(`select t.taxpayer_id, j.application_id, j.state, j.is_counted,
  coalesce(o.value, j.measured_value) as value, o.threshold, o.branch, o.intensity, o.amount_yuan, o.stake_yuan, o.red_trigger,
  o.peer_count, o.peer_percentile, o.reason_zh, o.reason_en
from ${JUDGED} as j
join taxpayers as t on t.taxpayer_key = j.taxpayer_key
left join indicator_outcome as o on o.subject_no = j.subject_no and o.code = '${indicator.code}'
order by j.subject_no asc nulls last`);
}

function compare(judged: readonly Judged[], subject: string, expected: Expected): string[] {
  const [taxpayer = '', application] = subject.toUpperCase().split('/');
  const row = judged.find((one) => one.taxpayer_id.toUpperCase() === taxpayer && (application === undefined ? one.is_counted : one.application_id.toUpperCase() === application));
  if (row === undefined) return [`${subject}: there is no such subject; judged were ${judged.slice(0, 5).map((one) => [one.taxpayer_id, one.application_id].filter((part) => part !== '').join('/')).join(', ')}`];
  const state = STATES.find((candidate) => candidate.state === row.state);
  const found: Record<string, string | number | boolean | null | undefined> = {
    ...row,
    outcome: row.state === 2 ? 'watch' : (state?.outcome ?? 'unknown'),
    reason_code: state?.reasonCode ?? null,
  };
  return Object.entries(expected).flatMap(([key, wanted]) => {
    const value = found[key];
    if (agrees(key, wanted, value)) return [];
    const why = key === 'outcome' && state?.reasonCode != null ? ` (${state.reasonCode})` : '';
    return [`${subject}: ${key}: expected ${String(wanted)}, found ${String(value)}${why}`];
  });
}

/** Numbers agree to one part in a million; texts of reasons by containing, all else exactly. */
function agrees(key: string, wanted: unknown, found: unknown): boolean {
  if (key.startsWith('reason_') && key !== 'reason_code') return typeof found === 'string' && typeof wanted === 'string' && found.includes(wanted);
  if (typeof wanted === 'number' && typeof found === 'number') return Math.abs(wanted - found) <= 1e-6 * Math.max(1, Math.abs(wanted));
  return wanted === (found ?? null);
}
