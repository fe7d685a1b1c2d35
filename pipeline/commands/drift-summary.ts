import { largestChanges, percent } from '../../models/drift/limits.ts';
import type { DriftRow } from '../../models/drift/run-drift.ts';
import type { DriftView, Snapshot } from '../snapshot/open-snapshot.ts';
import { COLOR_LABELS, LANE_LABELS, LEVEL_LABELS } from './labels.ts';

const VERDICT_LABELS: Readonly<Record<string, string>> = { none: '平稳 stable', watch: '需关注 watch', stop: '超出界限 beyond limits' };
const MEASURE_LABELS: Readonly<Record<string, string>> = {
  level_share: '等级占比 share of level',
  color_share: '颜色占比 share of colour',
  lane_share: '通道占比 share of lane',
  hit_rate: '命中率 hit rate',
  not_assessed_rate: '未评估率 not assessed',
};
const CODE_LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = { level_share: LEVEL_LABELS, color_share: COLOR_LABELS, lane_share: LANE_LABELS };
const MOST_CHANGES = 3;

/** The drift of a snapshot with its three largest changes; null for a snapshot of a version that did not measure it. */
export async function readDrift(snapshot: Snapshot): Promise<(DriftView & { readonly largest: readonly DriftRow[] }) | null> {
  const { drift } = snapshot.manifest;
  if (drift === undefined) return null;
  const rows = await snapshot.engine.rows<DriftRow>('select * from drift order by measure asc nulls last, code asc nulls last');
  return { ...drift, largest: largestChanges(rows, MOST_CHANGES) };
}

/** One short block for a person where there is a former snapshot, and the guard of the cuts in any case. */
export function renderDrift(drift: DriftView & { readonly largest: readonly DriftRow[] }): string[] {
  const watched = (measure: string) => drift.watched.filter((name) => name.startsWith(`${measure} `)).map((name) => name.slice(measure.length + 1));
  const unexplained = watched('threshold_drift');
  const absent = watched('table_delivered');
  const guard = unexplained.map((color) => `阈值漂移 threshold drift：无团伙解释的${COLOR_LABELS[color] ?? color}申请户过多，请复核阈值 too many claimants of this colour without a ring; review the cuts`);
  if (drift.former_run_id === null) return guard.length === 0 ? [] : [guard.join('\n')];
  const accepted = drift.accepted ? '，已由人员放行 accepted by a person' : '';
  return [[
    `与上次对比 against ${drift.former_run_id}    PSI ${drift.psi === null ? '—' : drift.psi.toFixed(3)}    ${VERDICT_LABELS[drift.verdict] ?? drift.verdict}${accepted}`,
    ...drift.largest.map((row) => `  ${MEASURE_LABELS[row.measure] ?? row.measure} ${CODE_LABELS[row.measure]?.[row.code] ?? row.code}  ${percent(row.former)} → ${percent(row.latter)}`),
    ...(absent.length === 0 ? [] : [`  ! 上次有、本次未到的表 tables that came before and not now: ${absent.join(', ')}`]),
    ...drift.crossed.map((limit) => `  ! ${limit}`),
    ...guard.map((line) => `  ${line}`),
  ].join('\n')];
}
