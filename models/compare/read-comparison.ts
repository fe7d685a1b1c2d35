import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { CAUSES, type Cause, type CauseCount, type ClaimMigration, type Comparison, type Migration, type Moved, type MovedIndicator, type PlaceMigration } from './comparison.ts';

const POSSIBLE = ['may_be_data', 'may_be_threshold', 'may_be_peers', 'may_be_code'] as const;
type Possible = Readonly<Record<(typeof POSSIBLE)[number], boolean>>;
type MovedRow = Omit<Moved, 'causes' | 'indicators'> & Possible;
type CellRow = Omit<MovedIndicator, 'causes' | 'is_certain'> & Possible & { readonly taxpayer_id: string; readonly is_explained: boolean };

const ORDER = ['high', 'red', 'orange', 'medium', 'yellow', 'low', 'blue', 'none', 'insufficient_data', 'absent'];

/** The tables that runCompare left, as values; of the moved taxpayers the first `limit`, with the indicators behind them. */
export async function readComparison(engine: Engine, limit: number): Promise<Omit<Comparison, 'former' | 'latter' | 'possible'>> {
  const migrations = await engine.rows<PlaceMigration & { dimension: string }>(
    'select * from compare_migration order by dimension asc nulls last, place asc nulls last, former asc nulls last, latter asc nulls last',
  );
  const claims = await engine.rows<ClaimMigration & { dimension: string }>(
    'select * from compare_claim_migration order by dimension asc nulls last, former asc nulls last, latter asc nulls last',
  );
  const of = (dimension: string): PlaceMigration[] => migrations.filter((row) => row.dimension === dimension).map((row) => without(row, ['dimension'])).sort(byLevels);
  const overall = (dimension: string): Migration[] => of(dimension).map((row) => without(row, ['place']));
  const claimsOf = (dimension: string): ClaimMigration[] => claims.filter((row) => row.dimension === dimension).map((row) => without(row, ['dimension']));
  const causes = await engine.rows<CauseCount>(
    `select cause, count(*) as taxpayers, sum(case when is_certain then 1 else 0 end) as certain, sum(latter_amount_yuan) as latter_amount_yuan
     from compare_moved group by cause order by taxpayers desc nulls last, cause asc nulls last`,
  );
  return {
    levels: overall('level'), colors: overall('color'), regions: of('region'), industries: of('industry'),
    lanes: claimsOf('lane'), claim_levels: claimsOf('level'),
    causes, moved_total: causes.reduce((sum, { taxpayers }) => sum + taxpayers, 0), moved: await readMoved(engine, limit),
  };
}

async function readMoved(engine: Engine, limit: number): Promise<Moved[]> {
  const rows = await engine.rows<MovedRow>(
    `select taxpayer_id, taxpayer_name, former_level, latter_level, former_color, latter_color, former_score, latter_score,
       former_amount_yuan, latter_amount_yuan, cause, is_certain, may_be_data, may_be_threshold, may_be_peers, may_be_code
     from compare_moved order by level_steps desc nulls last, moved_points desc nulls last, taxpayer_id asc nulls last limit ${limit}`,
  );
  const cells = rows.length === 0 ? [] : await readCells(engine, rows.map(({ taxpayer_id }) => taxpayer_id));
  const byTaxpayer = new Map<string, CellRow[]>(rows.map(({ taxpayer_id }) => [taxpayer_id, []]));
  for (const cell of cells) byTaxpayer.get(cell.taxpayer_id)?.push(cell);
  return rows.map((row) => ({
    ...without(row, POSSIBLE),
    causes: row.cause === 'delivery' ? ['delivery'] : causesOf(row),
    indicators: (byTaxpayer.get(row.taxpayer_id) ?? []).map(indicatorOf),
  }));
}

function readCells(engine: Engine, taxpayers: readonly string[]): Promise<CellRow[]> {
  return engine.rows<CellRow>(
    `select c.taxpayer_id, c.code, c.former_state, c.latter_state, c.former_value, c.latter_value, c.former_threshold, c.latter_threshold,
       c.former_peer_group, c.latter_peer_group, c.former_peer_count, c.latter_peer_count, c.former_points, c.latter_points,
       w.may_be_data, w.may_be_threshold, w.may_be_peers, w.may_be_code, w.is_carried, w.is_explained
     from compare_cell as c
     inner join compare_cause as w on w.taxpayer_id = c.taxpayer_id and w.code = c.code
     where c.taxpayer_id in (${taxpayers.map(sqlText).join(', ')})
     order by c.taxpayer_id asc nulls last, w.moved_points desc nulls last, c.code asc nulls last`,
  );
}

function indicatorOf(row: CellRow): MovedIndicator {
  const causes = row.is_carried ? [] : causesOf(row);
  return { ...without(row, [...POSSIBLE, 'taxpayer_id', 'is_explained']), causes, is_certain: row.is_explained && causes.length === 1 };
}

function causesOf(row: Possible): Cause[] {
  const possible: Readonly<Record<string, boolean>> = { data: row.may_be_data, threshold: row.may_be_threshold, peers: row.may_be_peers, code: row.may_be_code };
  return CAUSES.filter((cause) => possible[cause] === true);
}

/** A row without the columns that only served to put it together. */
function without<T extends object, K extends keyof T>(row: T, keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

/** Places in their order, and in each the levels from high to none as a person expects them. */
function byLevels(a: PlaceMigration, b: PlaceMigration): number {
  const rank = (level: string) => (ORDER.includes(level) ? ORDER.indexOf(level) : ORDER.length);
  const place = a.place < b.place ? -1 : a.place > b.place ? 1 : 0;
  return place || rank(a.former) - rank(b.former) || rank(a.latter) - rank(b.latter);
}
