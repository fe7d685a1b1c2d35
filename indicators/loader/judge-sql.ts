import { compiled } from './compiled.ts';
import { finite, intensitySql, yuan } from './expressions.ts';
import { paramsSql } from './parameters.ts';
import type { Branch, Indicator, Overrides } from './schema.ts';
import { stateCaseSql, stateOf } from './states.ts';

/** Tables the runner makes while it works on one indicator. */
export const MEASURED = 'indicator_measured';
export const JUDGED = 'indicator_judged';
export const peerTable = (measure: string): string => `indicator_peers_${measure}`;

/** Columns every indicator's SQL returns beside its own. */
export const FIXED_COLUMNS = ['subject_no', 'not_applicable', 'not_assessed'] as const;

export interface MeasuredColumn {
  readonly name: string;
  readonly type: string;
}

/** The indicator's SELECT with its parameters in scope as the table `params`. */
export function withParams(indicator: Indicator, sql: string, overrides?: Overrides): string {
  return `with params as (\n${paramsSql(indicator, overrides)}\n),\nmeasured as (\n${compiled(sql)}\n)`;
}

/** SELECT of the measure table: the SQL's columns (no NaN, no infinity) with each subject's parameters beside them. */
export function measureSql(indicator: Indicator, columns: readonly MeasuredColumn[], overrides?: Overrides): string {
  const own = columns.map(({ name, type }) => (/^(DOUBLE|FLOAT)/u.test(type) ? `${finite(`m.${name}`)} as ${name}` : `m.${name}`));
  const parameters = Object.keys(indicator.parameters ?? {}).map((name) => `p.${name}`);
  return `${withParams(indicator, indicator.sql, overrides)}
select
  ${[...own, ...parameters].join(',\n  ')}
from measured as m
left join params as p on p.subject_no = m.subject_no`;
}

/** SELECT of one row per subject with the state, every branch, and the row of each taxpayer that counts. */
export function judgeSql(indicator: Indicator, tablesAbsent: boolean): string {
  const hits = numbered(indicator, 'hit');
  const any = (branches: readonly Numbered[]): string => (branches.length === 0 ? 'false' : branches.map((one) => `e.b${one.number}_holds`).join(' or '));
  return `with ${factsCte(indicator)},
evaluated as (
  select
    f.*,
    ${numbered(indicator).flatMap((one) => branchColumns(indicator, one)).join(',\n    ')},
    ${finite(indicator.value.column)} as measured_value
  from facts as f
),
stated as (
  select
    e.*,
    s.taxpayer_key,
    s.application_id,
    ${stateSql(indicator, tablesAbsent, any(hits), any(numbered(indicator, 'watch')))} as state
  from evaluated as e
  join feat_subject as s on s.subject_no = e.subject_no
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
),
weighed as (
  select st.*, ${weightColumns(indicator)}
  from stated as st
)${countedSql(indicator)}`;
}

/** The row of each taxpayer that counts. Few have several subjects, and ordering every wide row would cost more than judging it. */
function countedSql(indicator: Indicator): string {
  if (indicator.grain === 'taxpayer') return '\nselect w.*, true as is_counted\nfrom weighed as w';
  return `,
several as (
  select distinct o.taxpayer_key from feat_subject as o where not o.is_primary
),
placed as (
  select
    w.subject_no,
    row_number() over (
      partition by w.taxpayer_key
      order by
        case when w.state = 1 then 0 when w.state = 2 then 1 when w.state >= 20 then 2 when w.state = 0 then 3 else 4 end asc nulls last,
        w.scored_intensity desc nulls last,
        w.application_id asc nulls last
    ) as place
  from weighed as w
  join several as m on m.taxpayer_key = w.taxpayer_key
)
select w.*, coalesce(p.place = 1, true) as is_counted
from weighed as w
left join placed as p on p.subject_no = w.subject_no`;
}

/** A branch with its number in the columns b<number>_…, from 1. */
export interface Numbered {
  readonly branch: Branch;
  readonly number: number;
}

/** The branches of an indicator, or those of one outcome, numbered as written. */
export function numbered(indicator: Indicator, outcome?: Branch['outcome']): readonly Numbered[] {
  const all = indicator.branches.map((branch, index) => ({ branch, number: index + 1 }));
  return all.filter((one) => outcome === undefined || one.branch.outcome === outcome);
}

function factsCte(indicator: Indicator): string {
  const peers = indicator.peers ?? [];
  const columns = peers.flatMap((peer) => peerColumns(peer.measure, peer.percentiles).map((name) => `q_${peer.measure}.${name}`));
  const joins = peers.map((peer) => `left join ${peerTable(peer.measure)} as q_${peer.measure} on q_${peer.measure}.subject_no = m.subject_no`);
  return `facts as (
  select ${['m.*', ...columns].join(', ')}
  from ${[`${MEASURED} as m`, ...joins].join('\n  ')}
)`;
}

/** Names of the columns a peer measure adds. */
export function peerColumns(measure: string, percentiles: readonly number[]): readonly string[] {
  return [...percentiles.map((p) => `p${p}`), 'median', 'mad', 'z', 'count', 'group', 'percentile'].map((name) => `peer_${measure}_${name}`);
}

