import type { Engine } from '../engine/engine.ts';
import { monthOf } from './table-checks.ts';
import { versionedRows } from './versions.ts';

/** W_FORM_IDENTITY 13: the opening credit of the current return is row 20 of the current return of the period before, per column group. */
export async function flagOpeningCredits(engine: Engine): Promise<void> {
  await engine.exec(`
    insert into stage.flags
      with current_returns as (
        select row_id, taxpayer_id, coalesce(column_group, 'general') as column_group, ${monthOf('period')} as month,
          case when period_kind = 'Q' then 3 else 1 end as span, opening_credit_m13, closing_credit_m20
        from ${versionedRows('vat_returns')}
        qualify row_number() over (partition by taxpayer_id, period, coalesce(column_group, 'general')
          order by version desc nulls last, filed_at desc nulls last, row_id desc nulls last) = 1
      ), paired as (
        select row_id, opening_credit_m13, month - span as expected,
          lag(month) over w as previous, lag(closing_credit_m20) over w as closing_before
        from current_returns window w as (partition by taxpayer_id, column_group order by month asc nulls last)
      )
      select 'vat_returns', row_id, 'W_FORM_IDENTITY:13' from paired
      where previous = expected and abs(opening_credit_m13 - closing_before) > 1
      order by row_id asc nulls last`);
}

// Schedule 2: the row that is a sum, and its terms.
const SCHEDULE2_SUMS: readonly (readonly [string, readonly string[]])[] = [
  ['1', ['2', '3']],
  ['4', ['5', '6', '7', '8a', '8b']],
  ['12', ['1', '4', '11']],
  ['13', ['14', '15', '16', '17', '18', '19', '20', '21', '22', '23a', '23b']],
];

/**
 * W_FORM_IDENTITY of schedule 2: its sums, and rows 12 and 13 against rows 12 and 14 of the main form (column groups added). A missing row counts as 0
 * where row 12 or 13 is delivered; without both nothing is tested.
 */
export async function flagSchedule2Sums(engine: Engine): Promise<void> {
  // One sum per identity, total minus terms: a pivot of all rows takes several times as long.
  const gaps = SCHEDULE2_SUMS.map(([total, terms]) => `sum(case when row_no = '${total}' then tax when row_no in (${terms.map((term) => `'${term}'`).join(', ')}) then -tax else 0 end) as gap${total}`);
  const pivots = ['12', '13'].map((row) => `coalesce(sum(case when row_no = '${row}' then tax end), 0) as r${row}`);
  const carriers = SCHEDULE2_SUMS.map(([total]) => `coalesce(min(row_id) filter (where row_no = '${total}'), min(row_id)) as carrier${total}`);
  const sums = SCHEDULE2_SUMS.map(([total]) => `select carrier${total} as row_id, 'S2-${total}' as detail from sheets where abs(gap${total}) > 1`);
  const main = [['12', 'm12', 'main-12'], ['13', 'm14', 'main-14']].map(
    ([row, column, detail]) => `select carrier${row} as row_id, '${detail}' as detail from sheets join returns using (taxpayer_id, period, version) where abs(r${row} - ${column}) > 1`,
  );
  await engine.exec(`
    insert into stage.flags
      with sheets as (
        select taxpayer_id, period, version, ${[...gaps, ...pivots, ...carriers].join(', ')}
        from ${versionedRows('vat_return_schedule2')} group by taxpayer_id, period, version
        having count(*) filter (where row_no in ('12', '13')) > 0
      ), returns as (
        select taxpayer_id, period, version, sum(input_tax_m12) as m12, sum(coalesce(input_transferred_out_m14, 0)) as m14
        from ${versionedRows('vat_returns')} group by taxpayer_id, period, version
      )
      select 'vat_return_schedule2', row_id, 'W_FORM_IDENTITY:' || detail from (${[...sums, ...main].join(' union all ')})
      order by row_id asc nulls last, detail asc nulls last`);
}
