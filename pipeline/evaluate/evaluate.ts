import { FAMILIES, TIERS, type Indicator } from '../../indicators/loader/schema.ts';
import { bootstrapIntervals, DEFAULT_RESAMPLES, type Interval } from '../../models/evaluate/bootstrap.ts';
import { calibrationRows } from '../../models/evaluate/calibration.ts';
import { capacityFigures } from '../../models/evaluate/capacity.ts';
import { countPositives, type LabelledColumns } from '../../models/evaluate/columns.ts';
import { cumulativeRows, levelRows } from '../../models/evaluate/levels.ts';
import { liftRows, type LiftRow } from '../../models/evaluate/lift.ts';
import { countBlocks, rankByScore, rankMetrics, thresholdsOf } from '../../models/evaluate/ranking.ts';
import { rateOf } from '../../models/evaluate/rate.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import { ringFigures } from './match-rings.ts';
import { refundFigures } from './read-claims.ts';
import { FLAGS, hitsBy, readCodes, readColumns, readFlags, readHits } from './read-columns.ts';
import { readLabels } from './read-labels.ts';
import { lookAlikeFigures } from './read-look-alikes.ts';

export interface EvaluateOptions {
  readonly labelsFile: string;
  /** Names of the indicators; one that is not listed goes by its code. */
  readonly catalogue: readonly Pick<Indicator, 'code' | 'name'>[];
  /** Taxpayers an office can look at; the number of positives when absent. */
  readonly capacity?: number;
  /** Seed of the resamples. */
  readonly seed: number;
  readonly resamples?: number;
  /** What was due on each claim, for the refund frontier. */
  readonly claimsFile?: string;
  /** Legal look-alikes. */
  readonly groupsFile?: string;
}

/** A figure with its 95 % interval; null where it cannot be told, for want of positives or of negatives. */
export interface Figure {
  readonly value: number | null;
  readonly interval: Interval | null;
}

export type Evaluation = Awaited<ReturnType<typeof evaluate>>;

export interface IndicatorRow extends LiftRow {
  readonly name: string;
  readonly name_en: string;
}

/**
 * Holds the grades of a snapshot against labels. All rates are over labelled taxpayers; amounts are in yuan; no taxpayer id is in the result. Throws
 * INPUT_MISSING, FILE_REFUSED, LABELS_UNUSABLE, ENGINE_FAILED.
 */
export async function evaluate(snapshot: Snapshot, options: EvaluateOptions) {
  const { engine, manifest } = snapshot;
  const labels = await readLabels(engine, options.labelsFile);
  const columns = await readColumns(engine);
  const positives = countPositives(columns.isPositive);
  const [all] = await engine.rows<{ taxpayers: number }>('select count(*) as taxpayers from taxpayer_grades');
  const hasClaims = manifest.outputs.some(({ file }) => file === 'claim_grades.parquet');
  return {
    asOf: manifest.as_of,
    snapshotId: snapshot.runId,
    labels,
    coverage: rateOf(labels.usable, all?.taxpayers ?? 0),
    base_rate: rateOf(positives, labels.usable),
    ...scoreFigures(columns, options),
    levels: levelRows(columns),
    cumulative_levels: cumulativeRows(columns),
    capacity: capacityFigures(columns, options.capacity ?? positives),
    by_handling: handlingFigures(columns, options, options.capacity ?? positives),
    calibration: calibrationRows(columns),
    ...(await findingFigures(snapshot, columns, options.catalogue)),
    rings: await ringFigures(engine),
    refunds: hasClaims ? await refundFigures(engine, options.claimsFile) : null,
    look_alikes: options.groupsFile === undefined ? null : await lookAlikeFigures(engine, options.groupsFile),
  };
}

function scoreFigures(columns: LabelledColumns, { seed, resamples = DEFAULT_RESAMPLES }: EvaluateOptions) {
  const ranking = rankByScore(columns.score);
  const counts = countBlocks(ranking, columns.isPositive);
  const { auc, averagePrecision } = rankMetrics(counts);
  const intervals = bootstrapIntervals(ranking, columns.isPositive, columns.cluster, { seed, resamples });
  const figure = (value: number, interval: Interval | null): Figure => ({ value: Number.isNaN(value) ? null : value, interval });
  return {
    auc: figure(auc, intervals.auc),
    average_precision: figure(averagePrecision, intervals.averagePrecision),
    bootstrap: { seed, resamples: intervals.resamples, usable: intervals.usable, clusters: intervals.clusters },
    thresholds: thresholdsOf(ranking, counts),
  };
}

/** The same figures in the order of handling: what rules beside the points (grounds for suspension, conditions, corrections) add to the score. */
function handlingFigures(columns: LabelledColumns, options: EvaluateOptions, capacity: number) {
  const { auc, average_precision } = scoreFigures({ ...columns, score: columns.handling }, options);
  const { precision, recall, caught_yuan, all_yuan, caught_share } = capacityFigures({ ...columns, score: columns.handling }, capacity);
  return { auc, average_precision, capacity, precision, recall, caught_yuan, all_yuan, caught_share };
}

async function findingFigures({ engine }: Snapshot, { isPositive }: LabelledColumns, catalogue: EvaluateOptions['catalogue']) {
  const hits = await readHits(engine);
  const names = new Map(catalogue.map(({ code, name }) => [code, name]));
  const indicators = liftRows(await readCodes(engine), hitsBy(hits, 'code'), isPositive).map((row): IndicatorRow => {
    const name = names.get(row.group);
    return { ...row, name: name?.zh ?? '', name_en: name?.en ?? '' };
  });
  return {
    indicators,
    tiers: liftRows(TIERS, hitsBy(hits, 'tier'), isPositive),
    families: liftRows(FAMILIES, hitsBy(hits, 'family'), isPositive),
    flags: liftRows(FLAGS, await readFlags(engine), isPositive),
  };
}
