import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkOverrides } from '../../indicators/loader/parameters.ts';
import { judgeIndicator } from '../../indicators/loader/run-indicators.ts';
import type { Indicator } from '../../indicators/loader/schema.ts';
import { compilePeerSql } from '../../models/peers/peer-sql.ts';
import { columnCode } from '../../models/score/run-score.ts';
import type { Config } from '../config/schema.ts';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { writeCatalogue } from '../snapshot/build-catalogue.ts';
import { currentRunId } from '../snapshot/open-snapshot.ts';
import { snapshotOutputs } from '../snapshot/outputs.ts';
import { writeManifest, writeOutputs } from '../snapshot/write-snapshot.ts';
import { catalogueInForce, parametersInForce, scoreAll, scoringInForce } from './score-step.ts';

export interface WhatIfRequest {
  readonly outDirectory: string;
  readonly indicators: readonly Indicator[];
  readonly catalogueHash: string;
  /** Turns the configuration of the run asked about into the one to try. */
  readonly change: (base: Config) => Promise<Config>;
  readonly onStep?: (what: string) => void;
}

export interface WhatIf {
  /** The published run that was judged again. */
  readonly runId: string;
  /** Folder of the outputs, like a snapshot. */
  readonly folder: string;
  /** Indicators that were judged again; the others keep their outcomes. */
  readonly judged: readonly string[];
}

interface BaseManifest extends Readonly<Record<string, unknown>> {
  readonly config: Config;
  readonly catalogue_sha256: string;
  readonly as_of: string;
}

// Outputs that hang on thresholds and scoring; rings, quality and evidence do not.
const OUTPUTS = ['taxpayer_grades', 'claim_grades', 'indicator_matrix', 'indicator_results', 'score_bars'];

/**
 * Grades the published night again under other parameters, without reading an invoice: indicators whose parameters change are judged again on the stored
 * features, everything is scored again. Writes OUT/what-if/<run id>, replacing an earlier try; publishes nothing. Throws WHAT_IF_IMPOSSIBLE when the work
 * of the run is gone or was made by another version, CONFIG_INVALID when the changes fit nothing.
 */
export async function runWhatIf(request: WhatIfRequest): Promise<WhatIf> {
  const runId = currentRunId(request.outDirectory);
  const work = join(request.outDirectory, 'runs', runId, 'work.duckdb');
  const manifest = JSON.parse(readFileSync(join(request.outDirectory, 'snapshots', runId, 'manifest.json'), 'utf8')) as BaseManifest;
  checkBase(runId, work, manifest, request.catalogueHash);
  const config = await request.change(manifest.config);
  checkOverrides(request.indicators, config.indicators);
  const changed = request.indicators.filter(({ code }) => !sameParameters(manifest.config.indicators[code], config.indicators[code]));
  const folder = join(request.outDirectory, 'what-if', runId);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const database = { path: join(folder, 'judged.duckdb'), beneath: work, threads: config.engine.threads, memoryLimit: config.engine.memory };
  // Indicators are analysts' SQL: judged behind the fence, like every night.
  await withEngine({ ...database, fenced: true }, (engine) => judgeAgain(engine, changed, config, request.onStep));
  await withEngine(database, (engine) => scoreAgain(engine, { ...request, config }, folder, manifest));
  for (const scratch of ['judged.duckdb', 'judged.duckdb.wal']) rmSync(join(folder, scratch), { force: true });
  return { runId, folder, judged: changed.map(({ code }) => code) };
}

/** Throws WHAT_IF_IMPOSSIBLE when the work of a run is gone or was made by another version of the indicators. */
export function checkBase(runId: string, work: string, manifest: Pick<BaseManifest, 'catalogue_sha256'>, catalogueHash: string): void {
  if (!existsSync(work)) {
    throw new VatRiskError('WHAT_IF_IMPOSSIBLE', `The work database of run ${runId} is gone (run.keep_work was off, or it was removed). Run the night again; it is kept by default.`);
  }
  if (manifest.catalogue_sha256 !== catalogueHash) {
    throw new VatRiskError('WHAT_IF_IMPOSSIBLE', `Run ${runId} was made with another version of the indicators; what changes would not be the parameters alone. Run the night again.`);
  }
}

function sameParameters(a: Readonly<Record<string, unknown>> = {}, b: Readonly<Record<string, unknown>> = {}): boolean {
  const sorted = (values: Readonly<Record<string, unknown>>): string => JSON.stringify(Object.entries(values).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}

async function withEngine(options: Parameters<typeof openDuckDb>[0], work: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await openDuckDb(options);
  try {
    await work(engine);
    await engine.exec('checkpoint');
  } finally {
    await engine.close();
  }
}

/** Outcomes of the indicators that change; those of all others are taken over. */
async function judgeAgain(engine: Engine, changed: readonly Indicator[], config: Config, onStep?: (what: string) => void): Promise<void> {
  const codes = changed.map(({ code }) => sqlText(code)).join(', ');
  await engine.exec(`create table indicator_outcome as select * from beneath.main.indicator_outcome where ${codes === '' ? 'true' : `code not in (${codes})`}`);
  for (const indicator of changed) {
    onStep?.(indicator.code);
    await judgeIndicator(engine, indicator, { compilePeers: compilePeerSql, overrides: config.indicators });
  }
}

async function scoreAgain(engine: Engine, judging: Pick<WhatIfRequest, 'indicators' | 'onStep'> & { readonly config: Config }, folder: string, base: BaseManifest): Promise<void> {
  judging.onStep?.('score');
  await scoreAll(engine, judging);
  judging.onStep?.('outputs');
  const delivered = await engine.rows<{ table_name: string }>('select table_name from delivered_tables where is_delivered');
  const has = (table: string | undefined): boolean => table === undefined || delivered.some(({ table_name }) => table_name === table);
  const outputs = snapshotOutputs(judging.indicators.map(({ code }) => columnCode(code))).filter(({ name, onlyWith }) => OUTPUTS.includes(name) && has(onlyWith));
  const files = await writeOutputs(engine, outputs, { folder, threads: judging.config.engine.threads });
  writeManifest(folder, {
    ...base, what_if: true, config: judging.config, parameters: parametersInForce(judging, base.as_of), scoring: await scoringInForce(judging), outputs: files,
    catalogue: writeCatalogue(folder, await catalogueInForce(judging, base.as_of)),
  });
}
