import type { Engine, Row } from '../engine/engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { compileSql } from '../engine/templates.ts';
import { loadFeatures, type Feature } from './load-features.ts';

export interface Offence {
  readonly table: string;
  readonly identity: string;
  readonly count: number;
  /** At most five of the rows that break the identity. */
  readonly examples: readonly Row[];
}

/** Tests every accounting identity and key of the feature tables; returns those that do not hold. */
export async function checkIdentities(engine: Engine, features: readonly Feature[] = loadFeatures()): Promise<readonly Offence[]> {
  const offences: Offence[] = [];
  for (const feature of features) {
    for (const { name, sql } of [uniqueKey(feature), ...(feature.identities ?? [])]) {
      const bad = compileSql(sql);
      const [counted] = await engine.rows<{ count: number }>(`select count(*) as count from (${bad}) as bad`);
      const count = counted?.count ?? 0;
      if (count === 0) continue;
      offences.push({ table: feature.table, identity: name, count, examples: await engine.rows(`select * from (${bad}) as bad limit 5`) });
    }
  }
  return offences;
}

function uniqueKey(feature: Feature): { name: string; sql: string } {
  const key = feature.key.map((column) => sqlName(column)).join(', ');
  return { name: 'unique-key', sql: `select ${key}, count(*) as rows from ${sqlName(feature.table)} group by ${key} having count(*) > 1` };
}
