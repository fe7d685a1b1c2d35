/** Labels, look-alikes and noise: who is named, how often, in which words. */
import { sqlText } from '../../../../pipeline/engine/sql-text.ts';
import { count, lineOf } from '../check.ts';
import type { CheckRule } from '../check.ts';
import { LOOKALIKE_KINDS, RING_ROLES, SINGLE_ARCHETYPES, SINGLE_ROLE } from '../truth-words.ts';

const listed = (words: readonly string[]): string => `(${words.map(sqlText).join(', ')})`;

function namesTaxpayers(file: string): CheckRule {
  return {
    name: `${file}.csv names taxpayers`, checked: count(`truth_${file}`),
    failures: `select ${lineOf(file)} as example from truth_${file} as t anti join taxpayers as p using (taxpayer_id)`,
  };
}

const inRing = Object.entries(RING_ROLES).map(([archetype, roles]) => `archetype = '${archetype}' and role in ${listed(roles)}`).join(' or ');
const alone = `archetype in ${listed(SINGLE_ARCHETYPES)} and role = '${SINGLE_ROLE}'`;
const HONEST_IS_EMPTY = `archetype is null and role is null and ring_id is null and coalesce(tax_yuan, 0) = 0`;

/** Rules of labels.csv, lookalikes.csv and noise.csv. */
export function labelChecks(): CheckRule[] {
  return [
    namesTaxpayers('labels'), namesTaxpayers('lookalikes'), namesTaxpayers('noise'), namesTaxpayers('claims'),
    {
      name: 'every taxpayer is labelled once', checked: count('taxpayers'),
      failures: `select 'taxpayers ' || taxpayer_id as example from taxpayers anti join truth_labels using (taxpayer_id)
        union all select ${lineOf('labels')} from truth_labels qualify count(*) over (partition by taxpayer_id) > 1`,
    },
    {
      name: 'labels use known words', checked: count('truth_labels'),
      failures: `select ${lineOf('labels')} as example from truth_labels where not coalesce(case label
        when 'honest' then ${HONEST_IS_EMPTY}
        when 'fraud' then "from" <= "to" and tax_yuan >= 0 and case when ring_id is null then ${alone} else (${inRing}) end end, false)`,
    },
    {
      name: 'who cheats alone has tax at stake', checked: count(`truth_labels where label = 'fraud' and ring_id is null`),
      failures: `select ${lineOf('labels')} || ' ' || archetype as example from truth_labels
        where label = 'fraud' and ring_id is null and not coalesce(tax_yuan > 0, false)`,
    },
    {
      name: 'look-alikes are honest and of a known kind', checked: count('truth_lookalikes'),
      failures: `select ${lineOf('lookalikes', 'l')} as example from truth_lookalikes as l left join truth_labels as t using (taxpayer_id)
        where t.label is distinct from 'honest' or not coalesce(l.kind in ${listed(LOOKALIKE_KINDS)} and l."from" <= l."to", false)`,
    },
  ];
}
