import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openEvidenceSql } from '../../indicators/loader/evidence.ts';
import { logicHash } from '../../indicators/loader/lock.ts';
import { parameterInForce, parameterVersion } from '../../indicators/loader/parameters.ts';
import { EFFECTS, TIERS, type Indicator, type Overrides } from '../../indicators/loader/schema.ts';
import { STATES, stateWords } from '../../indicators/loader/states.ts';
import { word } from '../../indicators/loader/words.ts';
import { withWeights, type ScoringRules } from '../../models/score/scoring-rules.ts';
import { CLAIM_MARK_WORDS, COLOR_RULE_WORDS, COLOR_WORDS, FLAG_WORDS, LANE_WORDS, LEVEL_WORDS } from '../shared/grade-words.ts';
import { FAMILY_WORDS, OUTCOME_WORDS, POLICY_WORDS } from '../shared/indicator-words.ts';
import { CATALOGUE_FILE, type CatalogueEntry, type SnapshotCatalogue } from './catalogue.ts';
import { replaceFile } from './durable.ts';
import type { SnapshotFile } from './write-snapshot.ts';

/** What judged a night. */
export interface CatalogueParts {
  readonly indicators: readonly Indicator[];
  /** Parameters that the configuration replaces. */
  readonly overrides: Overrides;
  readonly rules: Pick<ScoringRules, 'weights' | 'authority_families'>;
  readonly asOf: string;
}

const UNITS = ['ratio', 'times', 'yuan', 'count', 'days', 'months', 'score', 'text', 'flag'];

/** The catalogue as it judged a night, in code order: equal parts give equal bytes. */
export function buildCatalogue(parts: CatalogueParts): SnapshotCatalogue {
  const weights = new Map(withWeights(parts.indicators, parts.rules).map(({ code, weight }) => [code, weight]));
  const indicators = [...parts.indicators].sort((a, b) => (a.code < b.code ? -1 : 1));
  return {
    format: 1,
    as_of: parts.asOf,
    words: {
      policies: POLICY_WORDS, families: FAMILY_WORDS, tiers: wordsOf(TIERS), effects: wordsOf(EFFECTS), units: wordsOf(UNITS),
      grains: wordsOf(['subject', 'taxpayer']), applies_to: wordsOf(['general', 'small', 'any']), outcomes: OUTCOME_WORDS, levels: LEVEL_WORDS, colors: COLOR_WORDS,
      color_rules: COLOR_RULE_WORDS, flags: FLAG_WORDS, lanes: LANE_WORDS, claim_marks: CLAIM_MARK_WORDS,
    },
    states: STATES.map((row) => ({ state: row.state, outcome: row.outcome, reason_code: row.reasonCode ?? '', words: stateWords(row) })),
    indicators: indicators.map((indicator) => ({ ...entryOf(indicator, parts), weight: weights.get(indicator.code) ?? indicator.weight })),
  };
}

/** Writes the catalogue beside the files of a night, whole or not at all, and says what was written; rows are its indicators. */
export function writeCatalogue(folder: string, catalogue: SnapshotCatalogue): SnapshotFile {
  const text = `${JSON.stringify(catalogue, null, 2)}\n`;
  replaceFile(join(folder, CATALOGUE_FILE), text);
  return { file: CATALOGUE_FILE, rows: catalogue.indicators.length, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}

function wordsOf(codes: readonly string[]): SnapshotCatalogue['words']['tiers'] {
  return Object.fromEntries(codes.map((code) => [code, { zh: word(code, 'zh'), en: word(code, 'en') }]));
}

function entryOf(indicator: Indicator, { overrides, rules, asOf }: CatalogueParts): CatalogueEntry {
  const { code, version, status, name, question, policy, family, correlation_group, weight, points_only_with, grain, applies_to, needs, sharpens, value } = indicator;
  const { investigate, innocent, legal_basis, source, coverage } = indicator;
  return {
    code, version, status, name, question, policy, family,
    supervision: rules.authority_families.includes(family),
    correlation_group, weight,
    points_only_with: points_only_with ?? [],
    grain, applies_to, needs, sharpens,
    value: { unit: value.unit, meaning: value.meaning },
    ...judgingOf(indicator, overrides, asOf),
    investigate, innocent, legal_basis, source, coverage,
    parameter_version: parameterVersion(indicator, overrides),
    sql_sha256: logicHash(indicator),
    evidence: evidenceOf(indicator, overrides),
  };
}

function judgingOf({ code, parameters, peers, branches }: Indicator, overrides: Overrides, asOf: string): Pick<CatalogueEntry, 'parameters' | 'peers' | 'branches'> {
  return {
    parameters: Object.entries(parameters ?? {}).map(([name, parameter]) => ({
      name, meaning: parameter.meaning, unit: parameter.unit, tier: parameter.tier, ...parameterInForce(parameter, asOf, overrides[code]?.[name]),
    })),
    peers: (peers ?? []).map(({ measure, percentiles }) => ({ measure, percentiles })),
    branches: branches.map(({ name, outcome, when, threshold, tier, effect, reason }) => ({ name, outcome, when, threshold: threshold ?? null, tier, effect, reason })),
  };
}

function evidenceOf(indicator: Indicator, overrides: Overrides): CatalogueEntry['evidence'] {
  const { order, columns } = indicator.evidence;
  return { order, columns: Object.entries(columns).map(([name, title]) => ({ name, title })), sql: openEvidenceSql(indicator, overrides) };
}
