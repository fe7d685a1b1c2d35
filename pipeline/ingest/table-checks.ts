import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { acceptedRows } from './stage-tables.ts';
import { keyPart } from './versions.ts';

/** W_NOT_IN_TAXPAYERS: own ids that are not registered; they stay as external parties and are not scored. */
export async function flagUnknownTaxpayers(engine: Engine, table: TableContract): Promise<void> {
  const own = table.own_taxpayer;
  if (own === undefined || table.table === 'taxpayers') return;
  await engine.exec(`
    insert into stage.flags
      select ${sqlText(table.table)}, a.row_id, 'W_NOT_IN_TAXPAYERS' from ${acceptedRows(table.table)} as a
      anti join ${acceptedRows('taxpayers')} as t on t.taxpayer_id = a.${sqlName(own)}
      order by row_id asc nulls last`);
}

/** W_PERIOD_GAP: the first row of a period whose predecessor lies further back than one period of its own length. */
export async function flagPeriodGaps(engine: Engine, table: TableContract): Promise<void> {
  if (table.checks?.some((check) => check.code === 'W_PERIOD_GAP') !== true) return;
  const span = `case when ${keyPart(table, 'period_kind')} = 'Q' then 3 else 1 end`;
  await engine.exec(`
    insert into stage.flags
      select ${sqlText(table.table)}, row_id, 'W_PERIOD_GAP' from (
        select row_id, month - span as expected, lag(month) over (partition by taxpayer_id order by month asc nulls last) as previous
        from (
          select taxpayer_id, ${monthOf('period')} as month, min(row_id) as row_id, max(${span}) as span
          from ${acceptedRows(table.table)} group by taxpayer_id, month
        )
      ) where previous < expected
      order by row_id asc nulls last`);
}

/** W_OVERLAP: an interval of validity that begins before the former one of the same thing has ended. */
export async function flagOverlaps(engine: Engine, table: TableContract): Promise<void> {
  const isChecked = table.checks?.some((check) => check.code === 'W_OVERLAP' && check.when === undefined) === true;
  if (!isChecked) return;
  const parts = table.key.filter((name) => name !== 'valid_from').map((name) => keyPart(table, name)).join(', ');
  await engine.exec(`
    insert into stage.flags
      select ${sqlText(table.table)}, row_id, 'W_OVERLAP' from (
        select row_id, valid_from, max(valid_to) over (partition by ${parts} order by valid_from asc nulls first, row_id asc nulls last
          rows between unbounded preceding and 1 preceding) as former_end
        from ${acceptedRows(table.table)}
      ) where valid_from <= former_end
      order by row_id asc nulls last`);
}

/** W_LINE_SUM: the lines of an invoice add up to another amount than its header says. Signs are left out: red lines come with and without minus. */
export async function flagLineSums(engine: Engine): Promise<void> {
  await engine.exec(`
    insert into stage.flags
      select 'invoice_lines', l.row_id, 'W_LINE_SUM' from (
        select coalesce(a.invoice_key, k.invoice_key) as invoice_key, min(a.row_id) as row_id, sum(a.amount) as lines_yuan
        from ${acceptedRows('invoice_lines')} as a
        left join stage.resolved_keys as k on k.table_name = 'invoice_lines' and k.row_id = a.row_id
        group by 1
      ) as l join ${acceptedRows('invoices')} as i on i.invoice_key = l.invoice_key
      where abs(abs(l.lines_yuan) - abs(i.amount)) > 1
      order by l.row_id asc nulls last`);
}

/** SQL of the month index (year × 12 + month − 1) of a YYYY-MM column. */
export function monthOf(period: string): string {
  return `(cast(left(${period}, 4) as integer) * 12 + cast(right(${period}, 2) as integer) - 1)`;
}
