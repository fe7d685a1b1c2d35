import { loadGraphTables } from '../../../models/rings/build-rings.ts';
import { findLoops } from '../../../models/rings/find-loops.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { createListTables, loadLists } from '../../../pipeline/features/lists.ts';
import type { RingLog } from './ring-logs.ts';

export interface RingRules {
  readonly longest_hops: number;
  readonly hop_minimum_yuan?: number;
  readonly conserved_share?: number;
}

/** The log as the tables that the ring texts read: every transfer an invoice, every month of two years a month of assessment, so that each has its windows. */
export async function openRingLog(log: RingLog): Promise<Engine> {
  const engine = await openDuckDb({ threads: 1, memoryLimit: '2GB' });
  await createListTables(engine, loadLists().filter(({ list }) => list === 'ring_rules'));
  await engine.exec(`create table run_context as select date '2026-01-20' as as_of; create table account (party_key INTEGER, account VARCHAR);
    create table parties (party_key INTEGER, party_kind VARCHAR); create table feat_taxpayer (taxpayer_key INTEGER, head_office_key INTEGER);
    create table feat_subject as select 24288 + months as p_ym from range(24) as r(months);
    create table transfer (seller_key INTEGER, buyer_key INTEGER, yuan INTEGER, fen INTEGER, day INTEGER)`);
  const accounts = [...new Set(log.transfers.flatMap(({ from, to }) => [from, to]))].sort();
  const keyOf = new Map(accounts.map((account, at) => [account, at + 1]));
  await engine.exec(`insert into account values ${accounts.map((account, at) => `(${at + 1}, '${account}')`).join(', ')}`);
  const column = (value: (transfer: RingLog['transfers'][number]) => number): number[] => log.transfers.map(value);
  const fenOf = (yuan: number): number => Math.round(100 * yuan);
  await engine.append('transfer', [
    column(({ from }) => keyOf.get(from)!), column(({ to }) => keyOf.get(to)!), column(({ yuan }) => Math.floor(fenOf(yuan) / 100)), column(({ yuan }) => fenOf(yuan) % 100), column(({ day }) => day),
  ]);
  await engine.exec(`create table invoices as select seller_key, buyer_key, issued_on, 12 * year(issued_on) + month(issued_on) - 1 as ym,
    cast(yuan + fen / 100.0 as decimal(18,2)) as signed_amount, 'normal' as doc_status, false as is_self
    from (select *, date '2024-01-01' + day as issued_on from transfer) as t`);
  return engine;
}

/** Accounts of every loop found in some window, from the lowest name on: `A>B>C`. `ordered: false` gives all hops one day, which no order can break. */
export async function loopsOf(engine: Engine, rules: RingRules, ordered = true): Promise<ReadonlySet<string>> {
  await createListTables(engine, loadLists().filter(({ list }) => list === 'ring_rules'));
  await engine.exec(`update list_ring_rules set ${Object.entries(rules).map(([name, value]) => `${name} = ${value}`).join(', ')}`);
  for (const name of ['ring_window', 'ring_pair_month', 'ring_hop']) {
    await engine.exec(`create or replace table ${name} as ${loadGraphTables().find(({ table }) => table === name)?.sql ?? ''}`);
  }
  if (!ordered) await engine.exec("update ring_hop set first_issued_on = date '2024-01-01'");
  await findLoops(engine);
  const found = await engine.rows<{ loop: string }>(`select string_agg(a.account, '>' order by l.hop_no) as loop
    from loop_found as l join account as a on a.party_key = l.seller_key group by l.window_no, l.loop_no`);
  return new Set(found.map(({ loop }) => fromLowest(loop.split('>'))));
}

export function fromLowest(accounts: readonly string[]): string {
  const at = accounts.indexOf([...accounts].sort()[0] ?? '');
  return [...accounts.slice(at), ...accounts.slice(0, at)].join('>');
}
