import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { groupLeaders, MILLION, type PointRules, type RawHit } from './contributions.ts';

interface ContestedHit extends Omit<RawHit, 'raw'> {
  readonly scope: string;
  readonly scope_no: number;
  readonly raw_points: number;
}

/**
 * Writes group_leader (scope, scope_no, correlation_group, code): which hit of a group counts in full, for the few contested scopes of score_hit, where the
 * strongest of a group is not the best choice under the caps. All others go by strength and have no row.
 */
export async function writeGroupLeaders(engine: Engine, rules: PointRules): Promise<void> {
  const hits = await engine.rows<ContestedHit>(`select scope, scope_no, code, family, correlation_group, raw_points from score_hit where is_contested
    order by scope asc nulls last, scope_no asc nulls last, code asc nulls last`);
  const scopes = new Map<string, ContestedHit[]>();
  for (const hit of hits) scopes.set(`${hit.scope} ${hit.scope_no}`, [...(scopes.get(`${hit.scope} ${hit.scope_no}`) ?? []), hit]);
  const rows = [...scopes.values()].flatMap((found) => {
    const leaders = groupLeaders(found.map((hit) => ({ ...hit, raw: Math.round(hit.raw_points * MILLION) })), rules);
    return [...leaders].map(([group, code]) => `(${sqlText(found[0]?.scope ?? '')}, ${found[0]?.scope_no ?? 0}, ${sqlText(group)}, ${sqlText(code)})`);
  });
  await engine.exec('create or replace table group_leader (scope VARCHAR, scope_no INTEGER, correlation_group VARCHAR, code VARCHAR)');
  if (rows.length > 0) await engine.exec(`insert into group_leader values ${rows.join(', ')}`);
}
