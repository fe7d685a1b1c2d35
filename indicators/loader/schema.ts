import { Type, type Static, type TProperties } from 'typebox';

/** The closed schema of `indicators/<policy>/<CODE>-<slug>.yaml`. CONTRIBUTING.md explains every key to analysts. */

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Text = Type.String({ minLength: 1 });
const Bilingual = closed({ zh: Text, en: Text });
const BilingualSteps = closed({ zh: Type.Array(Text, { minItems: 1 }), en: Type.Array(Text, { minItems: 1 }) });
const Name = Type.String({ pattern: '^[a-z][a-z0-9_]*$' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Scalar = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);

export const POLICY_FOLDERS = {
  retained_credit_refund: 'retained-credit-refund',
  deferral: 'deferral',
  six_taxes_two_fees: 'six-taxes-two-fees',
  small_scale_exemption: 'small-scale-exemption',
} as const;

export const TIERS = ['T1', 'T2', 'T3', 'T4'] as const;
export const EFFECTS = ['none', 'suspend', 'ineligible', 'recompute', 'service'] as const;
export const FAMILIES = ['eligibility', 'inflated_input', 'hidden_sales', 'false_declaration', 'false_invoicing', 'ring', 'administration'] as const;
export const CASE_KINDS = ['hit', 'clear', 'near_miss', 'not_assessed', 'not_applicable', 'watch', 'boundary'] as const;
export const REQUIRED_CASE_KINDS = ['hit', 'clear', 'near_miss', 'not_assessed'] as const;

const Parameter = closed({
  meaning: Bilingual,
  unit: Type.Enum(['ratio', 'times', 'yuan', 'count', 'days', 'months', 'text', 'flag']),
  tier: Type.Enum([...TIERS]),
  /** Oldest first; a value holds until the day before the next `from`. Without `from`: since ever. */
  values: Type.Array(
    closed({
      from: Type.Optional(Day),
      to: Type.Optional(Day),
      value: Type.Union([Type.Number(), Type.String(), Type.Boolean()]),
      source: Type.Optional(Text),
      calibration: Type.Optional(Text),
    }),
    { minItems: 1 },
  ),
});

const PeerMeasure = closed({
  measure: Name,
  column: Name,
  percentiles: Type.Array(Type.Integer({ minimum: 1, maximum: 99 }), { minItems: 1 }),
  /** What a subject becomes that has a value but no peer group, unless another branch hits. Default not_assessed. */
  without_group: Type.Optional(Type.Enum(['not_assessed', 'skip'])),
  /** `positive`: values are compared by their distance from the median, so one at or below 0 is N_DENOMINATOR. Default any. */
  median: Type.Optional(Type.Enum(['any', 'positive'])),
});

/** Exactly one of the first four. T1 and T2 branches are always `fixed: 1`, and may leave `intensity` out. */
const Intensity = closed({
  fixed: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  higher_is_worse: Type.Optional(Text),
  lower_is_worse: Type.Optional(Text),
  sql: Type.Optional(Text),
  threshold: Type.Optional(Text),
  at_most: Type.Optional(Text),
});

const Branch = closed({
  name: Name,
  outcome: Type.Enum(['hit', 'watch']),
  when: Text,
  tier: Type.Enum([...TIERS]),
  effect: Type.Enum([...EFFECTS]),
  threshold: Type.Optional(Text),
  value: Type.Optional(Text),
  intensity: Type.Optional(Intensity),
  amount: Type.Optional(Text),
  stake: Type.Optional(Text),
  red_trigger: Type.Optional(Text),
  reason: Bilingual,
});

export const EXPECTED_KEYS = {
  outcome: Type.Enum(['hit', 'watch', 'clear', 'not_assessed', 'not_applicable']),
  value: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  threshold: Type.Optional(Type.Number()),
  branch: Type.Optional(Text),
  intensity: Type.Optional(Type.Number()),
  reason_code: Type.Optional(Text),
  amount_yuan: Type.Optional(Type.Number()),
  stake_yuan: Type.Optional(Type.Number()),
  red_trigger: Type.Optional(Type.Boolean()),
  peer_count: Type.Optional(Type.Integer()),
  peer_percentile: Type.Optional(Type.Number()),
  /** Text the rendered reason must contain. */
  reason_zh: Type.Optional(Text),
  reason_en: Type.Optional(Text),
};

const Case = closed({
  name: Bilingual,
  kind: Type.Enum([...CASE_KINDS]),
  as_of: Day,
  given: Type.Record(Name, Type.Array(Type.Record(Name, Scalar))),
  parameters: Type.Optional(Type.Record(Name, Type.Union([Type.Number(), Type.String(), Type.Boolean()]))),
  expect: Type.Record(Text, closed(EXPECTED_KEYS)),
});

export const IndicatorSchema = closed({
  code: Type.String({ pattern: '^[A-Z]{2}-\\d{2}$' }),
  version: Type.Integer({ minimum: 1 }),
  /** draft: only its cases run. active: runs every night. retired: kept for the record, never run. */
  status: Type.Enum(['draft', 'active', 'retired']),
  name: Bilingual,
  question: Bilingual,
  policy: Type.Enum(['retained_credit_refund', 'deferral', 'six_taxes_two_fees', 'small_scale_exemption']),
  family: Type.Enum([...FAMILIES]),
  correlation_group: Type.Union([Type.String({ pattern: '^G\\d+$' }), Type.Null()]),
  weight: Type.Integer({ minimum: 1, maximum: 5 }),
  /** Supporting only: a hit is shown, but scores no points unless another indicator of one of these families is a hit too. */
  points_only_with: Type.Optional(Type.Array(Type.Enum([...FAMILIES]), { minItems: 1, uniqueItems: true })),
  grain: Type.Enum(['subject', 'taxpayer']),
  applies_to: Type.Enum(['general', 'small', 'any']),
  needs: Type.Array(Name, { minItems: 1 }),
  sharpens: Type.Array(Name),
  reads: Type.Array(Name, { minItems: 1 }),
  value: closed({ column: Name, unit: Type.Enum(['ratio', 'times', 'yuan', 'count', 'days', 'months', 'score']), meaning: Bilingual }),
  parameters: Type.Optional(Type.Record(Name, Parameter)),
  peers: Type.Optional(Type.Array(PeerMeasure)),
  branches: Type.Array(Branch, { minItems: 1 }),
  evidence: closed({ order: Bilingual, columns: Type.Record(Name, Bilingual) }),
  investigate: BilingualSteps,
  innocent: BilingualSteps,
  legal_basis: Type.Array(Text),
  source: Text,
  coverage: closed({
    six_watch: Type.Enum(['企业范围', '信用评级', '发票链条', '经营情况', '内部管理', '异常疑点']),
    six_guard: Type.Enum(['政策适用', '成果运用', '进销数据', '申报缴纳', '权限责任', '常态管控']),
  }),
  cases: Type.Array(Case),
});

export type IndicatorYaml = Static<typeof IndicatorSchema>;
export type Branch = IndicatorYaml['branches'][number];
export type Parameter = Static<typeof Parameter>;
export type PeerMeasure = Static<typeof PeerMeasure>;
export type Intensity = Static<typeof Intensity>;
export type IndicatorCase = IndicatorYaml['cases'][number];
export type Expected = IndicatorCase['expect'][string];
export type ParameterValue = number | string | boolean;

/** One indicator as loaded: the YAML with the two texts beside it, as written by the analyst. */
export interface Indicator extends IndicatorYaml {
  readonly slug: string;
  /** Path of the YAML file, for messages. */
  readonly file: string;
  readonly sql: string;
  readonly evidenceSql: string;
}

/** All indicators of the tree, by code. */
export type Catalogue = readonly Indicator[];

/** Values from configuration that replace those of the YAML on every day: code → parameter → value. */
export type Overrides = Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;
