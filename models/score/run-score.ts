import { readFile } from 'node:fs/promises';
import type { Config } from '../../pipeline/config/schema.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { compileSql } from '../../pipeline/engine/templates.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { clauseRuleSql, type ConditionSource } from '../grade/clauses.ts';
import { writeGroupLeaders } from './group-leaders.ts';
import { loadScoringRules, type ScoredIndicator, type ScoringRules } from './scoring-rules.ts';

const STEPS = [
  ['peer_assigned', 'peers', 'peer-assigned.sql'],
  ['score_item', 'score', 'score-item.sql'],
  ['score_hit', 'score', 'score-hit.sql'],
  ['score_contribution', 'score', 'score-contribution.sql'],
  ['score_scope', 'score', 'score-scope.sql'],
  ['score_bar', 'score', 'score-bar.sql'],
  ['grade_taxpayer', 'grade', 'grade-taxpayer.sql'],
  ['claim_fact', 'grade', 'claim-fact.sql'],
  ['grade_claim', 'grade', 'grade-claim.sql'],
  ['unmet_condition', 'grade', 'unmet-condition.sql'],
] as const;

/**
 * Scores and grades everything the indicators found: tables `indicator_matrix`, `outcome_coverage`, `score_item`,
 * `score_contribution`, `score_scope`, `score_bar`, `grade_taxpayer`, `claim_fact`, `grade_claim`, `unmet_condition`. Reads `indicator_outcome`, `indicator_catalogue`,
 * one `matrix_<code>` per indicator, and the features. Rules: scoring.yaml and the configuration's `scoring` section.
 */
export async function runScore(engine: Engine, indicators: readonly (ScoredIndicator & ConditionSource)[], settings: Config['scoring']): Promise<void> {
  const scoring = await loadScoringRules(settings);
  await loadRules(engine, scoring, settings);
  await engine.exec(`create or replace table clause_rule as ${clauseRuleSql(indicators)}`);
  await engine.exec(supportTable(indicators));
  await engine.exec(`create or replace table indicator_matrix as ${matrixSql(indicators.map(({ code }) => code))}`);
  await engine.exec(`create or replace table outcome_coverage as ${coverageSql(indicators, scoring.fast_lane.assessed)}`);
  const texts = await scoreTexts();
  for (const [at, [table]] of STEPS.entries()) {
    await engine.exec(`create or replace table ${table} as ${compileSql(texts[at] ?? '')}`);
    if (table === 'score_hit') await writeGroupLeaders(engine, scoring);
  }
}

/** The SQL of scoring and grading as written, in order: what it reads must have been built before. */
export async function scoreTexts(): Promise<readonly string[]> {
  return Promise.all(STEPS.map(([, room, file]) => readFile(packagePath('models', room, file), 'utf8')));
}

/** Name of an indicator's columns: the hyphen of the code becomes an underscore. */
export function columnCode(code: string): string {
  return code.replaceAll('-', '_');
}

