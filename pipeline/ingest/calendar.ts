import type { Contract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { filingDeadline, FIRST_YEAR, LAST_YEAR, monthIndex } from './filing-deadline.ts';
import { datedRows } from './known-rows.ts';
import { tablesWithRows } from './stage-tables.ts';

/** main.calendar_days: every day 2015–2035, whether it is a working day, and the running count of working days up to and including it. */
export async function buildCalendar(engine: Engine, contract: Contract): Promise<void> {
  const stated = contract.calendar.map(({ day, is_working_day }) => `when date ${sqlText(day)} then ${is_working_day}`);
  const usual = 'isodow(day) <= 5';
  await engine.exec(`
    create or replace table main.calendar_days as
      select day, is_working_day, cast(count(*) filter (where is_working_day) over (order by day asc nulls last) as INTEGER) as working_day_no
      from (
        select day, ${stated.length === 0 ? usual : `case day ${stated.join(' ')} else ${usual} end`} as is_working_day
        from (select cast(unnest(generate_series(date '${FIRST_YEAR}-01-01', date '${LAST_YEAR}-12-31', interval 1 day)) as date) as day)
      )
      order by day asc nulls last`);
}

/**
 * The default as-of day: `cutoff` of the delivery, else the latest day on which anything in it was known, that is the days that make rows known and the
 * days of later changes; never ends of validity or due dates, never a day after `latest` (run clock + 1 day). Throws INPUT_MISSING when nothing is dated.
 */
export async function defaultAsOf(engine: Engine, contract: Contract, cutoff: string | null, latest: string): Promise<string> {
  if (cutoff !== null) return cutoff;
  const tables = await tablesWithRows(engine, contract);
  const days = tables.flatMap((table) => {
    const later = (table.later ?? []).map((rule) => table.columns.find((column) => column.name === rule.on));
    const changes = [...new Set(later.flatMap((column) => (column === undefined || column.horizon === 'future' ? [] : [`cast(${sqlName(column.name)} as date)`])))];
    const all = ['known_day', ...changes].map((day) => `max(${day}) filter (where ${day} <= date ${sqlText(latest)})`);
    return [`select greatest(${all.join(', ')}) as day from ${datedRows(table)}`];
  });
  const found = days.length === 0 ? [] : await engine.rows<{ day: string | null }>(`select max(day) as day from (${days.join(' union all ')})`);
  const day = found[0]?.day ?? null;
  if (day === null) {
    throw new VatRiskError('INPUT_MISSING', 'No row of the delivery carries a date, so the as-of day cannot be told. Name one with --as-of, or state a cutoff in delivery.json.');
  }
  return day;
}

/** main.run_context, one row: as_of, as_of_ym, p_ym (last month whose filing deadline passed before as_of), taxpayer_count, input_basis. */
export async function buildRunContext(engine: Engine, contract: Contract, asOf: string): Promise<void> {
  const month = monthIndex(asOf);
  let closed = month;
  while (filingDeadline(closed, contract.calendar) >= asOf) closed -= 1;
  await engine.exec(`
    create or replace table main.run_context as
      select date ${sqlText(asOf)} as as_of, cast(${month} as INTEGER) as as_of_ym, cast(${closed} as INTEGER) as p_ym,
        cast((select count(*) from main.taxpayers) as INTEGER) as taxpayer_count,
        case when (select is_delivered from main.delivered_tables where table_name = 'input_uses') then 'confirmed' else 'received' end as input_basis`);
}
