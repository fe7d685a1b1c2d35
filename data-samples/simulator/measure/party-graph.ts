/** Who sells to whom, as whole numbers: a table of pairs in the scratch database and a compact graph in memory. */
import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { ProvinceFiles } from './province-files.ts';

/** Successors of node v stand in targets[starts[v] … starts[v + 1]). */
export interface Graph {
  readonly nodes: number;
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

const PARTY_TABLES: readonly string[] = [
  // Taxpayers first, then everyone else that an invoice names by an id; both in the order of their ids.
  `create table party as
    with traded as (select seller_id as party_id from invoices union select buyer_id from invoices), named as (
      select taxpayer_id as party_id, true as is_taxpayer from taxpayers
      union all select party_id, false from traded anti join taxpayers as t on t.taxpayer_id = party_id where party_id is not null
    )
    select (row_number() over (order by not is_taxpayer, party_id) - 1)::integer as party, party_id, is_taxpayer from named`,
  // A pair trades if what is left after red invoices is above zero. Sales to oneself are no edge.
  `create table pair as
    select s.party as seller, b.party as buyer, count(*) as invoices, sum(i.amount) as amount, min(i.issued_at)::date as first_day, max(i.issued_at)::date as last_day
    from invoices as i join party as s on s.party_id = i.seller_id join party as b on b.party_id = i.buyer_id
    where i.status <> 'void' and i.seller_id <> i.buyer_id group by all having sum(i.amount) > 0`,
];

/** Makes the tables party (party, party_id, is_taxpayer) and pair (seller, buyer, invoices, amount, first_day, last_day) once. */
export async function makePairs(files: ProvinceFiles): Promise<void> {
  const [found] = await files.engine.rows<{ n: number }>(`select count(*) as n from duckdb_tables() where table_name = 'pair'`);
  if (found?.n !== 0) return;
  await files.keep('taxpayers', 'invoices');
  for (const statement of PARTY_TABLES) await files.engine.exec(statement);
}

const SELLERS_AT_ONCE = 20_000;

/** The graph of pairs; `amongTaxpayers` leaves out parties outside the province. */
export async function readGraph(engine: Engine, amongTaxpayers: boolean): Promise<Graph> {
  // Taxpayers have the lowest numbers.
  const nodesSelect = `select count(*) from party${amongTaxpayers ? ' where is_taxpayer' : ''}`;
  const edges = `select * from pair where seller < (${nodesSelect}) and buyer < (${nodesSelect})`;
  const [size] = await engine.rows<{ nodes: number; edges: number }>(`select (${nodesSelect}) as nodes, (select count(*) from (${edges})) as edges`);
  const nodes = size?.nodes ?? 0;
  const starts = new Int32Array(nodes + 1);
  const targets = new Int32Array(size?.edges ?? 0);
  let filled = 0;
  let next = 0;
  for (let from = 0; from < nodes; from += SELLERS_AT_ONCE) {
    const rows = await engine.rows<{ seller: number; buyers: number[] }>(`select seller, list(buyer order by buyer) as buyers from (${edges})
      where seller >= ${from} and seller < ${from + SELLERS_AT_ONCE} group by seller order by seller`);
    for (const { seller, buyers } of rows) {
      while (next <= seller) starts[next++] = filled;
      for (const buyer of buyers) targets[filled++] = buyer;
    }
  }
  starts.fill(filled, next);
  return { nodes, starts, targets };
}
