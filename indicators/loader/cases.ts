import type { Contract } from '../../pipeline/contract/contract.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { caseBatches, caseMark, mergeCases } from './case-batches.ts';
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

/**
 * Runs every case of an indicator from delivered rows to outcomes, in the order of its YAML. Cases of one day and the same tables share a world
 * (case-batches.ts); one that fails there is run again by itself, and so is every case with `alone`.
 */
export async function runCases(world: CaseWorld, indicator: Indicator, options: { readonly alone?: boolean } = {}): Promise<readonly CaseResult[]> {
  const faults = new Map<IndicatorCase, readonly string[]>();
  const batches = options.alone === true ? indicator.cases.map((one) => [one]) : caseBatches(indicator);
  for (const batch of batches) {
    const together = await batchFaults(world, indicator, batch);
    for (const [place, one] of batch.entries()) {
      const found = together[place] ?? [];
      faults.set(one, batch.length > 1 && found.length > 0 ? ((await batchFaults(world, indicator, [one]))[0] ?? []) : found);
    }
  }
  return indicator.cases.map((one) => ({ code: indicator.code, name: one.name, kind: one.kind, faults: faults.get(one) ?? [] }));
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

/** Faults of cases that share a world, in their order. */
async function batchFaults(world: CaseWorld, indicator: Indicator, batch: readonly IndicatorCase[]): Promise<readonly (readonly string[])[]> {
  const given = batch.map((one) => caseTables(world.contract, one));
  if (given.some(({ faults }) => faults.length > 0)) return given.map(({ faults }) => faults);
  const [first] = batch;
  if (first === undefined) return [];
  const features = [...indicator.reads, 'feat_subject', 'feat_taxpayer', ...(indicator.peers === undefined ? [] : ['feat_peer'])];
  const isAlone = batch.length === 1;
  const tables = isAlone ? (given[0]?.tables ?? []) : mergeCases(given.map((one) => one.tables));
  try {
    const engine = await world.build(tables, first.as_of, [...new Set(features)]);
    await engine.exec(OUTCOME_TABLE);
    const overrides = first.parameters === undefined ? {} : { [indicator.code]: first.parameters };
    await judgeIndicator(engine, indicator, { compilePeers: world.compilePeers, overrides, keepJudged: true });
    const judged = await judgedRows(engine, indicator);
    await dropJudged(engine, indicator);
    return batch.map((one, place) => {
      const mark = isAlone ? '' : caseMark(place);
      return Object.entries(one.expect).flatMap(([subject, expected]) => compare(judged, subject, expected, mark));
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return batch.map(() => [message]);
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

function compare(judged: readonly Judged[], subject: string, expected: Expected, mark: string): string[] {
  const [taxpayer = '', application] = subject.toUpperCase().split('/').map((id) => `${mark}${id}`);
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
