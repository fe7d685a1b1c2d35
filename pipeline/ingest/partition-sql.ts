import type { ColumnContract, TableContract } from '../contract/contract.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { valueOf } from './values/value-of.ts';

/** The value of a hive partition, as written in the folder name, and whether the column stands in the file too. */
export interface PartitionValue {
  readonly text: string;
  readonly isInFile: boolean;
}

/** The cell of a partition column that stands in the folder name only. */
export function partitionText(table: TableContract, column: ColumnContract, partition: PartitionValue | undefined): string | undefined {
  return table.partition_column === column.name && column.type === 'period' && partition?.isInFile === false ? sqlText(partition.text) : undefined;
}

/** The code of rows whose partition column, or the month of it, differs from the folder name: an error for periods, a hint for days. */
export function partitionCode(table: TableContract, partition: PartitionValue | undefined): string | undefined {
  const column = table.columns.find((candidate) => candidate.name === table.partition_column);
  if (column === undefined || partition?.isInFile !== true) return undefined;
  const stated = periodOf(partition.text);
  const found = column.type === 'period' ? sqlName(column.name) : `strftime(${sqlName(column.name)}, '%Y-%m')`;
  const label = `${table.partition === 'strict' ? 'E_PARTITION' : 'W_PARTITION'}:${column.name}`;
  return `case when ${found} is distinct from ${stated} and ${found} is not null then ${sqlText(label)} end`;
}

function periodOf(text: string): string {
  const column: ColumnContract = { name: 'period', aliases: [], type: 'period', nullable: true, unit: '-' };
  return `(${valueOf(column, { raw: sqlText(text), sqlType: 'VARCHAR' }, { lastDay: 'current_date', idProfile: 'strict', excelSerial: false }, sqlText(text)).value})`;
}
