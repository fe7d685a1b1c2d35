/** Whether one column of the delivery alone tells fraud from honesty. If one does, something was planted too plainly. */
import { sqlName, sqlText } from '../../../pipeline/engine/sql-text.ts';
import { aucSelect, eitherWay } from './auc.ts';
import { numberFeatures, textColumns, textSelect, valuesOf, viewsOf } from './column-features.ts';
import type { ColumnView } from './column-features.ts';
import type { ProvinceFiles } from './province-files.ts';

export interface ColumnAuc {
  readonly table: string;
  /** `seller` or `buyer` where a table names both. */
  readonly side: string;
  /** Column and aggregate, for example `amount avg`. */
  readonly feature: string;
  /** The greater of the area and one minus the area. */
  readonly auc: number;
}

export interface SingleColumnReport {
  readonly features: number;
  readonly best: number;
  /** The best ones, best first. */
  readonly top: readonly ColumnAuc[];
}

/** A column above this gives the fraud away. */
export const AUC_LIMIT = 0.9;
const TOP = 15;
const FEATURES_AT_ONCE = 60;

/** AUC of every aggregate of every column of every delivered table, for fraud against honest taxpayers. */
export async function singleColumns(files: ProvinceFiles): Promise<SingleColumnReport> {
  const { engine } = files;
  await files.keep('taxpayers', 'invoices');
  await engine.exec(`create or replace temp table subject as
    select (row_number() over (order by taxpayer_id))::integer as subject, taxpayer_id, bool_or(label = 'fraud') as is_fraud
    from truth_labels where taxpayer_id is not null group by taxpayer_id`);
  const all: ColumnAuc[] = [];
  for (const table of files.delivered.keys()) {
    for (const view of viewsOf(files, table)) all.push(...(await viewAucs(files, view)));
  }
  all.sort((a, b) => b.auc - a.auc || (nameOf(a) < nameOf(b) ? -1 : 1));
  // Counts of cells that are always filled are the number of rows under another name: of aggregates that tell alike, the first stands for all.
  const first = all.filter((each, at) => all.findIndex((other) => other.auc === each.auc && other.table === each.table && other.side === each.side) === at);
  return { features: all.length, best: first[0]?.auc ?? 0.5, top: first.slice(0, TOP) };
}

const nameOf = ({ table, side, feature }: ColumnAuc): string => `${table} ${side} ${feature}`;

async function viewAucs(files: ProvinceFiles, view: ColumnView): Promise<ColumnAuc[]> {
  const { engine } = files;
  const columns = view.columns.map(({ name }) => `t.${sqlName(name)}`).join(', ');
  await engine.exec(`create or replace temp table seen as select s.subject, ${columns} from ${view.from} join subject as s on s.taxpayer_id = ${view.taxpayer}`);
  const features = numberFeatures(view, await valuesOf(files, view, 'seen'));
  const found: ColumnAuc[] = [];
  for (let from = 0; from < features.length; from += FEATURES_AT_ONCE) {
    const part = features.slice(from, from + FEATURES_AT_ONCE);
    const cells = part.map(({ name, sql }) => `${sql}::double as ${sqlName(name)}`).join(', ');
    await engine.exec(`create or replace temp table valued as select subject, ${cells} from seen group by subject`);
    found.push(...(await tableAucs(files, view, part.map(({ name }) => name))));
  }
  for (const column of textColumns(view)) {
    await engine.exec(`create or replace temp table valued as ${textSelect(column, 'seen')}`);
    found.push(...(await tableAucs(files, view, [`${column.name} distinct`, `${column.name} frequency`])));
  }
  await engine.exec('drop table seen; drop table valued');
  return found;
}

/** AUC of each feature of `valued`; taxpayers without a row or a value there have the lowest value. */
async function tableAucs(files: ProvinceFiles, view: ColumnView, names: readonly string[]): Promise<ColumnAuc[]> {
  const counts = `with valued_count as (
      select feature, value, count(*) filter (is_fraud) as positives, count(*) filter (not is_fraud) as negatives
      from (unpivot valued on ${names.map(sqlName).join(', ')} into name feature value value) join subject using (subject) group by all
    )
    select feature, value, positives, negatives from valued_count
    union all
    select feature, null, (select count(*) filter (is_fraud) from subject) - coalesce(sum(positives), 0),
      (select count(*) filter (not is_fraud) from subject) - coalesce(sum(negatives), 0)
    from (select unnest([${names.map(sqlText).join(', ')}]) as feature) left join valued_count using (feature) group by feature`;
  const rows = await files.engine.rows<{ feature: string; auc: number | null }>(aucSelect(counts));
  return rows.map(({ feature, auc }) => ({ table: view.table, side: view.side, feature, auc: eitherWay(auc ?? 0.5) }));
}
