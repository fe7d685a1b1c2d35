import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';

export interface GradedTaxpayer {
  readonly id: string;
  readonly score: number;
  readonly level: string;
  readonly color?: string;
  readonly amountAtRisk?: number;
  readonly rings?: readonly string[];
  readonly isSuspended?: boolean;
}

export interface GradedHit {
  readonly id: string;
  readonly code: string;
  readonly tier: string;
  readonly family: string;
  readonly supervision?: boolean;
}

export interface GradedClaim {
  readonly claim: string;
  readonly id: string;
  readonly lane: string;
  readonly level: string;
  readonly score: number;
  readonly claimed: number;
  readonly hits?: readonly string[];
  readonly isUnderTest?: boolean;
}

export interface GradedWorld {
  readonly runId: string;
  readonly taxpayers: readonly GradedTaxpayer[];
  readonly hits?: readonly GradedHit[];
  readonly claims?: readonly GradedClaim[];
}

const list = (words: readonly string[] = []): string => `[${words.map(sqlText).join(', ')}]::varchar[]`;

/** A relation of typed columns, given as name and type, from rows of SQL values. */
function relation(columns: Readonly<Record<string, string>>, rows: readonly string[]): string {
  const names = Object.keys(columns);
  const typed = Object.entries(columns).map(([name, type]) => `cast(${name} as ${type}) as ${name}`);
  const given = rows.length === 0 ? `(select ${names.map((name) => `null as ${name}`).join(', ')} limit 0)` : `(values ${rows.map((row) => `(${row})`).join(', ')}) as given(${names.join(', ')})`;
  return `select ${typed.join(', ')} from ${given}`;
}

/** The mildest colour of each level. */
const COLOR_OF: Readonly<Record<string, string>> = { high: 'orange', medium: 'yellow', low: 'blue' };

const TEXT = 'varchar';
const YUAN = 'decimal(18,2)';

/** Publishes a snapshot that holds nothing but the given grades, hits, claims and the rings that taxpayers name; the last one written is the current one. */
export async function writeGradedSnapshot(out: string, { runId, taxpayers, hits = [], claims }: GradedWorld): Promise<void> {
  const folder = join(out, 'snapshots', runId);
  mkdirSync(folder, { recursive: true });
  const members = taxpayers.flatMap(({ id, rings = [] }) => rings.map((ring) => `${sqlText(ring)}, ${sqlText(id)}`));
  const tables: Record<string, string> = {
    taxpayer_grades: relation(
      { taxpayer_id: TEXT, score: 'double', level: TEXT, color: TEXT, amount_at_risk: YUAN, ring_ids: 'varchar[]', suspend: 'boolean', ineligible: 'boolean', recompute: 'boolean', cautious: 'boolean' },
      taxpayers.map((one) => `${sqlText(one.id)}, ${one.score}, ${sqlText(one.level)}, ${sqlText(one.color ?? COLOR_OF[one.level] ?? 'none')}, ${one.amountAtRisk ?? 0}, ${list(one.rings)}, ${one.isSuspended === true}, false, false, false`),
    ),
    indicator_matrix: relation({ taxpayer_id: TEXT, VR_01_state: 'utinyint', VR_02_state: 'utinyint' }, taxpayers.map(({ id }) => `${sqlText(id)}, 0, 0`)),
    indicator_results: relation(
      { taxpayer_id: TEXT, code: TEXT, subject: TEXT, tier: TEXT, family: TEXT, outcome: TEXT, supervision: 'boolean' },
      hits.map((hit) => `${[hit.id, hit.code, '', hit.tier, hit.family, 'hit'].map(sqlText).join(', ')}, ${hit.supervision === true}`),
    ),
    rings: relation({ ring_id: TEXT }, [...new Set(taxpayers.flatMap(({ rings = [] }) => rings))].map(sqlText)),
    ring_members: relation({ ring_id: TEXT, taxpayer_id: TEXT }, members),
  };
  if (claims !== undefined) tables['claim_grades'] = claimsSql(claims);
  const engine = await openDuckDb();
  try {
    for (const [name, sql] of Object.entries(tables)) await engine.exec(`copy (${sql}) to ${sqlText(join(folder, `${name}.parquet`))} (format parquet)`);
  } finally {
    await engine.close();
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ run_id: runId, as_of: '2026-11-16', outputs: Object.keys(tables).map((name) => ({ file: `${name}.parquet` })) }));
  writeFileSync(join(out, 'CURRENT'), `${runId}\n`);
}

function claimsSql(claims: readonly GradedClaim[]): string {
  return relation(
    {
      application_id: TEXT, taxpayer_id: TEXT, lane: TEXT, level: TEXT, score: 'double', claimed: YUAN, unmet_conditions: 'varchar[]', hits: 'varchar[]',
      is_under_test: 'boolean', is_large_refund: 'boolean', is_city_review: 'boolean',
    },
    claims.map((one) => `${[one.claim, one.id, one.lane, one.level].map(sqlText).join(', ')}, ${one.score}, ${one.claimed}, ${list()}, ${list(one.hits)}, ${one.isUnderTest !== false}, false, false`),
  );
}
