import { seededRandom, shuffled } from '../../pipeline/shared/seeded-random.ts';
import { COLORS, type Color } from '../score/scoring-rules.ts';
import { countByFold, effective, total, type Outcomes } from './calibration-data.ts';
import { gainOf, isAboveNoise, type Gain } from './gain.ts';
import { nonIncreasing } from './isotonic.ts';

export interface ColorShare {
  readonly color: Color;
  readonly from: number;
  readonly to: number;
  readonly labelled: number;
  readonly effective_labelled: number;
  readonly positives: number;
  /** Share of positives as counted; null without labelled taxpayers of the colour. */
  readonly share: number | null;
}

export interface ShareProposal {
  readonly proposed: boolean;
  readonly refused: 'outcomes_unrelated_to_scores' | 'gain_within_one_standard_error' | 'colors_tell_nothing' | null;
  readonly colors: readonly ColorShare[];
  /** Log-likelihood of left-out outcomes above that of the shares in force, and above one share for all colours; nats for each labelled taxpayer. */
  readonly gain_over_present: Gain;
  readonly gain_over_base_rate: Gain;
  /** Share of permutations of the outcomes that gain as much over one share for all; null when they were not needed. */
  readonly permutation_share: number | null;
}

export type Shares = Readonly<Record<Color, number>>;

/** Labelled taxpayers that the share in force counts for. */
const STRENGTH = 20;
const PERMUTATIONS = 99;
const LARGEST_SHARE = 0.01;

/**
 * Share of positives to expect in each colour: counted shares, shrunk towards those in force (as if these were 20 taxpayers each), then made non-increasing from red to
 * none. It is a share of taxpayers; where it stands for a share of money, the two are taken to be alike. Proposed when, fold by fold, it foretells left-out outcomes better by more
 * than one standard error than the shares in force and than one share for all colours, and colours tell more than in any permutation of the outcomes; `isRelated`: the scores in force order these
 * outcomes better than chance (see `propose`).
 */
export function proposeShares(colors: readonly Color[], outcomes: Outcomes, present: Shares, options: { readonly folds: number; readonly seed: number; readonly isRelated: boolean }): ShareProposal {
  const fitted = fitShares(colors, outcomes, present);
  const [overPresent, overBase] = gains(colors, outcomes, present, options.folds);
  const found = { colors: fitted, gain_over_present: overPresent, gain_over_base_rate: overBase };
  if (!options.isRelated) return { ...found, proposed: false, refused: 'outcomes_unrelated_to_scores', permutation_share: null };
  if (!isAboveNoise(overPresent)) return { ...found, proposed: false, refused: 'gain_within_one_standard_error', permutation_share: null };
  if (!isAboveNoise(overBase)) return { ...found, proposed: false, refused: 'colors_tell_nothing', permutation_share: null };
  const share = permutationShare(colors, outcomes, present, { ...options, gain: overBase.mean });
  const isReal = share <= LARGEST_SHARE;
  return { ...found, proposed: isReal, refused: isReal ? null : 'colors_tell_nothing', permutation_share: share };
}

function fitShares(colors: readonly Color[], outcomes: Outcomes, present: Shares): ColorShare[] {
  const learned = { ...outcomes, fold: outcomes.fold.map((fold) => (fold < 0 ? -1 : 0)) };
  const counted = COLORS.map((color) => {
    const members = colors.flatMap((one, at) => (one === color && learned.fold[at] === 0 ? [at] : []));
    const sums = total(countByFold(members, learned, 1));
    const known = effective(sums);
    const share = known === 0 ? null : sums.positive / (sums.positive + sums.negative);
    return { color, from: present[color], labelled: members.length, effective_labelled: known, positives: members.filter((at) => outcomes.isPositive[at] === 1).length, share };
  });
  const shrunk = counted.map(({ from, share, effective_labelled: known }) => ((share ?? 0) * known + from * STRENGTH) / (known + STRENGTH));
  const monotone = nonIncreasing(shrunk, counted.map(({ effective_labelled: known }) => known + STRENGTH));
  return counted.map((one, at) => ({ ...one, to: Math.round((monotone[at] ?? 0) * 10_000) / 10_000 }));
}

function gains(colors: readonly Color[], outcomes: Outcomes, present: Shares, folds: number): [overPresent: Gain, overBase: Gain] {
  const rows = Array.from({ length: folds }, (_, out) => {
    const training = { ...outcomes, fold: outcomes.fold.map((fold) => (fold === out ? -1 : fold)) };
    const fitted = new Map(fitShares(colors, training, present).map(({ color, to }) => [color, to]));
    const all = total(countByFold(training.fold.keys(), { ...training, fold: training.fold.map((fold) => (fold < 0 ? -1 : 0)) }, 1));
    const base = all.positive / Math.max(1e-9, all.positive + all.negative);
    const fit = (shareOf: (color: Color) => number): number => heldOut(colors, outcomes, out, shareOf);
    const own = fit((color) => fitted.get(color) ?? 0);
    return [own - fit((color) => present[color]), own - fit(() => base)] as const;
  });
  return [gainOf(rows.map(([one]) => one)), gainOf(rows.map(([, one]) => one))];
}

function heldOut(colors: readonly Color[], { isPositive, weight, fold }: Outcomes, out: number, shareOf: (color: Color) => number): number {
  let [fit, all] = [0, 0];
  colors.forEach((color, at) => {
    if (fold[at] !== out) return;
    const share = Math.min(1 - 1e-4, Math.max(1e-4, shareOf(color)));
    fit += (weight[at] ?? 0) * Math.log(isPositive[at] === 1 ? share : 1 - share);
    all += weight[at] ?? 0;
  });
  return all === 0 ? 0 : fit / all;
}

function permutationShare(colors: readonly Color[], outcomes: Outcomes, present: Shares, { seed, folds, gain }: { readonly seed: number; readonly folds: number; readonly gain: number }): number {
  const random = seededRandom(seed + 2);
  let asGood = 1;
  for (let turn = 0; turn < PERMUTATIONS; turn += 1) {
    const dealt = shuffled(colors, random);
    if (gains(dealt, outcomes, present, folds)[1].mean >= gain) asGood += 1;
  }
  return asGood / (PERMUTATIONS + 1);
}
