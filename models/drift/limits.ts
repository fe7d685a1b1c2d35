import type { Config } from '../../pipeline/config/schema.ts';
import type { DriftRow, Verdict } from './run-drift.ts';

/** The gravest verdict of all figures. */
export function worstVerdict(rows: readonly DriftRow[]): Verdict {
  if (rows.some(({ verdict }) => verdict === 'stop')) return 'stop';
  return rows.some(({ verdict }) => verdict === 'watch') ? 'watch' : 'none';
}

/** Every limit that was crossed, with the figures and what is allowed. */
export function crossedLimits(rows: readonly DriftRow[], rules: Config['drift']): readonly string[] {
  return rows.filter(({ verdict }) => verdict === 'stop').map((row) => {
    const change = `${percent(row.former)} → ${percent(row.latter)}`;
    if (row.measure === 'score_psi') return `scores: stability index ${(row.psi ?? 0).toFixed(3)}, allowed below ${rules.psi_stop}`;
    if (row.measure === 'level_share') {
      return `level ${row.code}: ${change} of the taxpayers, allowed up to ${rules.maximum_level_share_ratio} times the former share or ${points(rules.minimum_level_share_change)} points more`;
    }
    return `${row.code}: not assessed ${change} of ${row.latter_count ?? 0} taxpayers it applies to, allowed less than ${points(rules.not_assessed_stop)} points more`;
  });
}

/** Shares and rates that changed most, largest first; `most` of them at most. Colours follow the levels and are left out. */
export function largestChanges(rows: readonly DriftRow[], most: number): readonly DriftRow[] {
  const rated = rows.filter(({ measure, change }) => ['level_share', 'lane_share', 'hit_rate', 'not_assessed_rate'].includes(measure) && change !== null && change !== 0);
  const size = ({ change }: DriftRow) => Number(Math.abs(change ?? 0).toFixed(9));
  const name = ({ measure, code }: DriftRow) => `${measure} ${code}`;
  return [...rated].sort((a, b) => size(b) - size(a) || (name(a) < name(b) ? -1 : 1)).slice(0, most);
}

/** A share as a percentage with two decimals. */
export function percent(share: number | null): string {
  return share === null ? '—' : `${(share * 100).toFixed(2)} %`;
}

function points(share: number): string {
  return String(Number((share * 100).toFixed(4)));
}
