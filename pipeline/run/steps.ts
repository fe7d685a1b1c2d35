import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceTables } from '../../indicators/loader/evidence.ts';
import { logicHash } from '../../indicators/loader/lock.ts';
import type { Catalogue } from '../../indicators/loader/schema.ts';
import { runIndicators } from '../../indicators/loader/run-indicators.ts';
import { compilePeerSql } from '../../models/peers/peer-sql.ts';
import { columnCode, scoreTexts } from '../../models/score/run-score.ts';
import type { PairSide } from '../compare/open-pair.ts';
import { formerSide, writeDrift } from '../compare/write-drift.ts';
import type { Engine } from '../engine/engine.ts';
import { createListTables, loadLists } from '../features/lists.ts';
import { featuresNeeded } from '../features/features-needed.ts';
import { loadFeatures } from '../features/load-features.ts';
import { runFeatures } from '../features/run-features.ts';
import { ingestDelivery } from '../ingest/ingest.ts';
import { writeCatalogue } from '../snapshot/build-catalogue.ts';
import { publishSnapshot } from '../snapshot/publish.ts';
import { writeManifest, writeSnapshotFiles, type SnapshotFile } from '../snapshot/write-snapshot.ts';
import { checkDrift } from './drift-gate.ts';
import { checkEvidence } from './evidence-check.ts';
import { ingestOptions } from './ingest-options.ts';
import { buildManifest } from './manifest.ts';
import { checkQuality } from './quality-gate.ts';
import { graph, ringTables, rings } from './ring-steps.ts';
import type { RunContext, Step } from './run-context.ts';
import { catalogueInForce, parametersInForce, scoreAll, scoringInForce } from './score-step.ts';

/** The steps of a nightly run, in order; each leaves tables the next one reads. */
export const STEPS: readonly Step[] = [
  { name: 'load', run: load },
  { name: 'features', run: features },
  { name: 'graph', run: graph },
  { name: 'rings', run: rings },
  { name: 'indicators', fenced: true, run: indicators },
  { name: 'score', run: score },
  { name: 'snapshot', run: snapshot },
  { name: 'drift', run: checkDrift },
  { name: 'publish', run: publish },
];

async function load(engine: Engine, context: RunContext) {
  const loaded = await ingestDelivery(engine, context.contract, ingestOptions(context));
  await checkQuality(engine, context.config.quality);
  return { rows: loaded.totals.delivered, totals: loaded.totals, files: loaded.files, as_of: loaded.asOf };
}

async function features(engine: Engine, context: RunContext) {
  await createListTables(engine, loadLists());
  const readers = [...context.indicators.flatMap(({ sql, evidenceSql }) => [sql, evidenceSql]), ...ringTables().map(({ text }) => text), ...(await scoreTexts())];
  const built = await runFeatures(engine, { needed: featuresNeeded(readers), clock: () => context.clock().getTime(), onStart: context.tell });
  const parts = built.map(({ table, rows, seconds }) => ({ name: table, rows, seconds }));
  return { rows: parts.reduce((sum, part) => sum + part.rows, 0), parts };
}

async function indicators(engine: Engine, context: RunContext) {
  const parts: { name: string; seconds: number }[] = [];
  let current: { name: string; started: number } | undefined;
  const now = () => context.clock().getTime();
  const finish = () => {
    if (current !== undefined) parts.push({ name: current.name, seconds: (now() - current.started) / 1000 });
  };
  await runIndicators(engine, context.indicators, {
    compilePeers: compilePeerSql,
    overrides: context.config.indicators,
    onStep: (code) => {
      finish();
      current = { name: code, started: now() };
      context.tell(code);
    },
  });
  finish();
  const [counted] = await engine.rows<{ rows: number }>('select count(*) as rows from indicator_outcome');
  return { rows: counted?.rows ?? 0, parts };
}

async function score(engine: Engine, context: RunContext) {
  await scoreAll(engine, context);
  const [counted] = await engine.rows<{ rows: number }>('select count(*) as rows from grade_taxpayer');
  return { rows: counted?.rows ?? 0, evidence: await checkEvidence(engine, context.indicators, context.config.indicators) };
}

async function snapshot(engine: Engine, context: RunContext) {
  const folder = join(context.runDirectory, 'snapshot');
  rmSync(folder, { recursive: true, force: true });
  const delivered = await engine.rows<{ table_name: string }>('select table_name from delivered_tables where is_delivered');
  const written = await writeSnapshotFiles(engine, {
    folder,
    codes: context.indicators.map(({ code }) => columnCode(code)),
    evidenceTables: await keyedTables(engine, context.indicators),
    deliveredTables: new Set(delivered.map(({ table_name }) => table_name)),
    threads: context.config.engine.threads,
  });
  const { drift, outputs } = await withDrift(context, { runId: context.request.runId, folder, outputs: written, tables: delivered.map(({ table_name }) => table_name) }, written);
  const [about] = await engine.rows<{ version: string; as_of: string }>('select version() as version, as_of from run_context');
  const asOf = about?.as_of ?? '';
  const tables = await engine.rows('select * from delivered_tables order by table_name asc nulls last');
  writeManifest(
    folder,
    buildManifest(context, {
      engineVersion: about?.version ?? '',
      asOf,
      inputs: context.steps.find(({ name }) => name === 'load')?.facts['files'],
      tables,
      parameters: parametersInForce(context, asOf),
      scoring: await scoringInForce(context),
      sqlHashes: Object.fromEntries(context.indicators.map((one) => [one.code, logicHash(one)])),
      steps: context.steps,
      outputs,
      catalogue: writeCatalogue(folder, await catalogueInForce(context, asOf)),
      drift,
    }),
  );
  return { rows: outputs.reduce((sum, { rows }) => sum + rows, 0), outputs };
}

/** The files of the night with the table that sets them against the published snapshot. */
async function withDrift(context: RunContext, latter: PairSide, written: readonly SnapshotFile[]) {
  const { file, view } = await writeDrift({ former: formerSide(context.outDirectory), latter, rules: context.config.drift, engine: context.config.engine });
  return { drift: view, outputs: [...written, file].sort((a, b) => (a.file < b.file ? -1 : 1)) };
}

async function publish(engine: Engine, context: RunContext) {
  const prepared = join(context.runDirectory, 'snapshot');
  // Whoever asks for this step alone must not get round the gate; without a prepared folder an earlier attempt has moved it.
  if (existsSync(prepared)) await checkDrift(engine, context);
  publishSnapshot(context.outDirectory, context.request.runId, prepared);
  return {};
}

/** Known tables and lists are created in their order; features come in whatever order threads finish, so they are sorted by their key. */
async function keyedTables(engine: Engine, indicators: Catalogue): Promise<ReadonlyMap<string, readonly string[] | null>> {
  const keys = new Map([...loadFeatures(), ...ringTables()].map(({ table, key }) => [table, key]));
  return new Map((await evidenceTables(engine, indicators)).map((table) => [table, keys.get(table) ?? null]));
}
