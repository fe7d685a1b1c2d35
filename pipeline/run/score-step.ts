import { parameterInForce, parameterVersion } from '../../indicators/loader/parameters.ts';
import type { Indicator } from '../../indicators/loader/schema.ts';
import { columnCode, runScore } from '../../models/score/run-score.ts';
import { loadScoringRules, rulesInForce, withWeights } from '../../models/score/scoring-rules.ts';
import type { Config } from '../config/schema.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { buildCatalogue } from '../snapshot/build-catalogue.ts';
import type { SnapshotCatalogue } from '../snapshot/catalogue.ts';
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
    return `(${[one.code, one.family, one.policy, parameterVersion(one, config.indicators)].map(sqlText).join(', ')}, ${group}, ${one.weight})`;
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
      Object.fromEntries(Object.entries(parameters ?? {}).map(([name, parameter]) => [name, parameterInForce(parameter, asOf, config.indicators[code]?.[name]).value])),
    ]),
  );
}

/** The rules of scoring in force, for the manifest. */
export async function scoringInForce({ indicators, config }: Judging): Promise<object> {
  return rulesInForce(indicators, await loadScoringRules(config.scoring));
}

/** The catalogue as it judged this night. */
export async function catalogueInForce({ indicators, config }: Judging, asOf: string): Promise<SnapshotCatalogue> {
  return buildCatalogue({ indicators, overrides: config.indicators, rules: await loadScoringRules(config.scoring), asOf });
}
