import { lowestLift, type Counterfactual } from '../../models/grade/counterfactual.ts';
import type { GradingRules, JudgedHit } from '../../models/grade/grade-of.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';

/** One bar of the waterfall; the bars of a taxpayer add up to its score. */
export interface Bar {
  readonly kind: 'hit' | 'damping' | 'family_cap' | 'score_cap' | 'rounding';
  /** Code of the hit, correlation group, family, or 'score'. */
  readonly name: string;
  readonly points: number;
  /** Sum of the bars up to and with this one. */
  readonly total: number;
}

/** Why a taxpayer has its score, its colour and its level. */
export interface Explanation {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string;
  readonly asOf: string;
  readonly snapshotId: string;
  readonly score: number;
  readonly color: string;
  readonly level: string;
  /** What gave the colour: the score, or a rule beside it (red_trigger, red_pair, material_suspend, suspend, voucher_watch). */
  readonly color_rule: string;
  readonly cuts: GradingRules['cuts'];
  readonly bars: readonly Bar[];
  /** Hits that give no points: conditions, corrections, services, grounds without points. */
  readonly without_points: readonly string[];
  /** The fewest hits without which the level would be lower; null at the lowest level. */
  readonly counterfactual: Counterfactual | null;
}

interface Head {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string;
  readonly score: number;
  readonly color: string;
  readonly level: string;
  readonly color_rule: string;
}

/** Explains one taxpayer's grade. Throws TAXPAYER_UNKNOWN for an id the snapshot does not know, SNAPSHOT_OLD when it was published without bars. */
export async function explainTaxpayer(snapshot: Snapshot, taxpayerId: string): Promise<Explanation> {
  const rules = snapshot.manifest.scoring;
  if (rules === undefined || !snapshot.manifest.outputs.some(({ file }) => file === 'score_bars.parquet')) {
    throw new VatRiskError('SNAPSHOT_OLD', `Snapshot ${snapshot.runId} was published by a version that kept no waterfall; run the night again to explain its grades.`);
  }
  const id = sqlText(taxpayerId);
  const [head] = await snapshot.engine.rows<Head>(`select taxpayer_id, taxpayer_name, score, color, level, color_rule from taxpayer_grades where taxpayer_id = ${id}`);
  if (head === undefined) throw new VatRiskError('TAXPAYER_UNKNOWN', `The snapshot (${snapshot.runId}) has no such taxpayer; check the id, or whether it was in the delivery.`);
  const bars = await snapshot.engine.rows<Omit<Bar, 'total'>>(`select kind, name, points from score_bars where taxpayer_id = ${id} and subject = '' order by bar_no asc nulls last`);
  const hits = await readJudgedHits(snapshot, `taxpayer_id = ${id}`);
  return {
    ...head, asOf: snapshot.manifest.as_of, snapshotId: snapshot.runId, cuts: rules.cuts,
    bars: running(bars),
    without_points: hits.filter(({ is_hit, code }) => is_hit && !bars.some(({ kind, name }) => kind === 'hit' && name === code)).map(({ code }) => code),
    counterfactual: lowestLift(hits, rules),
  };
}

/** Hits and watch notes that a taxpayer is judged by, strongest first. `where` is a condition on indicator_results. */
export async function readJudgedHits(snapshot: Snapshot, where: string): Promise<(JudgedHit & { readonly taxpayer_id: string })[]> {
  return snapshot.engine.rows(`select taxpayer_id, code, family, correlation_group, weight, tier, coalesce(intensity, 0) as intensity, outcome = 'hit' as is_hit, scores,
      ineligible, recompute, suspend, service, material, red_trigger, live_claim, open_claim
    from indicator_results where is_primary and (${where})
    order by taxpayer_id asc nulls last, points desc nulls last, raw_points desc nulls last, code asc nulls last`);
}

function running(bars: readonly Omit<Bar, 'total'>[]): Bar[] {
  let millionths = 0;
  return bars.map((bar) => {
    millionths += Math.round(bar.points * 1_000_000);
    return { ...bar, total: millionths / 1_000_000 };
  });
}
