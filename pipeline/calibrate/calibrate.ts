import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Indicator } from '../../indicators/loader/schema.ts';
import type { CalibrationData } from '../../models/calibrate/calibration-data.ts';
import { proposeShares, type ShareProposal, type Shares } from '../../models/calibrate/expected-share.ts';
import { propose, type Proposal } from '../../models/calibrate/propose.ts';
import { tunableParameters, tunableWeights } from '../../models/calibrate/tunable.ts';
import type { GradingRules, JudgedHit } from '../../models/grade/grade-of.ts';
import { columnCode } from '../../models/score/run-score.ts';
import type { Color } from '../../models/score/scoring-rules.ts';
import type { Config } from '../config/schema.ts';
import { readJudgedHits } from '../explain/read-explanation.ts';
import { checkBase } from '../run/what-if.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openSnapshot, type Snapshot } from '../snapshot/open-snapshot.ts';
import { colorsUnder, judgeTrials, type Work } from './judge-trials.ts';
import { readOutcomes, type LabelFile } from './read-outcomes.ts';
import { readReviewed, type Reviewed } from './reviewed.ts';

export interface CalibrationRequest {
  readonly outDirectory: string;
  readonly labels: string;
  readonly indicators: readonly Indicator[];
  readonly catalogueHash: string;
  readonly folds: number;
  readonly seed: number;
  readonly onStep?: (what: string) => void;
  /** Effective hits an indicator needs before its weight is touched. */
  readonly leastHits?: number;
}

type Learning = Pick<CalibrationRequest, 'folds' | 'seed' | 'leastHits' | 'onStep'>;

/** What outcomes say about the parameters of a published run. Nothing is changed by it. */
export interface Calibration {
  readonly runId: string;
  readonly asOf: string;
  readonly labels: LabelFile;
  readonly reviewed: Reviewed;
  readonly proposal: Proposal;
  readonly shares: ShareProposal;
  /** Thresholds and weights of the proposal, and expected shares that change. */
  readonly indicators: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly weights: Readonly<Record<string, number>>;
  readonly expectedShare: Partial<Record<Color, number>>;
}

type FullRules = GradingRules & { readonly weights: Readonly<Record<string, number>>; readonly expected_share: Shares };

/**
 * Learns thresholds and weights of T3 and T4 branches and expected shares of the colours from outcomes, and validates them out of fold. Judges indicators again on the kept work
 * of the published run. Throws LABELS_INVALID, LABELS_TOO_FEW, WHAT_IF_IMPOSSIBLE when that work is gone, SNAPSHOT_OLD when the run kept no rules of scoring.
 */
export async function calibrate(request: CalibrationRequest): Promise<Calibration> {
  const snapshot = await openSnapshot(request.outDirectory);
  try {
    const ground = openGround(snapshot, request);
    const labels = await readOutcomes(snapshot.engine, request.labels);
    const reviewed = await readReviewed(snapshot, labels, request.folds, request.seed);
    const data = await gather(ground, reviewed, request.onStep);
    return { runId: snapshot.runId, asOf: snapshot.manifest.as_of, labels, reviewed, ...(await learn(ground, data, reviewed, request)) };
  } finally {
    await snapshot.close();
  }
}

/** A published run with its work and its rules. */
export interface Ground {
  readonly snapshot: Snapshot;
  readonly work: Work;
  readonly rules: FullRules;
}

/** Throws SNAPSHOT_OLD when the run kept no rules of scoring, WHAT_IF_IMPOSSIBLE when its work cannot be judged again. */
export function openGround(snapshot: Snapshot, { outDirectory, indicators, catalogueHash }: Pick<CalibrationRequest, 'outDirectory' | 'indicators' | 'catalogueHash'>): Ground {
  const rules = snapshot.manifest.scoring as FullRules | undefined;
  if (rules === undefined) throw new VatRiskError('SNAPSHOT_OLD', `Snapshot ${snapshot.runId} was published by a version that kept no rules of scoring; run the night again.`);
  const path = join(outDirectory, 'runs', snapshot.runId, 'work.duckdb');
  checkBase(snapshot.runId, path, JSON.parse(readFileSync(join(snapshot.folder, 'manifest.json'), 'utf8')) as { catalogue_sha256: string }, catalogueHash);
  return { snapshot, rules, work: { path, indicators, config: snapshot.manifest.config, weights: rules.weights } };
}

