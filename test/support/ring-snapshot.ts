import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import type { Ring } from '../../pipeline/snapshot/read-ring.ts';

// The columns that interfaces.md fixes; a test may append what later versions add.
const RINGS = `ring_id VARCHAR, kinds VARCHAR[], score DOUBLE, members INTEGER, amount DECIMAL(18,2), first_date DATE, last_date DATE, retained_share DOUBLE,
  claims_amount DECIMAL(18,2), truncated BOOLEAN`;
const MEMBERS = 'ring_id VARCHAR, taxpayer_id VARCHAR, role VARCHAR, share DOUBLE';
const EDGES = 'ring_id VARCHAR, seller_id VARCHAR, buyer_id VARCHAR, first_date DATE, last_date DATE, invoices INTEGER, amount DECIMAL(18,2), hop INTEGER';

const TIES = 'ring_id VARCHAR, kind VARCHAR, first_id VARCHAR, second_id VARCHAR, amount DECIMAL(18,2), shared_keys VARCHAR[]';

export interface LaterColumns {
  readonly rings?: string;
  readonly members?: string;
  readonly edges?: string;
}

/** Publishes a snapshot that holds nothing but the given rings. */
export async function writeRingSnapshot(out: string, rings: readonly Ring[], later: LaterColumns = {}): Promise<void> {
  const runId = rings[0]?.snapshotId ?? 'empty';
  const folder = join(out, 'snapshots', runId);
  mkdirSync(folder, { recursive: true });
  const files = [
    { name: 'rings', columns: withLater(RINGS, later.rings), rows: rings.map(({ ring }) => ring) },
    { name: 'ring_members', columns: withLater(MEMBERS, later.members), rows: rings.flatMap(({ ring: { ring_id }, members }) => members.map((row) => ({ ring_id, ...row }))) },
    { name: 'ring_edges', columns: withLater(EDGES, later.edges), rows: rings.flatMap(({ ring: { ring_id }, edges }) => edges.map((row) => ({ ring_id, ...row }))) },
    // A snapshot of an earlier version has no such file.
    ...(rings.some(({ ties }) => ties.length > 0) ? [{ name: 'ring_ties', columns: TIES, rows: rings.flatMap(({ ring: { ring_id }, ties }) => ties.map((row) => ({ ring_id, ...row }))) }] : []),
  ];
  const engine = await openDuckDb();
  try {
    for (const { name, columns, rows } of files) {
      await engine.exec(`create table ${name} (${columns})`);
      if (rows.length > 0) await engine.exec(`insert into ${name} by name (${rows.map((row) => selectOf(row, columns)).join(' union all by name ')})`);
      await engine.exec(`copy ${name} to ${sqlText(join(folder, `${name}.parquet`))} (format parquet)`);
    }
  } finally {
    await engine.close();
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ run_id: runId, as_of: '2026-11-16', outputs: files.map(({ name, rows }) => ({ file: `${name}.parquet`, rows: rows.length })) }));
  writeFileSync(join(out, 'CURRENT'), `${runId}\n`);
}

function withLater(columns: string, later: string | undefined): string {
  return later === undefined ? columns : `${columns}, ${later}`;
}

function selectOf(row: object, columns: string): string {
  const known = Object.entries(row).filter(([name]) => new RegExp(`\\b${name} `, 'u').test(columns));
  return `select ${known.map(([name, value]) => `${literal(value)} as ${name}`).join(', ')}`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]::varchar[]`;
  return typeof value === 'string' ? sqlText(value) : value === null ? 'null' : JSON.stringify(value);
}
