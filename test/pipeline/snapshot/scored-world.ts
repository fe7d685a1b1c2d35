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

// One round of the first three taxpayers and a party outside, as the assembly of rings leaves it.
const RING_TABLES = `
  create table parties as select taxpayer_key as party_key, taxpayer_id as party_id, taxpayer_id, 'internal' as party_kind, null::varchar as party_name from taxpayers
    union all select 900, 'E900', null, 'external', '外省公司';
  create table ring_identity as select 1 as ring_no, 'R0000000001' as ring_id;
  create table ring_sign as select 1 as ring_no, 1 as main_kind_no, 4 as party_count, 3 as taxpayer_count, 400000::decimal(18,2) as inside_yuan,
    400000::decimal(18,2) as amount_yuan, date '2026-01-05' as first_on, date '2026-03-05' as last_on, 50000::decimal(18,2) as claimed_yuan, 0.9e0 as conserved_share, null::double as ordered_share,
    0.95e0 as inside_share, 0.5e0 as closeness, 0.0e0 as controlled_share, 0.0e0 as without_input_share, 1.0e0 as without_staff_share, 0.0e0 as gone_share, 0.5e0 as young_share,
    false as has_goods_switch;
  create table ring_score as select 1 as ring_no, 0.91e0 as score, true as is_published, false as is_truncated;
  create table ring_kind as select * from (values (1, 1, 'closed_loop'), (1, 2, 'same_control')) as k(ring_no, place, kind);
  create table ring_damper as select 1 as ring_no, 'legal_group' as damper, 0.7e0 as share, 0.4e0 as factor;
  create table ring_part as select ring_no, party_key, role, 0.5e0 as share, 100000::decimal(18,2) as sold_inside_yuan, 100000::decimal(18,2) as bought_inside_yuan,
    claimed_yuan::decimal(18,2) as claimed_yuan, 1 as main_kind_no
    from (values (1, 1, 'beneficiary', 50000), (1, 2, 'conduit', null), (1, 3, 'conduit', null), (1, 900, 'conduit', null)) as p(ring_no, party_key, role, claimed_yuan);
  create table ring_trade as select ring_no, seller_key, buyer_key, date '2026-01-05' as first_issued_on, date '2026-03-05' as last_issued_on, 2 as invoice_count,
    100000::decimal(18,2) as amount_yuan, hop_no from (values (1, 1, 2, 1), (1, 2, 3, 2), (1, 3, 900, 3), (1, 900, 1, 4)) as t(ring_no, seller_key, buyer_key, hop_no);
  create table ring_ticket as select 1 as ring_no, 1 as seller_key, 2 as buyer_key, n as ticket_no, 'T' || n as invoice_key from (values (1), (2)) as t(n);
  create table ring_bond as select 1 as ring_no, 'closed_loop' as kind, 1 as first_key, 2 as second_key, 100000::decimal(18,2) as amount_yuan, true as shares_person,
    false as shares_phone, false as shares_address, true as shares_device, false as shares_ip;
  create table ring_exposure as select 4 as taxpayer_key, 0.4e0 as exposure, 300::decimal(18,2) as first_hop_tax_yuan, 200::decimal(18,2) as second_hop_tax_yuan,
    1000::decimal(18,2) as bought_tax_yuan, null::decimal(18,2) as claimed_yuan`;

/** An engine with forty scored taxpayers and every table a snapshot is written from. */
export async function scoredWorld(threads = 1): Promise<Engine> {
  const engine = await openDuckDb({ threads });
  await fillScoreInputs(engine, CATALOGUE, SUBJECTS, FINDINGS);
  await engine.exec(`alter table indicator_outcome add column value double default 1.5;
    alter table indicator_outcome add column threshold double default 1;
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
  await engine.exec(RING_TABLES);
  await runScore(engine, CATALOGUE, (await loadConfig()).scoring);
  return engine;
}
