import { rateOf, type Rate } from '../../models/evaluate/rate.ts';
import type { Engine } from '../engine/engine.ts';
import { groupsOf, matchGroups, type Group, type GroupMatch } from '../shared/match-groups.ts';

/** Published rings held against those the labels name. */
export interface RingFigures {
  /** Rings of the labels that a published ring matches, over all of them. */
  readonly recall: Rate;
  /** Published rings with a labelled taxpayer that match a ring of the labels, over all of those. */
  readonly precision: Rate;
  readonly mean_overlap: number | null;
  /** Rings of the labels with fewer than two labelled taxpayers: one taxpayer is no ring. */
  readonly labels_too_small: number;
  /** Published rings without a labelled taxpayer: nothing can be said of them. */
  readonly published_unlabelled: number;
  readonly known: readonly { readonly ring_id: string; readonly members: number; readonly matched: string | null; readonly overlap: number }[];
  readonly published: readonly { readonly ring_id: string; readonly labelled_members: number; readonly matched: string | null; readonly overlap: number }[];
}

const LEAST_MEMBERS = 2;

/**
 * Matches one to one, likest first, from half of the members in common on (Jaccard), counted over labelled taxpayers alone. Null when no positive label
 * names a ring.
 */
export async function ringFigures(engine: Engine): Promise<RingFigures | null> {
  const named = groupsOf(await engine.rows<{ id: string; member: string }>('select ring_id as id, taxpayer_id as member from evaluate_row where is_positive and ring_id is not null'));
  if (named.length === 0) return null;
  const published = groupsOf(await engine.rows<{ id: string; member: string }>('select m.ring_id as id, m.taxpayer_id as member from ring_members as m join evaluate_row as e on e.taxpayer_id = m.taxpayer_id'));
  const [counted] = await engine.rows<{ rings: number }>('select count(distinct ring_id) as rings from ring_members');
  const known = named.filter(({ members }) => members.size >= LEAST_MEMBERS);
  const match = matchGroups(known, published);
  return {
    recall: rateOf(match.pairs.length, known.length),
    precision: rateOf(match.pairs.length, published.length),
    mean_overlap: match.pairs.length === 0 ? null : match.pairs.reduce((sum, { overlap }) => sum + overlap, 0) / match.pairs.length,
    labels_too_small: named.length - known.length,
    published_unlabelled: (counted?.rings ?? 0) - published.length,
    ...bothSides(known, published, match),
  };
}

function bothSides(known: readonly Group[], published: readonly Group[], { pairs, bestOfKnown, bestOfFound }: GroupMatch): Pick<RingFigures, 'known' | 'published'> {
  const [foundOf, knownOf] = [new Map(pairs.map((pair) => [pair.known, pair.found])), new Map(pairs.map((pair) => [pair.found, pair.known]))];
  return {
    known: known.map(({ id, members }) => ({ ring_id: id, members: members.size, matched: foundOf.get(id) ?? null, overlap: bestOfKnown.get(id) ?? 0 })),
    published: published.map(({ id, members }) => ({ ring_id: id, labelled_members: members.size, matched: knownOf.get(id) ?? null, overlap: bestOfFound.get(id) ?? 0 })),
  };
}
