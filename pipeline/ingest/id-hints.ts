import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { stageTable } from './stage-tables.ts';
import { idHints, type IdProfile } from './values/identifiers.ts';

/**
 * W_USCC_CHECKDIGIT, W_ID_ROUNDED and W_ID_FORMAT of a table's ids, as `CODE:column` in stage.flags. They depend on nothing but the id and are slow to
 * tell, so each id is judged once, however many rows carry it.
 */
export async function flagUnusualIds(engine: Engine, table: TableContract, profile: IdProfile): Promise<void> {
  if (profile === 'opaque') return;
  for (const column of table.columns) {
    const hints = idHints('id', column.role);
    if (hints.length === 0) continue;
    const name = sqlName(column.name);
    const labels = hints.map((hint) => `(${hint}) || ${sqlText(`:${column.name}`)}`);
    // Two statements: in one, the test of the codes would be moved below the distinct and made for every row.
    await engine.exec(`
      create or replace temp table distinct_ids as select distinct ${name} as id from ${stageTable(table.table)};
      create or replace temp table unusual_ids as
        select id, codes from (select id, nullif(concat_ws(',', ${labels.join(', ')}), '') as codes from distinct_ids) where codes is not null`);
    // Usually there is none: then the rows need not be read again.
    const isNone = (await engine.rows('select 1 as one from unusual_ids limit 1')).length === 0;
    if (!isNone) await engine.exec(`
      insert into stage.flags
        select ${sqlText(table.table)}, s.rowid as row_id, u.codes from ${stageTable(table.table)} as s join unusual_ids as u on u.id = s.${name}
        where s.errors is null
        order by row_id asc nulls last`);
    await engine.exec('drop table distinct_ids; drop table unusual_ids');
  }
}