/** What is proposed from gathered hits and outcomes. */
export async function learn({ work, rules }: Ground, data: CalibrationData, reviewed: Reviewed, request: Learning): Promise<Pick<Calibration, 'proposal' | 'shares' | 'indicators' | 'weights' | 'expectedShare'>> {
  const { folds, seed, leastHits } = request;
  request.onStep?.('validate');
  const proposal = propose(data, reviewed.outcomes, { folds, seed, split: reviewed.split, ...(leastHits === undefined ? {} : { leastHits }) });
  return { proposal, ...(await withShares(work, proposal, reviewed, rules.expected_share, request)) };
}

/** Hits of the reviewed taxpayers under the parameters in force, and under every value tried. */
export async function gather({ snapshot, work, rules }: Ground, reviewed: Reviewed, onStep: (what: string) => void = () => undefined): Promise<CalibrationData> {
  const present = new Map<string, Map<number, JudgedHit>>();
  for (const { taxpayer_id, ...hit } of await readJudgedHits(snapshot, 'true')) {
    const number = reviewed.numberOf.get(taxpayer_id);
    if (number === undefined) continue;
    const hits = present.get(hit.code) ?? new Map<number, JudgedHit>();
    present.set(hit.code, hits.set(number, hit));
  }
  const reachable = await reachableBy(snapshot, work.indicators);
  const parameters = tunableParameters(reachable, snapshot.manifest.parameters).filter(({ code }) => rules.family_caps[work.indicators.find((one) => one.code === code)?.family ?? ''] !== 0);
  const trials = await judgeTrials(work, parameters, reviewed.numberOf, onStep);
  const weights = new Map(tunableWeights(work.indicators, rules.family_caps).map((code) => [code, rules.weights[code] ?? 0]));
  return { size: reviewed.ids.length, present, trials, weights, rules };
}

/** States of the matrix from which other thresholds can make a hit: assessed, or not assessed for want of peers, which comes after hits. */
const JUDGEABLE = [0, 1, 2, 24, 25];

/** Indicators that could hit anyone at all: the others need not be judged again. */
async function reachableBy({ engine }: Snapshot, indicators: readonly Indicator[]): Promise<readonly Indicator[]> {
  const counts = indicators.map(({ code }) => `cast(count(*) filter (${columnCode(code)}_state in (${JUDGEABLE.join(', ')})) as bigint) as ${columnCode(code)}`);
  const [row] = await engine.rows<Readonly<Record<string, number>>>(`select ${counts.join(', ')} from indicator_matrix`);
  return indicators.filter(({ code }) => (row?.[columnCode(code)] ?? 0) > 0);
}

/** Shares of the colours as they will be: under the proposal when it changes anything. */
async function withShares(work: Work, proposal: Proposal, reviewed: Reviewed, present: Shares, request: Learning): Promise<Pick<Calibration, 'shares' | 'indicators' | 'weights' | 'expectedShare'>> {
  const moved = proposal.thresholds.proposed ? proposal.thresholds.choices.filter(({ from, to }) => from !== to) : [];
  const indicators = Object.fromEntries(moved.map(({ code, parameter, to }) => [code, { [parameter]: to }]));
  const weights = Object.fromEntries(proposal.changes.weights);
  const isChanged = moved.length > 0 || proposal.changes.weights.size > 0;
  if (isChanged) request.onStep?.('colours');
  const colors = isChanged ? await changedColors(work, reviewed, indicators, weights) : reviewed.colors;
  const shares = proposeShares(colors, reviewed.outcomes, present, { folds: request.folds, seed: request.seed, isRelated: proposal.is_related });
  const changed = shares.proposed ? shares.colors.filter(({ from, to }) => from !== to) : [];
  return { shares, indicators, weights, expectedShare: Object.fromEntries(changed.map(({ color, to }) => [color, to])) };
}

async function changedColors(work: Work, reviewed: Reviewed, indicators: Calibration['indicators'], weights: Calibration['weights']): Promise<readonly Color[]> {
  const config: Config = structuredClone(work.config);
  for (const [code, values] of Object.entries(indicators)) config.indicators[code] = { ...config.indicators[code], ...values };
  config.scoring.weights = { ...config.scoring.weights, ...weights };
  const colors = await colorsUnder(work, config, Object.keys(indicators));
  return reviewed.ids.map((id) => colors.get(id) ?? 'none');
}
