import type { Engine } from '../engine/engine.ts';
import { sqlList, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { LABEL_COLUMNS, NEGATIVE_WORDS, POSITIVE_WORDS, REFUSALS, type Refusal, type RefusedRow } from './label-file.ts';
import { loadCsv, type LoadedCsv } from './load-csv.ts';

/** How taxpayers came to be reviewed, with the positives among them: labels of those picked by score flatter the score. */
export interface SelectionRow {
  readonly selection: string;
  readonly labelled: number;
  readonly positives: number;
}

/** What a labels file held. */
export interface LabelsRead {
  readonly records: number;
  readonly usable: number;
  readonly refused: readonly RefusedRow[];
  readonly selections: readonly SelectionRow[];
  readonly reviewed_first: string | null;
  readonly reviewed_last: string | null;
}

/** Lines of one reason that an error or a table names. */
const MOST_LINES = 20;

const words = (list: readonly string[]): string => sqlList(list.map(sqlText));

const READ = `
  create or replace table evaluate_label as
  select rowid as row_id, upper(taxpayer_id) as taxpayer_id,
    case when list_contains(${words(POSITIVE_WORDS)}, lower(label)) then true
      when list_contains(${words(NEGATIVE_WORDS)}, lower(label)) then false end as is_positive,
    nullif(replace(amount, ',', ''), '') as amount_text,
    try_cast(replace(amount, ',', '') as decimal(18,2)) as amount_yuan,
    nullif(ring_id, '') as ring_id, nullif(selection, '') as selection,
    try_cast(reviewed_on as date) as reviewed_on
  from evaluate_label_file`;

// A row is judged by what it says alone, then against the other rows of its taxpayer, then against the snapshot.
const JUDGE = `
  create or replace table evaluate_judged as
  with readable as (
    select *, case when taxpayer_id = '' then 'id_missing' when is_positive is null then 'label_unknown'
      when amount_text is not null and coalesce(amount_yuan, -1) < 0 then 'amount_unreadable' end as fault
    from evaluate_label
  ),
  compared as (
    select *, min(is_positive) over same <> max(is_positive) over same as contradicts,
      row_number() over (partition by taxpayer_id, fault is null order by row_id asc nulls last) as place
    from readable window same as (partition by taxpayer_id, fault is null)
  )
  select c.*, coalesce(c.fault, case when c.contradicts then 'contradiction' when c.place > 1 then 'repeated'
    when g.taxpayer_id is null then 'not_in_snapshot' end) as refusal
  from compared as c left join taxpayer_grades as g on g.taxpayer_id = c.taxpayer_id`;

// The order of the ids numbers the rows: it settles what the score leaves open.
const KEEP = `
  create or replace table evaluate_row as
  select row_number() over (order by j.taxpayer_id asc nulls last) - 1 as row_no, j.taxpayer_id, j.is_positive, j.amount_yuan, j.ring_id, j.selection, j.reviewed_on,
    coalesce(g.score, 0) as score, g.color, coalesce(g.ineligible, false) or coalesce(g.recompute, false) as has_lane, g.level, coalesce(g.amount_at_risk, 0) as amount_at_risk, g.ring_ids
  from evaluate_judged as j join taxpayer_grades as g on g.taxpayer_id = j.taxpayer_id
  where j.refusal is null`;

/**
 * Reads a labels file beside the grades of a snapshot: table `evaluate_row` holds one row per usable label, numbered from 0 in the order of the taxpayer
 * ids. Throws INPUT_MISSING, FILE_REFUSED (encoding, header) and LABELS_UNUSABLE (no usable row), which tells all faults by line and quotes none.
 */
export async function readLabels(engine: Engine, path: string): Promise<LabelsRead> {
  const file = await loadCsv(engine, path, 'evaluate_label_file', LABEL_COLUMNS);
  for (const statement of [READ, JUDGE, KEEP]) await engine.exec(statement);
  const refused = await refusedRows(engine, file);
  const [kept] = await engine.rows<{ usable: number; first: string | null; last: string | null }>(
    'select count(*) as usable, min(reviewed_on) as first, max(reviewed_on) as last from evaluate_row',
  );
  const usable = kept?.usable ?? 0;
  if (usable === 0) throw unusable(path, file.records, refused);
  const selections = await engine.rows<SelectionRow>(
    `select selection, count(*) as labelled, count(*) filter (is_positive) as positives from evaluate_row
     where selection is not null group by selection order by labelled desc nulls last, selection asc nulls last`,
  );
  return { records: file.records, usable, refused, selections, reviewed_first: kept?.first ?? null, reviewed_last: kept?.last ?? null };
}

/** Refused rows counted by reason, each with the first lines it concerns. */
export function refusalsByReason(refused: readonly RefusedRow[]): readonly { readonly reason: Refusal; readonly rows: number; readonly lines: string }[] {
  return (Object.keys(REFUSALS) as Refusal[]).flatMap((reason) => {
    const lines = refused.filter((row) => row.reason === reason).map(({ line }) => line);
    return lines.length === 0 ? [] : [{ reason, rows: lines.length, lines: `${lines.slice(0, MOST_LINES).join(', ')}${lines.length > MOST_LINES ? ' …' : ''}` }];
  });
}

async function refusedRows(engine: Engine, file: LoadedCsv): Promise<readonly RefusedRow[]> {
  const judged = await engine.rows<{ row_id: number; reason: Refusal }>('select row_id, refusal as reason from evaluate_judged where refusal is not null order by row_id asc nulls last');
  const refused = [
    ...judged.map(({ row_id, reason }) => ({ record: file.recordNumber(row_id), reason })),
    ...Array.from(file.badRecordNumbers, (record) => ({ record, reason: 'columns' as const })),
  ];
  const lines = await file.linesOf(refused.map(({ record }) => record));
  return refused.map(({ record, reason }) => ({ line: lines.get(record) ?? record + 1, reason })).sort((a, b) => a.line - b.line);
}

function unusable(path: string, records: number, refused: readonly RefusedRow[]): VatRiskError {
  const details = refusalsByReason(refused).map(({ reason, rows, lines }) => `${REFUSALS[reason]}: ${rows} (line ${lines})`);
  return new VatRiskError(
    'LABELS_UNUSABLE',
    `${path} holds no usable label (${records} rows). Expected rows taxpayer_id,label of taxpayers in the snapshot, with ${POSITIVE_WORDS.join('/')} or ${NEGATIVE_WORDS.join('/')}; correct the file, or name the run it belongs to with --run.`,
    { details },
  );
}
