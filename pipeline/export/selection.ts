import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { maskName, maskPersonId } from '../shared/mask.ts';
import { printable } from '../shared/printable.ts';
import type { RegionScope } from '../shared/region-scope.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import type { ExportRequest } from './export-request.ts';
import { searchCondition } from './search-condition.ts';

/** Working tables of an export; everything it shows goes through them. */
const TABLES = ['export_case', 'export_ring', 'export_seen', 'export_party'] as const;

// In the order in which an office takes cases: by colour, then score.
const ORDER = "case g.color when 'red' then 1 when 'orange' then 2 when 'yellow' then 3 when 'blue' then 4 else 5 end, g.score desc nulls last, g.taxpayer_id asc nulls last";

/**
 * Chooses what goes out, inside the scope only, as working tables of the snapshot's engine:
 * `export_case` (case_no, taxpayer_id): the taxpayers, numbered in order of handling;
 * `export_ring` (ring_id, outside_members): their rings, with the number of members that lie outside the scope;
 * `export_party` (party_id, shown_id, shown_name): every party that may be named, as it is shown.
 * Returns the number of taxpayers. Throws EXPORT_EMPTY when there is none and EXPORT_TOO_LARGE when there are more than the request allows.
 */
export async function select(scope: RegionScope, { engine }: Snapshot, request: ExportRequest, workFolder: string): Promise<number> {
  await engine.exec(`create or replace temp table export_case as
    select row_number() over (order by ${ORDER}) as case_no, g.taxpayer_id
    from taxpayer_grades g where ${scope.condition('g.district_code')} and ${searchCondition('g', request.filters)}`);
  const [counted] = await engine.rows<{ cases: number }>('select count(*) as cases from export_case');
  const cases = counted?.cases ?? 0;
  if (cases === 0) throw new VatRiskError('EXPORT_EMPTY', 'No taxpayer of this snapshot meets the filters inside the regions allowed; nothing was written. Ask for less.');
  if (cases > request.rowsMaximum) {
    throw new VatRiskError('EXPORT_TOO_LARGE', `The filters are met by ${cases} taxpayers and one export may hold ${request.rowsMaximum}; nothing was written. Narrow them, for example by region or level.`);
  }
  await engine.exec(ringSql(scope, request.filters.ring));
  await engine.exec(seenSql(scope));
  await nameParties(engine, request.unmask, join(workFolder, 'parties.csv'));
  return cases;
}

/** Takes the working tables away again. */
export async function dropSelection({ engine }: Snapshot): Promise<void> {
  for (const table of TABLES) await engine.exec(`drop table if exists ${table}`);
}

/** Whether a member of a ring is a taxpayer outside the scope; parties that are no taxpayers of the snapshot belong to nobody's region. */
const outside = (scope: RegionScope): string => `(g.taxpayer_id is not null or coalesce(m.is_taxpayer, false)) and not ${scope.condition('g.district_code')}`;

function ringSql(scope: RegionScope, ring: string | undefined): string {
  const asked = ring === undefined ? '' : `union select ring_id from rings where ring_id = ${sqlText(ring)}`;
  return `create or replace temp table export_ring as
    with shown as (select m.ring_id from ring_members m join export_case c using (taxpayer_id) ${asked} group by all)
    select s.ring_id, cast(count(*) filter (${outside(scope)}) as integer) as outside_members
    from shown s join ring_members m using (ring_id) left join taxpayer_grades g on g.taxpayer_id = m.taxpayer_id
    group by s.ring_id order by s.ring_id`;
}

function seenSql(scope: RegionScope): string {
  return `create or replace temp table export_seen as
    with party as (
      select taxpayer_id as party_id, null as party_name, true as is_taxpayer from export_case
      union all select m.taxpayer_id, m.taxpayer_name, m.is_taxpayer from ring_members m join export_ring using (ring_id)
      union all select unnest([e.seller_id, e.buyer_id]), null, null from ring_edges e join export_ring using (ring_id)
    ), m as (
      select party_id, max(party_name) as party_name, bool_or(coalesce(is_taxpayer, false)) as is_taxpayer from party group by party_id
    )
    select m.party_id, coalesce(g.taxpayer_name, m.party_name) as party_name from m left join taxpayer_grades g on g.taxpayer_id = m.party_id
    where not (${outside(scope)})`;
}

/** Names pass the one function that masks them, and come back as a table: so every format shows the same. */
async function nameParties(engine: Snapshot['engine'], unmask: boolean, file: string): Promise<void> {
  const out = createWriteStream(file);
  const failed = once(out, 'error').then(([cause]) => { throw cause as Error; });
  failed.catch(() => undefined);
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  for await (const rows of engine.batches('select party_id, party_name from export_seen order by party_id asc nulls last')) {
    const lines = rows.map(([id, name]) => {
      const [partyId, partyName] = [String(id), typeof name === 'string' ? name : ''];
      const shown = unmask ? [partyId, partyName] : [maskPersonId(partyId), maskName(partyName) ?? ''];
      return [quoted(partyId), ...shown.map((text) => quoted(printable(text)))].join(',');
    });
    if (!out.write(`${lines.join('\n')}\n`)) await Promise.race([once(out, 'drain'), failed]);
  }
  out.end();
  await Promise.race([once(out, 'finish'), failed]);
  await engine.exec(`create or replace temp table export_party as select party_id, shown_id, nullif(shown_name, '') as shown_name
    from read_csv(${sqlText(file)}, header = false, delim = ',', quote = '"', escape = '"', nullstr = '\\N', auto_detect = false,
      columns = {'party_id': 'varchar', 'shown_id': 'varchar', 'shown_name': 'varchar'}, force_not_null = ['party_id', 'shown_id', 'shown_name'])`);
}