function branchColumns(indicator: Indicator, { branch, number }: Numbered): string[] {
  const value = finite(compiled(branch.value ?? indicator.value.column));
  const threshold = branch.threshold === undefined ? 'cast(null as double)' : finite(compiled(branch.threshold));
  return [
    `coalesce(cast((${compiled(branch.when)}) as boolean), false) as b${number}_holds`,
    `${value} as b${number}_value`,
    `${threshold} as b${number}_threshold`,
    `cast(${compiled(intensitySql(branch))} as decimal(9,6)) as b${number}_intensity`,
    `${yuan(mapped(branch.amount))} as b${number}_amount`,
    `${yuan(mapped(branch.stake))} as b${number}_stake`,
    `coalesce(cast((${compiled(branch.red_trigger ?? 'false')}) as boolean), false) as b${number}_red`,
  ];
}

function mapped(sql: string | undefined): string | undefined {
  return sql === undefined ? undefined : compiled(sql);
}

function stateSql(indicator: Indicator, tablesAbsent: boolean, anyHit: string, anyWatch: string): string {
  const other = indicator.applies_to === 'general' ? 'small' : 'general';
  const parameters = Object.keys(indicator.parameters ?? {}).map((name) => `e.${name} is null`);
  const peers = (indicator.peers ?? []).filter((peer) => peer.without_group !== 'skip');
  const noGroup = peers.map((peer) => `(e.${peer.column} is not null and e.peer_${peer.measure}_count is null)`);
  const flat = (indicator.peers ?? []).filter((peer) => peer.median === 'positive').map((peer) => `(e.${peer.column} is not null and e.peer_${peer.measure}_median <= 0)`);
  const arms = [
    ...(indicator.applies_to === 'any' ? [] : [`when t.vat_status_resolved = '${other}' then ${stateOf('A_STATUS')}`]),
    ...(tablesAbsent ? [`when true then ${stateOf('N_TABLE_ABSENT')}`] : []),
    ...(indicator.applies_to === 'any' ? [] : [`when coalesce(t.vat_status_resolved, 'unknown') <> '${indicator.applies_to}' then ${stateOf('N_NO_ROWS')}`]),
    `when e.not_applicable is not null then ${stateCaseSql('e.not_applicable', 'not_applicable')}`,
    ...(parameters.length === 0 ? [] : [`when ${parameters.join(' or ')} then ${stateOf('A_PERIOD')}`]),
    `when e.not_assessed is not null then ${stateCaseSql('e.not_assessed', 'not_assessed')}`,
    `when ${anyHit} then 1`,
    ...(noGroup.length === 0 ? [] : [`when ${noGroup.join(' or ')} then ${stateOf('N_PEER_SMALL')}`]),
    ...(flat.length === 0 ? [] : [`when ${flat.join(' or ')} then ${stateOf('N_DENOMINATOR')}`]),
    `when ${anyWatch} then 2`,
  ];
  return `case ${arms.join('\n      ')}\n      else 0 end`;
}

/** Which branches count in the outcome reached, the strongest of them, and the intensity that points use. */
function weightColumns(indicator: Indicator): string {
  const all = numbered(indicator);
  const counts = all.map(({ branch, number }) => `(st.state = ${branch.outcome === 'hit' ? 1 : 2} and st.b${number}_holds) as b${number}_counts`);
  const hits = numbered(indicator, 'hit');
  const scoring = hits.filter(({ branch }) => ['none', 'suspend'].includes(branch.effect));
  const strongest = (branches: readonly Numbered[]): string =>
    `greatest(${[...branches.map(({ number }) => `case when st.state = 1 and st.b${number}_holds then st.b${number}_intensity end`), 'cast(0 as decimal(9,6))'].join(', ')})`;
  const isScoring = scoring.length === 0 ? 'false' : `st.state = 1 and (${scoring.map(({ number }) => `st.b${number}_holds`).join(' or ')})`;
  const top = strongest(hits);
  const order = all.map(({ branch, number }) =>
    branch.outcome === 'hit'
      ? `when st.state = 1 and st.b${number}_holds and st.b${number}_intensity = ${top} then ${number}`
      : `when st.state = 2 and st.b${number}_holds then ${number}`,
  );
  return [
    ...counts,
    `${isScoring} as is_scoring`,
    `${strongest(scoring)} as scored_intensity`,
    `${top} as top_intensity`,
    `case ${order.join(' ')} end as strongest`,
  ].join(',\n    ');
}

/** Columns expressions and reasons may name: the SQL's own, parameters and peers. */
export function factNames(indicator: Indicator, columns: readonly MeasuredColumn[]): readonly string[] {
  const own = columns.map((column) => column.name).filter((name) => !FIXED_COLUMNS.some((fixed) => fixed === name));
  const peers = (indicator.peers ?? []).flatMap((peer) => peerColumns(peer.measure, peer.percentiles));
  return [...own, ...Object.keys(indicator.parameters ?? {}), ...peers];
}
