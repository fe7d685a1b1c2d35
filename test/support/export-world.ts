import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';

/** A taxpayer of a made-up night that tests care about by name. */
export interface NamedTaxpayer {
  readonly id: string;
  readonly name: string;
  readonly district?: string | null;
  readonly color?: 'red' | 'orange' | 'yellow' | 'blue' | 'none';
  readonly amountAtRisk?: number;
  readonly rings?: readonly string[];
  readonly industry?: string;
}

export interface ExportWorld {
  readonly runId?: string;
  /** Taxpayers filled in by formula: 53-districts, every colour, three hits each; the tens are members of rings of ten. */
  readonly filled?: number;
  readonly named?: readonly NamedTaxpayer[];
  /** Parties of rings that are no taxpayers. */
  readonly external?: readonly { readonly id: string; readonly name: string; readonly ring: string }[];
  /** catalogue.json, when the night kept one. */
  readonly catalogue?: object;
}

const LEVEL = "case color when 'red' then 'high' when 'orange' then 'high' when 'yellow' then 'medium' when 'blue' then 'low' else 'none' end";

/** Publishes a snapshot with all columns an export reads. Ids of filled taxpayers are 91530000 followed by ten digits. */
export async function writeExportWorld(out: string, { runId = 'night-1', filled = 0, named = [], external = [], catalogue }: ExportWorld): Promise<void> {
  const folder = join(out, 'snapshots', runId);
  mkdirSync(folder, { recursive: true });
  const engine = await openDuckDb({ memoryLimit: '4GB' });
  try {
    await engine.exec(taxpayerSql(filled, named));
    for (const [name, sql] of Object.entries(TABLES(external))) {
      await engine.exec(`create table ${name} as ${sql}`);
      await engine.exec(`copy ${name} to ${sqlText(join(folder, `${name}.parquet`))} (format parquet, row_group_size 122880)`);
    }
  } finally {
    await engine.close();
  }
  const listed = catalogue === undefined ? undefined : listCatalogue(folder, catalogue);
  const manifest = {
    run_id: runId, as_of: '2026-11-16', vatrisk: '0.1.0', catalogue_sha256: 'c'.repeat(64), states: {}, catalogue: listed,
    parameters: { 'VR-22': { gap_tolerance_yuan: 10 }, 'VR-31': {}, 'VR-35': { share_minimum: 0.5 }, 'AD-01': {} },
    scoring: { cuts: { red: 80, orange: 60, yellow: 30, blue: 10 }, weights: { 'VR-38': 5 } },
    outputs: Object.keys(TABLES([])).map((name) => ({ file: `${name}.parquet`, rows: 0, bytes: 0, sha256: 'a'.repeat(64) })),
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(out, 'CURRENT'), `${runId}\n`);
}

function taxpayerSql(filled: number, named: readonly NamedTaxpayer[]): string {
  const list = (words: readonly string[] = []): string => `[${words.map(sqlText).join(', ')}]::varchar[]`;
  const rows = named.map((one, at) => `select ${filled + at} as n, ${sqlText(one.id)} as id, ${sqlText(one.name)} as name,
    ${one.district === null ? 'null' : sqlText(one.district ?? '530102')} as district, ${sqlText(one.industry ?? 'F5112')} as industry, ${sqlText(one.color ?? 'yellow')} as color,
    ${one.amountAtRisk ?? 1000} as amount, ${list(one.rings)} as rings`);
  const formula = `select i as n, format('91530000{:010d}', i) as id, '昆明第' || i || '商贸有限公司' as name, (array['530102', '530113', '530302', '532901'])[i % 4 + 1] as district,
    (array['F5112', 'C1711', 'G5430'])[i % 3 + 1] as industry, (array['red', 'orange', 'yellow', 'blue', 'none'])[i % 5 + 1] as color, i * 1.37 as amount,
    case when i % 10 = 0 then ['R-' || i // 100] else []::varchar[] end as rings from range(${filled}) r(i)`;
  return `create table t as select n, id, name, district, industry, color, cast(amount as decimal(18,2)) as amount, rings from (${[formula, ...rows].join(' union all ')})`;
}

