import { lookAlikeRows, type LookAlikeRow } from '../../models/evaluate/look-alikes.ts';
import type { Engine } from '../engine/engine.ts';
import { loadCsv, type WantedColumn } from './load-csv.ts';

/** How legal look-alikes are graded, and which rows of their file could not be used. */
export interface LookAlikeFigures {
  readonly kinds: readonly LookAlikeRow[];
  /** Members that the labels confirm: no look-alikes. */
  readonly positives_left_out: number;
  readonly not_in_snapshot: number;
  /** Rows of the file with another number of cells than its header. */
  readonly unreadable_rows: number;
}

const GROUP_COLUMNS: readonly WantedColumn[] = [
  { name: 'taxpayer_id', headers: ['taxpayer_id', '纳税人识别号', '统一社会信用代码'], required: true },
  { name: 'kind', headers: ['kind', '类型'], required: true },
];

/** Reads a file of look-alikes (taxpayer_id, kind). A taxpayer counts once in each kind. Throws as `loadCsv` does. */
export async function lookAlikeFigures(engine: Engine, groupsFile: string): Promise<LookAlikeFigures> {
  const file = await loadCsv(engine, groupsFile, 'evaluate_group', GROUP_COLUMNS);
  const members = await engine.rows<{ kind: string; level: string | null; in_ring: boolean | null; is_positive: boolean }>(`
    with member as (
      select distinct upper(taxpayer_id) as taxpayer_id, kind from evaluate_group where taxpayer_id <> ''
    )
    select m.kind, g.level, len(g.ring_ids) > 0 as in_ring, coalesce(e.is_positive, false) as is_positive
    from member as m
    left join taxpayer_grades as g on g.taxpayer_id = m.taxpayer_id
    left join evaluate_row as e on e.taxpayer_id = m.taxpayer_id
    order by m.kind asc nulls last, m.taxpayer_id asc nulls last`);
  const graded = members.flatMap(({ kind, level, in_ring, is_positive }) => (level === null || is_positive ? [] : [{ kind, level, isInRing: in_ring === true }]));
  return {
    kinds: lookAlikeRows(graded),
    positives_left_out: members.filter(({ is_positive }) => is_positive).length,
    not_in_snapshot: members.filter(({ level }) => level === null).length,
    unreadable_rows: file.badRecordNumbers.length,
  };
}
