import { judgeIndicator } from '../../indicators/loader/run-indicators.ts';
import type { Indicator, Overrides } from '../../indicators/loader/schema.ts';
import type { HitSet, ThresholdTrial } from '../../models/calibrate/calibration-data.ts';
import type { TunableParameter } from '../../models/calibrate/tunable.ts';
import type { JudgedHit } from '../../models/grade/grade-of.ts';
import { compilePeerSql } from '../../models/peers/peer-sql.ts';
import type { Color } from '../../models/score/scoring-rules.ts';
import type { Config } from '../config/schema.ts';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { scoreAll } from '../run/score-step.ts';

/** The work database of a published run, and what it was judged by. */
export interface Work {
  readonly path: string;
  readonly indicators: readonly Indicator[];
  readonly config: Config;
  /** Weights in force, by code. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Judges an indicator again under each value of its thresholds, one at a time, behind the fence. The work database is only read. */
export async function judgeTrials(work: Work, parameters: readonly TunableParameter[], numberOf: ReadonlyMap<string, number>, onStep: (what: string) => void): Promise<ThresholdTrial[]> {
  return withEngine(work, async (engine) => {
    await engine.exec('create table indicator_outcome as select * from beneath.main.indicator_outcome where false');
    const trials: ThresholdTrial[] = [];
    for (const { code, parameter, tier, from, tried } of parameters) {
      const indicator = work.indicators.find((one) => one.code === code);
      if (indicator === undefined) continue;
      onStep(`${code} ${parameter}`);
      const found = [];
      const weighted = { ...indicator, weight: work.weights[code] ?? indicator.weight };
      for (const value of tried) found.push({ value, hits: await judgedHits(engine, weighted, withValue(work.config.indicators, code, parameter, value), numberOf) });
      trials.push({ code, parameter, tier, from, tried: found });
    }
    return trials;
  });
}

/** Colours of all taxpayers when the night is judged and scored by another configuration; nothing is written. */
export async function colorsUnder(work: Work, config: Config, changed: readonly string[]): Promise<ReadonlyMap<string, Color>> {
  return withEngine(work, async (engine) => {
    const codes = changed.map(sqlText).join(', ');
    await engine.exec(`create table indicator_outcome as select * from beneath.main.indicator_outcome where ${codes === '' ? 'true' : `code not in (${codes})`}`);
    for (const indicator of work.indicators.filter(({ code }) => changed.includes(code))) {
      await judgeIndicator(engine, indicator, { compilePeers: compilePeerSql, overrides: config.indicators });
    }
    await scoreAll(engine, { indicators: work.indicators, config });
    const rows = await engine.rows<{ taxpayer_id: string; color: Color }>('select t.taxpayer_id, g.color from grade_taxpayer as g join taxpayers as t on t.taxpayer_key = g.taxpayer_key order by t.taxpayer_id asc nulls last');
    return new Map(rows.map(({ taxpayer_id, color }) => [taxpayer_id, color]));
  });
}

async function withEngine<T>({ path, config }: Work, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openDuckDb({ beneath: path, threads: config.engine.threads, memoryLimit: config.engine.memory, fenced: true });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

function withValue(overrides: Overrides, code: string, parameter: string, value: number): Overrides {
  return { ...overrides, [code]: { ...overrides[code], [parameter]: value } };
}

// What colours hang on beside points is left out: trials are compared by score alone.
async function judgedHits(engine: Engine, indicator: Indicator, overrides: Overrides, numberOf: ReadonlyMap<string, number>): Promise<HitSet> {
  await engine.exec('delete from indicator_outcome');
  await judgeIndicator(engine, indicator, { compilePeers: compilePeerSql, overrides });
  const { code, family, correlation_group, weight } = indicator;
  const rows = await engine.rows<Omit<JudgedHit, 'code'> & { readonly taxpayer_id: string }>(`select t.taxpayer_id, o.tier, coalesce(cast(o.intensity as double), 0) as intensity, o.outcome = 'hit' as is_hit, o.is_scoring as scores,
      o.has_ineligible as ineligible, o.has_recompute as recompute, o.has_suspend as suspend, o.has_service as service
    from indicator_outcome as o join taxpayers as t on t.taxpayer_key = o.taxpayer_key
    where o.is_primary order by t.taxpayer_id asc nulls last`);
  return new Map(rows.flatMap(({ taxpayer_id, ...hit }) => {
    const number = numberOf.get(taxpayer_id);
    return number === undefined ? [] : [[number, { ...hit, code, family, correlation_group, weight, material: false, red_trigger: false, live_claim: false, open_claim: false }] as const];
  }));
}
