import { join } from 'node:path';
import { publishNight, tableOf } from './access-world.ts';
import { sampleRun } from './sample-run.ts';

/** A person who trades under a resident identity number, external to the province. */
export const PERSON = { id: '530102198803074219', name: '张小明' };

/** Who is who in the ring R094AD98360 of the sample, which lies across three cities. */
export const RING = 'R094AD98360';
export const INSIDE = '91530906MA0144820P';
export const OUTSIDE = ['91530113MA0482717R', '91530113MA1110240L', '92530403MA6999302U'];

/**
 * The night of the sample with a loop of four whose members lie in 530906, 530113 and 530403, and with the firm of another
 * province in the ring RF1E8346C90 turned into a person.
 */
export async function writeCrossingNight(out: string): Promise<string> {
  const from = await sampleRun();
  const [external] = await tableOf<{ taxpayer_id: string }>(from, 'ring_members', 'select taxpayer_id from t where not is_taxpayer');
  const id = external!.taxpayer_id;
  const swapped = (columns: readonly string[]) => `select * replace (${columns.map((column) => `case when ${column} = '${id}' then '${PERSON.id}' else ${column} end as ${column}`).join(', ')}) from t`;
  await publishNight(from, out, 'crossing', { files: {
    ring_members: `select * replace (case when taxpayer_id = '${id}' then '${PERSON.id}' else taxpayer_id end as taxpayer_id, case when taxpayer_id = '${id}' then '${PERSON.name}' else taxpayer_name end as taxpayer_name) from t`,
    ring_edges: swapped(['seller_id', 'buyer_id']),
    ring_ties: swapped(['first_id', 'second_id']),
    parties: `select * replace (case when party_id = '${id}' then '${PERSON.id}' else party_id end as party_id, case when party_id = '${id}' then '${PERSON.name}' else party_name end as party_name) from t`,
  } });
  return join(out, 'snapshots', 'crossing');
}
