import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { loadIndicators } from '../../indicators/loader/load.ts';
import { STATES } from '../../indicators/loader/states.ts';
import { loadScoringRules, rulesInForce } from '../../models/score/scoring-rules.ts';
import { loadConfig } from '../../pipeline/config/load-config.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlName } from '../../pipeline/engine/sql-text.ts';
import { buildCatalogue, writeCatalogue } from '../../pipeline/snapshot/build-catalogue.ts';
import { replaceFile } from '../../pipeline/snapshot/durable.ts';
import { writeManifest, writeOutput, type SnapshotFile } from '../../pipeline/snapshot/write-snapshot.ts';
import { nightTables } from './night-tables.ts';

/** Runs that the snapshots are swapped between. */
export const RUN_IDS = ['20261129T020000Z-0a0a0a', '20261130T020000Z-0b0b0b'] as const;
const AS_OF = '2026-11-16';
/** Counts as another night when what is written changes. */
const FORM = 1;

/** Publishes made-up nights of so many taxpayers, equal but for their run ids, unless the folder holds them already. */
export async function publishNights(out: string, taxpayers: number): Promise<void> {
  const stamp = join(out, 'made-of.json');
  const wanted = JSON.stringify({ taxpayers, form: FORM });
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    publish(out, RUN_IDS[0]);
    return;
  }
  rmSync(out, { recursive: true, force: true });
  const [first, ...others] = RUN_IDS.map((runId) => ({ runId, folder: join(out, 'snapshots', runId) }));
  if (first === undefined) return;
  const manifest = await writeNight(first.folder, taxpayers);
  writeManifest(first.folder, { run_id: first.runId, ...manifest });
  for (const { runId, folder } of others) {
    await cp(first.folder, folder, { recursive: true });
    writeManifest(folder, { run_id: runId, ...manifest });
  }
  publish(out, first.runId);
  // Written last: a folder that was cut short is made again.
  replaceFile(stamp, wanted);
}

/** Makes a night the current one, as publishing does: one file is replaced. */
export function publish(out: string, runId: string): void {
  replaceFile(join(out, 'CURRENT'), `${runId}\n`);
}

async function writeNight(folder: string, taxpayers: number): Promise<object> {
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  const indicators = loadIndicators();
  const config = await loadConfig();
  const rules = await loadScoringRules(config.scoring);
  const catalogue = writeCatalogue(folder, buildCatalogue({ indicators, overrides: {}, rules, asOf: AS_OF }));
  const engine = await openDuckDb({ memoryLimit: '4GB' });
  const outputs: SnapshotFile[] = [];
  try {
    for (const { name, sql, orderBy } of nightTables(taxpayers, indicators.map(({ code }) => code.replace('-', '_')))) {
      await engine.exec(`create table ${sqlName(name)} as ${sql}`);
      if (name === 'base') continue;
      const written = await writeOutput(engine, { name, sql: `select * from ${sqlName(name)}`, orderBy }, folder);
      outputs.push(written);
    }
  } finally {
    await engine.close();
  }
  return {
    as_of: AS_OF, started_at: new Date().toISOString(), vatrisk: '0.1.0', seed: 0, engine: { kind: 'duckdb' }, inputs: [], tables: [], config, parameters: {}, scoring: rulesInForce(indicators, rules),
    catalogue_sha256: createHash('sha256').update(readFileSync(join(folder, catalogue.file))).digest('hex'), steps: [],
    states: Object.fromEntries(STATES.map(({ state, outcome, reasonCode }) => [state, { outcome, reason_code: reasonCode ?? '' }])),
    outputs: outputs.sort((a, b) => (a.file < b.file ? -1 : 1)), catalogue,
  };
}


/** The identifier of the n-th made-up taxpayer, as the tables form it. */
export const ID_FORM = { prefix: '91530100MA', digits: 8 } as const;
export const taxpayerId = (n: number): string => `${ID_FORM.prefix}${String(n).padStart(ID_FORM.digits, '0')}`;