async function loadRules(engine: Engine, scoring: ScoringRules, settings: Config['scoring']): Promise<void> {
  const numbers: Record<string, number> = {
    points_per_weight: scoring.points_per_weight,
    damping: scoring.damping,
    score_cap: scoring.score_cap,
    cut_red: scoring.cuts.red,
    cut_orange: scoring.cuts.orange,
    cut_yellow: scoring.cuts.yellow,
    cut_blue: scoring.cuts.blue,
    red_pair_hits: scoring.red_pair.hits,
    red_pair_weight: scoring.red_pair.weight,
    coverage_insufficient: scoring.coverage.insufficient,
    coverage_limited: scoring.coverage.limited,
    minimum_assessed: scoring.coverage.minimum_assessed,
    fast_lane_coverage: scoring.coverage.fast_lane,
    minimum_months: scoring.fast_lane.minimum_months,
    minimum_earlier_claims: scoring.fast_lane.minimum_earlier_claims,
    minimum_stable_supply: scoring.fast_lane.minimum_stable_supply,
    suspend_material_yuan: settings.suspend_material_yuan,
    suspend_material_claim_share: settings.suspend_material_claim_share,
    large_refund_yuan: settings.large_refund_yuan,
    city_review_yuan: settings.city_review_yuan,
    large_refund_district_share: settings.large_refund_district_share,
  };
  const columns = Object.entries(numbers).map(([name, value]) => `cast(${value} as double) as ${name}`);
  columns.push(`${sqlText(scoring.red_pair.tier)} as red_pair_tier`, `${sqlText(scoring.fast_lane.rating)} as fast_lane_rating`);
  await engine.exec(`create or replace table scoring_rule as select ${columns.join(', ')}`);
  const caps = Object.entries(scoring.family_caps).map(([family, cap]) => `(${sqlText(family)}, cast(${cap} as double))`);
  await engine.exec(`create or replace table family_cap as select * from (values ${caps.join(', ')}) as c(family, cap)`);
  const shares = Object.entries(scoring.expected_share).map(([color, share]) => `(${sqlText(color)}, cast(${share} as double))`);
  await engine.exec(`create or replace table color_share as select * from (values ${shares.join(', ')}) as c(color, expected_share)`);
  await engine.exec(listTable('authority_family', 'family', scoring.authority_families));
  await engine.exec(listTable('red_pair_family', 'family', scoring.red_pair.families));
  await engine.exec(listTable('cautious_status', 'status', scoring.cautious_status));
}

/** support_family(code, family): a supporting indicator scores only beside a hit of another indicator of one of its families. */
function supportTable(indicators: readonly ScoredIndicator[]): string {
  const rows = indicators.flatMap(({ code, points_only_with: families = [] }) => families.map((family) => `(${sqlText(code)}, ${sqlText(family)})`));
  const none = 'select cast(null as varchar) as code, cast(null as varchar) as family where false';
  return `create or replace table support_family as ${rows.length === 0 ? none : `select * from (values ${rows.join(', ')}) as s(code, family)`}`;
}

function listTable(table: string, column: string, values: readonly string[]): string {
  return `create or replace table ${table} as select * from (values ${values.map((value) => `(${sqlText(value)})`).join(', ')}) as v(${column})`;
}

function matrixSql(codes: readonly string[]): string {
  const columns = codes.flatMap((code) => {
    const name = columnCode(code);
    return [`${name}.value as ${name}_value`, `${name}.state as ${name}_state`];
  });
  const joins = codes.map((code) => `left join matrix_${columnCode(code)} as ${columnCode(code)} on ${columnCode(code)}.taxpayer_key = t.taxpayer_key`);
  return `select ${['t.taxpayer_key', ...columns].join(', ')} from feat_taxpayer as t ${joins.join(' ')}`;
}

/** hit and clear (states below 10) are assessed; not applicable (10–19) leaves both sides of coverage. */
function coverageSql(indicators: readonly ScoredIndicator[], needed: readonly string[]): string {
  const sum = (weightOf: (indicator: ScoredIndicator) => number, test: string) =>
    ['0', ...indicators.map((one) => `case when ${columnCode(one.code)}_state ${test} then ${weightOf(one)} else 0 end`)].join(' + ');
  const known = indicators.filter(({ code }) => needed.includes(code));
  const all = ['true', ...known.map(({ code }) => `${columnCode(code)}_state < 10`)].join(' and ');
  const applies = '< 10 or';
  const applicable = (weightOf: (indicator: ScoredIndicator) => number) =>
    ['0', ...indicators.map((one) => `case when ${columnCode(one.code)}_state ${applies} ${columnCode(one.code)}_state >= 20 then ${weightOf(one)} else 0 end`)].join(' + ');
  return `select taxpayer_key, ${sum(() => 1, '< 10')} as assessed, ${applicable(() => 1)} as applicable,
    ${sum(({ weight }) => weight, '< 10')} as assessed_weight, ${applicable(({ weight }) => weight)} as applicable_weight,
    ${known.length === needed.length ? all : 'false'} as fast_lane_assessed
    from indicator_matrix`;
}
