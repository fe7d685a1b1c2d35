import { stringify } from 'yaml';
import type { PartVerdict } from '../../models/calibrate/propose.ts';
import type { Gain } from '../../models/calibrate/gain.ts';
import type { Calibration } from './calibrate.ts';

const WITHOUT_CORRECTION = 'The labels do not say how cases were selected: no correction was possible. Cases chosen for their grade are not the population; expect precisions that are too high and shares that are too large.';
const WITHOUT_RANDOM = 'No label is of a taxpayer drawn at random: no correction was possible. Cases chosen for their grade are not the population; expect precisions that are too high and shares that are too large.';
const CORRECTED = 'Taxpayers drawn at random stand for all of their level that were not chosen, chosen ones for themselves (Horvitz-Thompson, post-stratified; quotients after Hájek).';

/** Evidence behind a proposal: where it comes from, how it was validated, what changes, and what does not and why. */
export function evidenceOf({ runId, asOf, labels, reviewed, proposal, shares }: Calibration, settings: { readonly folds: number; readonly seed: number }): object {
  const { thresholds, weights, whole } = proposal;
  return {
    run_id: runId,
    as_of: asOf,
    labels: {
      sha256: labels.sha256, rows: labels.rows, taxpayers: reviewed.ids.length, not_in_snapshot: reviewed.unknown, positives: reviewed.positives, taxpayers_of_snapshot: reviewed.population,
    },
    correction: {
      kind: reviewed.correction.kind,
      note: reviewed.correction.kind === 'post_stratified' ? CORRECTED : labels.hasSelection ? WITHOUT_RANDOM : WITHOUT_CORRECTION,
      strata: reviewed.correction.strata,
    },
    folds: settings.folds,
    seed: settings.seed,
    validation: {
      scores_unrelated_to_outcomes_share: proposal.unrelated_share,
      thresholds: verdictOf(thresholds),
      weights: { ...verdictOf(weights), prior: weights.fit.prior, base_rate: weights.fit.base_rate, scale: weights.fit.scale },
      expected_share: {
        proposed: shares.proposed, refused: shares.refused, permutation_share: shares.permutation_share,
        log_likelihood_gain_over_present: shortGain(shares.gain_over_present), log_likelihood_gain_over_one_share: shortGain(shares.gain_over_base_rate),
      },
      whole: { average_precision_gain: shortGain(whole.average_precision), auc_gain: shortGain(whole.auc), by_fold: whole.by_fold },
    },
    thresholds: thresholds.choices.map(({ gain, ...choice }) => ({ ...choice, ...proposedOr(thresholds, choice), log_likelihood_gain: shortGain(gain) })),
    weights: weights.fit.choices.map((choice) => ({ ...choice, ...proposedOr(weights, choice) })),
    expected_share: shares.colors.map((color) => (shares.proposed ? color : { ...color, to: color.from, would_be: color.to })),
  };
}

/** The parameter file: sections as `vatrisk run --parameters` reads them. The same calibration gives the same bytes. */
export function renderParameters(calibration: Calibration, settings: { readonly folds: number; readonly seed: number }): string {
  const { weights, expectedShare, indicators } = calibration;
  const scoring = { ...(Object.keys(weights).length === 0 ? {} : { weights }), ...(Object.keys(expectedShare).length === 0 ? {} : { expected_share: expectedShare }) };
  const head = '# 由复核结果得出的参数建议，须经人员审定后使用；T1、T2 依法或依勾稽，不作调整。\n# Parameters proposed from outcomes of reviews, for a person to decide on; T1 and T2 are law and arithmetic and stay as they are.\n';
  return `${head}${stringify(rounded({ indicators, scoring, evidence: evidenceOf(calibration, settings) }), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function verdictOf({ proposed, refused, out_of_fold: { average_precision, auc }, by_time, permutation_share }: PartVerdict): object {
  return { proposed, refused, average_precision_gain: shortGain(average_precision), auc_gain: shortGain(auc), permutation_share, by_time: by_time ?? 'no days of review, or too few for a test on later ones' };
}

/** A choice of a part that is not proposed stays; the file tells what it would have been. */
function proposedOr(part: PartVerdict, choice: { readonly from: number; readonly to: number; readonly refused: string | null }): object {
  if (part.proposed || choice.refused !== null) return {};
  return { to: choice.from, refused: 'part_not_proposed', would_be: choice.to };
}

function shortGain({ mean, standard_error, by_fold }: Gain): object {
  return { mean, standard_error: Number.isFinite(standard_error) ? standard_error : null, by_fold };
}

/** Six digits are enough for a reader, and no machine differs in them. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toFixed(6));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
  return value;
}
