import { createHash } from 'node:crypto';
import { valueOn } from '../../indicators/loader/parameters.ts';
import type { Indicator } from '../../indicators/loader/schema.ts';
import { columnCode, runScore } from '../../models/score/run-score.ts';
import { loadScoringRules, rulesInForce, withWeights } from '../../models/score/scoring-rules.ts';
import type { Config } from '../config/schema.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { checkInvariants, snapshotInvariants } from '../snapshot/invariants.ts';

/** What judging and scoring hang on beside the tables. */
export interface Judging {
  readonly indicators: readonly Indicator[];
  readonly config: Config;
}

/** Scores and grades what the indicators found and checks that the results do not contradict themselves. */
export async function scoreAll(engine: Engine, { indicators, config }: Judging): Promise<void> {
  const weighted = withWeights(indicators, await loadScoringRules(config.scoring));
  const catalogue = weighted.map((one) => {
    const group = one.correlation_group === null ? 'null' : sqlText(one.correlation_group);
    return `(${[one.code, one.family, one.policy, parameterVersion(one, config)].map(sqlText).join(', ')}, ${group}, ${one.weight})`;
  });
  await engine.exec(`create or replace table indicator_catalogue as
    select * from (values ${catalogue.join(', ')}) as c(code, family, policy, parameter_version, correlation_group, weight)`);
  await runScore(engine, weighted, config.scoring);
  await checkInvariants(engine, snapshotInvariants(indicators.map(({ code }) => columnCode(code))));
}

/** Every parameter in force on the as-of day, by indicator, with the overrides of the configuration applied. */
export function parametersInForce({ indicators, config }: Judging, asOf: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    indicators.map(({ code, parameters }) => [
      code,
      Object.fromEntries(Object.entries(parameters ?? {}).map(([name, parameter]) => [name, config.indicators[code]?.[name] ?? valueOn(parameter, asOf) ?? null])),
    ]),
  );
}

/** The rules of scoring in force, for the manifest. */
export async function scoringInForce({ indicators, config }: Judging): Promise<object> {
  return rulesInForce(indicators, await loadScoringRules(config.scoring));
}

/** Version of the indicator and a short hash of its dated parameters with the overrides of this run: equal means judged alike. */
function parameterVersion(indicator: Indicator, config: Config): string {
  const inForce = JSON.stringify([indicator.parameters ?? {}, config.indicators[indicator.code] ?? {}]);
  return `${indicator.version}-${createHash('sha256').update(inForce).digest('hex').slice(0, 8)}`;
}
