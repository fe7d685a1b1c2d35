import { loadContract } from '../contract/load-contract.ts';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { createListTables, loadLists } from '../features/lists.ts';
import { loadFeatures, type Feature } from '../features/load-features.ts';
import { orderFeatures } from '../features/run-features.ts';
import { insertStageRows } from '../ingest/given-rows.ts';
import { buildKnownTables } from '../ingest/known.ts';
import { settleStage } from '../ingest/settle.ts';
import { createStageTables, stageTable } from '../ingest/stage-tables.ts';
import { VatRiskError } from '../shared/errors.ts';
import { assembleRings, loadPublishedRings, loadRingAssembly, loadRingFindings } from '../../models/rings/assemble-rings.ts';
import { buildRings, loadGraphTables, loadRingFacts } from '../../models/rings/build-rings.ts';
import type { CaseTable } from '../../indicators/loader/case-rows.ts';
import type { CaseWorld } from '../../indicators/loader/cases.ts';
import type { CompilePeers } from '../../indicators/loader/run-indicators.ts';

export interface OpenCaseWorld extends CaseWorld {
  /** An engine on which every known and feature table exists and is empty: for checkIndicators. */
  empty(): Promise<Engine>;
  close(): Promise<void>;
}

/** Tables the known tables of all others lean on. */
const ALWAYS_BUILT = ['taxpayers', 'invoices', 'invoice_lines', 'input_uses', 'exception_vouchers'];

/** A fenced in-memory engine that is filled anew for each case: loading, known tables, reference lists, features. */
export async function openCaseWorld(compilePeers: CompilePeers): Promise<OpenCaseWorld> {
  const contract = loadContract();
  const features = loadFeatures();
  const engine = await openDuckDb({ threads: 1, memoryLimit: '1GB', fenced: true });
  await createListTables(engine, loadLists());
  const ringReads = await featuresOf(engine, [...loadGraphTables(), ...loadRingFacts()]);
  const assemblyReads = await featuresOf(engine, [...loadRingFindings(), ...loadRingAssembly(), ...loadPublishedRings()]);
  const plans = new Map<string, readonly Feature[]>();
  // Known tables that hold rows of the case before, or do not exist yet: the others are empty already and stay as they are.
  let hasCalendar = false;
  let stale = new Set(contract.tables.map((table) => table.table));

  async function load(tables: readonly CaseTable[], asOf: string): Promise<void> {
    await createStageTables(engine, contract);
    for (const { table, rows } of tables) await insertStageRows(engine, contract, table, rows);
    await settleStage(engine, contract);
    await refuseQuarantined(engine, tables);
    const names = tables.map(({ table }) => table.table);
    const touched = new Set([...ALWAYS_BUILT, ...stale, ...names]);
    stale = touched; // a failure half way leaves them in doubt
    await buildKnownTables(engine, contract, { asOf, ...(hasCalendar ? { anew: touched } : {}) });
    hasCalendar = true;
    stale = new Set(names);
  }

  async function buildFeatures(wanted?: readonly string[]): Promise<void> {
    const key = wanted?.join(',') ?? '';
    const plan = plans.get(key) ?? (await orderFeatures(engine, features, wanted));
    plans.set(key, plan);
    // One text for all: preparing thirty statements one by one takes longer than running them on a handful of rows.
    await engine.exec(plan.map((feature) => `create or replace table ${sqlName(feature.table)} as ${feature.sql}`).join(';\n'));
  }

  return {
    contract,
    compilePeers,
    async build(tables, asOf, wanted) {
      await load(tables, asOf);
      const needsRings = wanted.some((name) => name.startsWith('ring_'));
      // Finding rings takes longer than all else: only for who reads who stands in one.
      const needsMembership = wanted.includes('ring_membership');
      const named = wanted.filter((name) => name.startsWith('feat_'));
      await buildFeatures([...new Set([...named, ...(needsRings ? ringReads : []), ...(needsMembership ? assemblyReads : [])])].sort());
      if (needsRings) await buildRings(engine);
      if (needsMembership) await assembleRings(engine);
      return engine;
    },
    async empty() {
      await load([], '2026-01-01');
      await buildFeatures();
      await buildRings(engine);
      await assembleRings(engine);
      return engine;
    },
    close: () => engine.close(),
  };
}

/** The features that these ring tables read. */
async function featuresOf(engine: Engine, tables: readonly Feature[]): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { sql } of tables) {
    for (const name of await engine.tablesRead(sql)) if (name.startsWith('feat_')) names.add(name);
  }
  return [...names];
}

/** A row of a case that loading refuses would make the case pass or fail for the wrong reason. */
async function refuseQuarantined(engine: Engine, tables: readonly CaseTable[]): Promise<void> {
  const names = tables.map(({ table }) => table.table);
  if (names.length === 0) return;
  const own = names.map((name) => `select ${sqlText(name)} as table_name, errors as codes from ${stageTable(name)} where errors is not null`);
  const later = `select table_name, code as codes from stage.removed where disposition = 'quarantined'`;
  const found = await engine.rows<{ fault: string }>(`select distinct table_name || ': ' || codes as fault from (${[...own, later].join(' union all ')}) as q order by fault asc nulls last`);
  if (found.length === 0) return;
  const faults = found.map((row) => row.fault);
  throw new VatRiskError('INDICATOR_CASE_FAILED', `loading quarantines rows of this case: ${faults.join('; ')}`, { details: faults });
}
