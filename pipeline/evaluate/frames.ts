import type { DataFrame } from 'danfojs';
import { columnsOfRows, toFrame, type FrameRow } from '../../models/evaluate/frames.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import type { Evaluation } from './evaluate.ts';

/** What a snapshot publishes, as data frames for analysts; columns as in the files, lists as text with blanks between. */
export interface SnapshotFrames {
  readonly runId: string;
  readonly asOf: string;
  /** One row a taxpayer. */
  readonly grades: DataFrame;
  /** One row a hit or watch. */
  readonly results: DataFrame;
  readonly rings: DataFrame;
  readonly ringMembers: DataFrame;
}

/** The tables of an evaluation that analysts slice. */
export interface EvaluationFrames {
  readonly levels: DataFrame;
  readonly cumulativeLevels: DataFrame;
  readonly calibration: DataFrame;
  readonly indicators: DataFrame;
  readonly tiers: DataFrame;
  readonly families: DataFrame;
  readonly flags: DataFrame;
}

const ORDERED = {
  taxpayer_grades: 'taxpayer_id asc nulls last',
  indicator_results: 'taxpayer_id asc nulls last, code asc nulls last, subject asc nulls last',
  rings: 'ring_id asc nulls last',
  ring_members: 'ring_id asc nulls last, taxpayer_id asc nulls last',
} as const;

/**
 * Opens the current (or a named) snapshot of an output folder as data frames. All rows are held in memory. Throws SNAPSHOT_MISSING, and USAGE when the
 * optional package behind the frames is not installed.
 */
export async function openFrames(outDirectory: string, runId?: string): Promise<SnapshotFrames> {
  const snapshot = await openSnapshot(outDirectory, runId);
  try {
    const frame = async (view: keyof typeof ORDERED) => {
      const sql = `select * from ${view} order by ${ORDERED[view]}`;
      const names = (await snapshot.engine.describe(sql)).map(({ name }) => name);
      return toFrame(columnsOfRows(await snapshot.engine.rows<FrameRow>(sql), names));
    };
    return {
      runId: snapshot.runId,
      asOf: snapshot.manifest.as_of,
      grades: await frame('taxpayer_grades'),
      results: await frame('indicator_results'),
      rings: await frame('rings'),
      ringMembers: await frame('ring_members'),
    };
  } finally {
    await snapshot.close();
  }
}

/** The tables of one evaluation as data frames: a rate becomes the columns `…_part`, `…_whole`, `…_share`, `…_low`, `…_high`. */
export async function evaluationFrames(evaluation: Evaluation): Promise<EvaluationFrames> {
  const frame = (rows: readonly object[]) => toFrame(columnsOfRows(rows as readonly FrameRow[]));
  return {
    levels: await frame(evaluation.levels),
    cumulativeLevels: await frame(evaluation.cumulative_levels),
    calibration: await frame(evaluation.calibration),
    indicators: await frame(evaluation.indicators),
    tiers: await frame(evaluation.tiers),
    families: await frame(evaluation.families),
    flags: await frame(evaluation.flags),
  };
}
