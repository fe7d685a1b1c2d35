import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { runScore } from '../../../models/score/run-score.ts';
import { fillScoreInputs, type CatalogueRow, type Finding, type Subject } from '../../models/score/score-tables.ts';

const CATALOGUE: readonly CatalogueRow[] = [
  { code: 'VR-01', family: 'condition', group: null, weight: 5 },
  { code: 'VR-16', family: 'inflated_input', group: 'G2', weight: 5 },
  { code: 'VR-18', family: 'inflated_input', group: 'G3', weight: 4 },
];
export const CODES = CATALOGUE.map(({ code }) => code.replace('-', '_'));

const SUBJECTS: readonly Subject[] = Array.from({ length: 40 }, (_, at) => ({
  taxpayer: at + 1,
  ...(at % 4 === 0 ? { application: `A${at + 1}`, open: true, recent: true, claimed: 50_000 + at } : {}),
}));

const FINDINGS: readonly Finding[] = Array.from({ length: 24 }, (_, at) => ({
  taxpayer: (at % 12) * 3 + 1,
  code: at < 12 ? 'VR-16' : 'VR-18',
  intensity: ((at * 7) % 10) / 10 + 0.1,
  amount: 1000 * (at + 1),
  ...(at % 4 === 0 && (at % 12) * 3 % 4 === 0 ? { application: `A${(at % 12) * 3 + 1}` } : {}),
}));

/** An engine with forty scored taxpayers and every table a snapshot is written from. */
export async function scoredWorld(threads = 1): Promise<Engine> {
  const engine = await openDuckDb({ threads });
  await fillScoreInputs(engine, CATALOGUE, SUBJECTS, FINDINGS);
  await engine.exec(`alter table indicator_outcome add column value double default 1.5;
    alter table indicator_outcome add column threshold double default 1;
    alter table indicator_outcome add column branch varchar default 'only';
    alter table indicator_outcome add column peer_group varchar;
    alter table indicator_outcome add column peer_count integer;
    alter table indicator_outcome add column peer_percentile double;
    alter table indicator_outcome add column reason_zh varchar default '进项偏高';
    alter table indicator_outcome add column reason_en varchar default 'input is high';
    alter table indicator_catalogue add column parameter_version varchar default '1';
    alter table taxpayers add column taxpayer_name varchar default '某公司';
    create table ingest_files as select 1 as file_no, 'taxpayers.csv' as file;
    create table ingest_quality as select * from (values (1, 'taxpayers', 'delivered', '', '', 41), (1, 'taxpayers', 'accepted', '', '', 40),
      (1, 'taxpayers', 'quarantined', 'E_DATE', '', 1)) as q(file_no, table_name, measure, code, subject, "count");
    create table ingest_rejects as select 1 as file_no, 7 as row_no, 8 as line, 'taxpayers' as table_name, 'E_DATE' as code, 'E_DATE' as codes,
      'not a day' as message, 'x,2026-13-45' as raw, null::varchar as pointer`);
  await runScore(engine, CATALOGUE, (await loadConfig()).scoring);
  return engine;
}