const TABLES = (external: NonNullable<ExportWorld['external']>): Readonly<Record<string, string>> => ({
  taxpayer_grades: `select id as taxpayer_id, district as district_code, industry as industry_code, 'under_1m' as size_band, ${LEVEL} as level, color,
      cast(case color when 'red' then 90 when 'orange' then 65 when 'yellow' then 40 when 'blue' then 12 else 0 end + n % 7 as double) as score, 10.0::double as points, 3 as hits, 20 as assessed,
      40 as applicable, 0.5::double as coverage, 0.51239999::double as coverage_weighted, color = 'none' as limited_data, false as ineligible, false as recompute, color = 'red' as suspend,
      false as cautious, false as service, amount as amount_at_risk, rings as ring_ids, ['VR-22', 'VR-31'] as top_reasons, '5:under_1m' as peer_group, name as taxpayer_name,
      0.0::double as ring_exposure, 'score' as color_rule from t order by id`,
  claim_grades: `select 'LD' || n as application_id, id as taxpayer_id, '2026-10' as period, 'high' as level, color, case when n % 2 = 0 then 'suspend' end as lane,
      cast(n * 100 as decimal(18,2)) as claimed from t where n % 3 = 0 order by 1`,
  indicator_results: `select id as taxpayer_id, code, '' as subject, true as is_primary, 'hit' as outcome, n * 1.0 / 3 as value, 0.25::double as threshold, 'b' as branch, 1.0::double as intensity,
      10.0::double as raw_points, 10.0::double as points, '5:under_1m' as peer_group, 57::bigint as peer_count, 0.97::double as peer_percentile,
      code || '在24个月内有' || n || '个所属期开票大于申报，少报销售额线索' || amount || '元；最近一期2026年9月开票2,000,000.00元' as reason, amount, '1-4d7bb609' as parameter_version, 'en' as reason_en,
      'T2' as tier, 'hidden_sales' as family, 'G1' as correlation_group, false as ineligible, false as recompute, true as suspend, false as service, null::decimal(18,2) as tax_at_stake,
      false as supervision, false as is_watch from t, (values ('VR-22'), ('VR-31'), ('VR-35')) c(code) where code <> 'VR-35' or n % 2 = 0
    union all select id, 'AD-01', '', true, 'hit', 1, 1, 'b', 1, 0, 0, null, null, null, '内部时限发现', null, '1', 'en', 'T2', 'administration', 'A', false, false, false, false, null, true, false from t where n % 4 = 0
    union all select id, 'VR-38', '', true, 'clear', 1, 1, 'b', 0, 0, 0, null, null, null, 'watch: 仅作关注', null, '1', 'en', 'T3', 'ring', 'A', false, false, false, false, null, false, true from t where n % 4 = 0
    order by 1, 2`,
  ring_members: `select ring as ring_id, id as taxpayer_id, case when row_number() over (partition by ring order by id) = 1 then 'issuer' else 'member' end as role, 0.1::double as share, true as is_taxpayer,
      name as taxpayer_name, amount as sold_inside, amount as bought_inside, 0::decimal(18,2) as claims_amount from (select unnest(rings) as ring, * from t)
    ${external.map(({ id, name, ring }) => `union all select ${sqlText(ring)}, ${sqlText(id)}, 'beneficiary', null, false, ${sqlText(name)}, 5, 5, 0`).join(' ')} order by 1, 2`,
  rings: `select ring_id, ['closed_loop', 'same_control'] as kinds, 0.87::double as score, cast(count(*) as integer) as members, 8923424.77::decimal(18,2) as amount, date '2025-11-07' as first_date,
      date '2026-01-09' as last_date, 0.934::double as retained_share, 0::decimal(18,2) as claims_amount, false as truncated from ring_members group by 1 order by 1`,
  ring_edges: `select ring_id, taxpayer_id as seller_id, lead(taxpayer_id, 1, first_id) over (partition by ring_id order by taxpayer_id) as buyer_id, date '2025-11-07' as first_date, date '2025-12-01' as last_date,
      4 as invoices, 1675515.35::decimal(18,2) as amount, cast(row_number() over (partition by ring_id order by taxpayer_id) as integer) as hop, []::varchar[] as invoice_numbers
    from (select *, first_value(taxpayer_id) over (partition by ring_id order by taxpayer_id) as first_id from ring_members) order by 1, 2`,
});

function listCatalogue(folder: string, catalogue: object) {
  const text = JSON.stringify(catalogue);
  writeFileSync(join(folder, 'catalogue.json'), text);
  return { file: 'catalogue.json', rows: 1, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}
