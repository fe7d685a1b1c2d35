import type { Engine } from '../../pipeline/engine/engine.ts';
import { componentsOf, numbered } from './union-find.ts';

/**
 * Components of ring_control_link as `control_found` (taxpayer_key, cluster_no): cluster_no is the lowest taxpayer_key of the component. Only linked
 * taxpayers are in it; everybody else stands alone. Returns how many clusters there are.
 */
export async function findClusters(engine: Engine): Promise<number> {
  await engine.exec('create or replace table control_found (taxpayer_key INTEGER, cluster_no INTEGER)');
  const { first_key = new Float64Array(), second_key = new Float64Array() } = await engine.columns(
    'select first_key, second_key from ring_control_link order by first_key asc nulls last, second_key asc nulls last',
  );
  const { keys, places } = numbered(first_key, second_key);
  const components = componentsOf(keys.length, places[0] ?? [], places[1] ?? []);
  await engine.append('control_found', [keys, Float64Array.from(components, (lowest) => keys[lowest] ?? 0)]);
  return new Set(components).size;
}
