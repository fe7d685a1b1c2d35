import type { Contract } from '../contract/contract.ts';
import { tableContract } from '../contract/load-contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { knownRows, partyColumns } from './known-rows.ts';
import { CONSUMER_PREFIX, NAMELESS_PREFIX } from './party-ids.ts';
import { tablesWithRows } from './stage-tables.ts';
import { isResidentId } from './values/identifiers.ts';

/**
 * main.parties (party_key INTEGER, party_id, party_kind internal|external|person|nameless|consumer, taxpayer_id, party_name): everybody named in a row
 * known on the as-of day. Keys follow ids, never files: registered taxpayers first, 1 … n by id, then all others by id.
 */
export async function buildParties(engine: Engine, contract: Contract, asOf: string): Promise<void> {
  const tables = await tablesWithRows(engine, contract);
  const ids = tables.flatMap((table) => {
    const owner = table.columns.filter((column) => column.role === 'book_owner');
    return [...partyColumns(table), ...owner].map((column) => `select distinct ${sqlName(column.name)} as party_id from ${knownRows(table, asOf)}`);
  });
  const taxpayers = knownRows(tableContract(contract, 'taxpayers'), asOf);
  await engine.exec(`
    create or replace temp table party_ids as
      select distinct party_id from (${ids.length === 0 ? 'select cast(null as varchar) as party_id' : ids.join(' union all ')}) where party_id is not null;
    create or replace temp table party_names as ${namesSql(contract, asOf)};
    create or replace table main.parties as
      select cast(row_number() over (order by is_internal desc nulls last, party_id asc nulls last) as INTEGER) as party_key, party_id,
        case when is_internal then 'internal'
          when starts_with(party_id, ${sqlText(CONSUMER_PREFIX)}) then 'consumer'
          when starts_with(party_id, ${sqlText(NAMELESS_PREFIX)}) then 'nameless'
          when ${isResidentId('party_id')} then 'person' else 'external' end as party_kind,
        case when not (starts_with(party_id, ${sqlText(CONSUMER_PREFIX)}) or starts_with(party_id, ${sqlText(NAMELESS_PREFIX)})) then party_id end as taxpayer_id,
        party_name
      from (
        select p.party_id, t.taxpayer_id is not null as is_internal, coalesce(t.taxpayer_name, n.party_name) as party_name
        from party_ids as p left join ${taxpayers} as t on t.taxpayer_id = p.party_id left join party_names as n on n.party_id = p.party_id
      )
      order by party_key asc nulls last;
    drop table party_ids; drop table party_names`);
}

/** One name for each party of the invoices: the first in text order, so that it does not depend on the order of rows. */
function namesSql(contract: Contract, asOf: string): string {
  const invoices = knownRows(tableContract(contract, 'invoices'), asOf);
  return `select party_id, min(party_name) as party_name from (
      select seller_id as party_id, min(seller_name) as party_name from ${invoices} where seller_name is not null group by seller_id
      union all select buyer_id, min(buyer_name) from ${invoices} where buyer_name is not null group by buyer_id
    ) group by party_id`;
}
