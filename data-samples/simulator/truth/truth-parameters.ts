/** parameters.json: how the province was made, how much of each kind there is, and how the drawn parameters are spread. */
import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { SimulateOptions } from '../options.ts';

interface Spread { readonly least: number; readonly median: number; readonly most: number }
type Distribution = Spread | Readonly<Record<string, number>>;

/** Numbers: least, median and most. Words and yes or no: how often each. Lists and nested values are read one by one. */
function distributionOf(values: readonly unknown[]): Distribution | undefined {
  const flat = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  if (flat.length === 0 || flat.some((value) => typeof value === 'object')) return undefined;
  if (flat.every((value) => typeof value === 'number')) {
    const sorted = [...flat].sort((a, b) => a - b);
    return { least: sorted[0] ?? 0, median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
  }
  const counts = new Map<string, number>();
  for (const value of flat) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function distributions(rings: readonly Readonly<Record<string, unknown>>[]): Record<string, Distribution> {
  const names = [...new Set(rings.flatMap((ring) => Object.keys(ring)))].sort();
  return Object.fromEntries(names.flatMap((name) => {
    const found = distributionOf(rings.filter((ring) => name in ring).map((ring) => ring[name]));
    return found === undefined ? [] : [[name, found] as const];
  }));
}

type Counts = Readonly<Record<string, number>>;
const countsOf = (rows: readonly { readonly name: string; readonly count: number }[]): Counts => Object.fromEntries(
  rows.map(({ name, count }) => [name, count]),
);

/** What parameters.json holds. */
export async function truthParameters(engine: Engine, options: SimulateOptions): Promise<object> {
  const counted = async (of: string): Promise<Counts> => countsOf(await engine.rows<{ name: string; count: number }>(
    `select name, count(*) as count from (${of}) group by name order by name`,
  ));
  const rings = await engine.rows<{ archetype: string; parameters: string }>('select archetype, parameters from truth_ring order by ring_id');
  const archetypes = [...new Set(rings.map(({ archetype }) => archetype))].sort();
  return {
    options,
    counts: {
      frauds: (await counted(`select 'frauds' as name from truth_label`)).frauds ?? 0,
      rings: await counted('select archetype as name from truth_ring'),
      ring_members: await counted('select archetype as name from truth_label where ring_id is not null'),
      singles: await counted('select archetype as name from truth_label where ring_id is null'),
      roles: await counted('select role as name from truth_label'),
      lookalikes: await counted('select kind as name from truth_lookalike'),
      lookalike_groups: await counted('select distinct kind as name, group_id from truth_lookalike'),
      noise: await counted('select kind as name from truth_noise'),
    },
    distributions: Object.fromEntries(archetypes.map((archetype) => [
      archetype, distributions(rings.filter((ring) => ring.archetype === archetype).map((ring) => JSON.parse(ring.parameters) as Record<string, unknown>)),
    ])),
  };
}
