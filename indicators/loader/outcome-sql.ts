import { peerMeasureOf } from './expressions.ts';
import { JUDGED, numbered, type Numbered } from './judge-sql.ts';
import { reasonSql } from './reason-text.ts';
import type { Branch, Indicator } from './schema.ts';

/** The table of hits and watches of all indicators; every other outcome is in the matrix only. */
export const OUTCOME_TABLE = `create or replace table indicator_outcome (
  subject_no integer, taxpayer_key integer, application_id varchar, code varchar,
  outcome varchar, reason_code varchar, is_watch boolean,
  value double, threshold double, branch varchar, tier varchar,
  has_ineligible boolean, has_recompute boolean, has_suspend boolean, has_service boolean,
  is_scoring boolean, intensity decimal(9,6), amount_yuan decimal(18,2), stake_yuan decimal(18,2), red_trigger boolean,
  peer_group varchar, peer_count bigint, peer_percentile double,
  reason_zh varchar, reason_en varchar, is_primary boolean
)`;

/** SELECT of the hits and watches of the judged table in the columns of indicator_outcome. */
export function outcomeSql(indicator: Indicator): string {
  const flag = (effect: string): string => either(numbered(indicator).filter((one) => one.branch.effect === effect));
  const red = numbered(indicator, 'hit').filter((one) => one.branch.red_trigger !== undefined).map((one) => `(j.b${one.number}_counts and j.b${one.number}_red)`);
  return `select
  j.subject_no, j.taxpayer_key, j.application_id, '${indicator.code}' as code,
  case when j.state = 1 then 'hit' else 'clear' end as outcome,
  cast(null as varchar) as reason_code,
  j.state = 2 as is_watch,
  ${ofStrongest(indicator, (n) => `j.b${n}_value`, 'double')} as value,
  ${ofStrongest(indicator, (n) => `j.b${n}_threshold`, 'double')} as threshold,
  concat_ws('+', ${perBranch(indicator, (one) => `'${one.branch.name}'`)}) as branch,
  least(${perBranch(indicator, (one) => `'${one.branch.tier}'`)}, 'T9') as tier,
  ${flag('ineligible')} as has_ineligible,
  ${flag('recompute')} as has_recompute,
  ${flag('suspend')} as has_suspend,
  ${flag('service')} as has_service,
  j.is_scoring,
  cast(case when j.state <> 1 then 0 when j.is_scoring then j.scored_intensity else j.top_intensity end as decimal(9,6)) as intensity,
  ${greatestOf(indicator, 'amount')} as amount_yuan,
  ${greatestOf(indicator, 'stake')} as stake_yuan,
  ${red.length === 0 ? 'false' : red.join(' or ')} as red_trigger,
  ${ofStrongest(indicator, (_, branch) => peerColumn(indicator, branch, 'group'), 'varchar')} as peer_group,
  ${ofStrongest(indicator, (_, branch) => peerColumn(indicator, branch, 'count'), 'bigint')} as peer_count,
  ${ofStrongest(indicator, (_, branch) => peerColumn(indicator, branch, 'percentile'), 'double')} as peer_percentile,
  case when j.state = 2 then 'watch: ' else '' end || concat_ws('；', ${perBranch(indicator, (one) => reasonSql(one.branch.reason.zh, 'zh'))}) as reason_zh,
  case when j.state = 2 then 'watch: ' else '' end || concat_ws('; ', ${perBranch(indicator, (one) => reasonSql(one.branch.reason.en, 'en'))}) as reason_en,
  j.is_counted as is_primary
from ${JUDGED} as j
where j.state in (1, 2)`;
}

function perBranch(indicator: Indicator, text: (one: Numbered) => string): string {
  return numbered(indicator).map((one) => `case when j.b${one.number}_counts then ${text(one)} end`).join(', ');
}

function either(branches: readonly Numbered[]): string {
  return branches.length === 0 ? 'false' : `(${branches.map(({ number }) => `j.b${number}_counts`).join(' or ')})`;
}

function greatestOf(indicator: Indicator, column: 'amount' | 'stake'): string {
  const items = numbered(indicator).map(({ number }) => `case when j.b${number}_counts then j.b${number}_${column} end`);
  return `greatest(${[...items, 'cast(null as decimal(18,2))'].join(', ')})`;
}

function ofStrongest(indicator: Indicator, text: (number: number, branch: Branch) => string, type: string): string {
  const arms = numbered(indicator).map(({ branch, number }) => `when ${number} then ${text(number, branch)}`);
  return `cast(case j.strongest ${arms.join(' ')} end as ${type})`;
}

function peerColumn(indicator: Indicator, branch: Branch, what: string): string {
  const measure = peerMeasureOf(indicator, branch);
  return measure === undefined ? 'null' : `j.peer_${measure}_${what}`;
}
