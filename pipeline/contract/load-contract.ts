import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nearest, VatRiskError } from '../shared/errors.ts';
import { packagePath } from '../shared/package-root.ts';
import { tableFaults } from './check-contract.ts';
import { CalendarSchema, ConsumerNamesSchema, FormRowsSchema, TableSchema, type Contract, type TableContract } from './contract.ts';
import { expandFormRows } from './form-rows.ts';
import { readYaml, type YamlResult } from './read-yaml.ts';

/**
 * Reads the whole input contract: tables sorted by name, form rows expanded, calendar, consumer names.
 * Throws CONTRACT_INVALID with every fault of every file in `details`.
 */
export function loadContract(folder: string = packagePath('pipeline', 'contract')): Contract {
  const faults: string[] = [];
  const take = <T>(result: YamlResult<T>): T | undefined => {
    faults.push(...result.faults);
    return result.value;
  };
  const tables: TableContract[] = [];
  for (const file of tableFiles(folder)) {
    const table = take(readYaml(join(folder, 'tables', file), TableSchema));
    if (table === undefined) continue;
    if (`${table.table}.yaml` !== file) faults.push(`tables/${file}: table is ${table.table}; file and table must have one name`);
    tables.push(table);
  }
  const forms = take(readYaml(join(folder, 'form-rows.yaml'), FormRowsSchema));
  const calendar = take(readYaml(join(folder, 'calendar.yaml'), CalendarSchema));
  const consumers = take(readYaml(join(folder, 'consumer-names.yaml'), ConsumerNamesSchema));
  // A table that could not be read would only raise second-hand faults ("refers to an unknown table").
  if (faults.length === 0) faults.push(...tables.flatMap((table) => tableFaults(table, tables)));
  const expanded = expandFormRows(forms ?? { versions: [] }, tables);
  if (faults.length === 0) faults.push(...expanded.faults);
  if (faults.length > 0) {
    throw new VatRiskError('CONTRACT_INVALID', `the input contract has ${faults.length} fault(s); correct the files named below`, { details: faults });
  }
  return { tables, formRows: expanded.rows, calendar: calendar?.days ?? [], consumerNames: consumers?.names ?? [] };
}

/** The contract of one table. Throws CONTRACT_INVALID for an unknown name, naming the nearest. */
export function tableContract(contract: Contract, name: string): TableContract {
  const found = contract.tables.find((table) => table.table === name);
  if (found !== undefined) return found;
  const near = nearest(name, contract.tables.map((table) => table.table));
  throw new VatRiskError('CONTRACT_INVALID', `there is no table ${name} in the input contract${near === undefined ? '' : `; did you mean ${near}?`}`);
}

function tableFiles(folder: string): readonly string[] {
  return readdirSync(join(folder, 'tables')).filter((file) => file.endsWith('.yaml')).sort();
}
