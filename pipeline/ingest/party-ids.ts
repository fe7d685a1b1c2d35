import type { ColumnContract, TableContract } from '../contract/contract.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';

/** Prefixes of parties that have no id of their own. */
export const NAMELESS_PREFIX = 'X:';
export const CONSUMER_PREFIX = 'B2C:';

/**
 * Party ids of the columns that come with a name (seller and buyer of an invoice): the id; without one `X:` and a hash of the name; without a name, or with
 * a name that stands for nobody in particular, `B2C:` and the id of the other party. Expressions over the typed columns.
 */
export function partyIdSql(table: TableContract, consumerNames: readonly string[]): Map<string, string> {
  const pairs = namedPairs(table);
  return new Map(
    pairs.map(({ id, name }) => {
      const other = pairs.find((pair) => pair.id !== id);
      const otherId = other === undefined ? "''" : `coalesce(${sqlName(other.id)}, ${namedParty(other.name)})`;
      const consumer = `${sqlText(CONSUMER_PREFIX)} || ${otherId}`;
      return [id, `coalesce(${sqlName(id)}, case when ${isNobody(name, consumerNames)} then ${consumer} else ${namedParty(name)} end)`] as const;
    }),
  );
}

/** W_PARTY_NAMELESS_ID for parties told apart by their names. */
export function namelessWarnings(table: TableContract, consumerNames: readonly string[]): readonly string[] {
  return namedPairs(table).map(({ id, name }) => `case when ${sqlName(id)} is null and not (${isNobody(name, consumerNames)}) then ${sqlText(`W_PARTY_NAMELESS_ID:${id}`)} end`);
}

function namedPairs(table: TableContract): readonly { id: string; name: string }[] {
  const columns = new Map<string, ColumnContract>(table.columns.map((column) => [column.name, column]));
  return table.columns.flatMap((column) => {
    const id = column.name_of;
    return id !== undefined && columns.get(id)?.role === 'counterparty' ? [{ id, name: column.name }] : [];
  });
}

function namedParty(name: string): string {
  return `${sqlText(NAMELESS_PREFIX)} || left(md5(upper(replace(${sqlName(name)}, ' ', ''))), 16)`;
}

function isNobody(name: string, consumerNames: readonly string[]): string {
  const empty = `${sqlName(name)} is null`;
  return consumerNames.length === 0 ? empty : `${empty} or ${sqlName(name)} in (${consumerNames.map(sqlText).join(', ')})`;
}
