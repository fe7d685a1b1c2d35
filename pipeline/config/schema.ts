import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const share = (description: string, value: number) => Type.Number({ minimum: 0, maximum: 1, default: value, description });
const count = (description: string, value: number) => Type.Integer({ minimum: 0, default: value, description });
const size = (description: string, value: string) => Type.String({ pattern: '^[0-9]+([.][0-9]+)? ?[KMGT]i?B$', default: value, description });

const cut = (color: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: `score from which a grade is ${color}` }));

const ingest = Type.Object(
  {
    id_profile: Type.Union([Type.Literal('strict'), Type.Literal('opaque')], {
      default: 'strict',
      description: 'strict: identifiers of the contract; opaque: any 1–32 characters (anonymised data)',
    }),
    excel_serial: Type.Boolean({ default: false, description: 'accept spreadsheet serial numbers as dates' }),
    total_tolerance: Type.Number({ minimum: 0, default: 0.05, description: 'yuan; W_TOTAL_MISMATCH above it' }),
    shared_book_min_rows: count('rows two books must share to be reported', 50),
    shared_book_min_share: share('share of the smaller book two books must have in common', 0.1),
    repeated_row_min_rows: count('repeated rows of one taxpayer before W_REPEATED_ROW', 20),
    repeated_row_min_share: share('share of repeated rows of one taxpayer before W_REPEATED_ROW', 0.2),
    allow_refused_files: Type.Boolean({ default: false, description: 'go on when a refused file cannot be counted' }),
  },
  { ...closed, default: {} },
);

const engine = Type.Object(
  {
    threads: Type.Integer({ minimum: 1, default: 2, description: 'threads of the engine' }),
    memory: size('memory the engine may use, for example 8GB', '4GB'),
    max_temp_directory_size: size('disk the engine may spill to', '200GB'),
  },
  { ...closed, default: {} },
);

const quality = Type.Object(
  {
    max_quarantined_share: share('publication stops (exit 4) when a table of at least min_rows has more of its rows quarantined', 0.5),
    min_rows: count('rows a table must have before the gate looks at it', 1000),
  },
  { ...closed, default: {} },
);

const scoring = Type.Object(
  {
    suspend_material_yuan: Type.Number({ minimum: 0, default: 1000, description: 'tax at stake from which a suspend hit is material' }),
    suspend_material_claim_share: share('share of the claim from which a suspend hit is material', 0.01),
    large_refund_yuan: Type.Number({ minimum: 0, default: 1_000_000, description: 'claims from here are handled at least as yellow' }),
    city_review_yuan: Type.Number({ minimum: 0, default: 10_000_000, description: 'claims from here go to the city' }),
    large_refund_district_share: share('the largest claims of a district that count as large refunds', 0.05),
    damping: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'share at which the weaker hits of a correlation group count' })),
    cuts: Type.Optional(Type.Object({ red: cut('red'), orange: cut('orange'), yellow: cut('yellow'), blue: cut('blue') }, { ...closed, description: 'scores from which a colour begins' })),
    family_caps: Type.Optional(Type.Record(Type.String(), Type.Number({ minimum: 0 }), { description: 'most points of a family' })),
    expected_share: Type.Optional(
      Type.Object(
        Object.fromEntries(['red', 'orange', 'yellow', 'blue', 'none'].map((color) => [color, Type.Optional(Type.Number({ minimum: 0, maximum: 1 }))])),
        { ...closed, description: 'share of the money of a claim of each colour that is expected to be wrong' },
      ),
    ),
    weights: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 5 }), { default: {}, description: 'weights that replace those of the catalogue: CODE → 0–5' }),
  },
  { ...closed, default: {} },
);

// Set in November 2026 on simulated provinces, before a real one was seen: a person who accepts or misses an alarm should move them.
const drift = Type.Object(
  {
    gate: Type.Union([Type.Literal('on'), Type.Literal('off')], {
      default: 'on',
      description: 'on: a night that differs from the published one by more than the limits is not published (exit 4); off: it is, and the manifest says so',
    }),
    minimum_taxpayers: count('taxpayers both nights must have before a distribution is judged', 1000),
    minimum_cases: count('claims, or taxpayers an indicator applies to, before their shares are judged', 30),
    psi_watch: Type.Number({ minimum: 0, default: 0.1, description: 'stability index of the scores to be watched from (customary in credit scoring)' }),
    psi_stop: Type.Number({ minimum: 0, default: 0.25, description: 'stability index of all scores that stops publication (customary in credit scoring)' }),
    maximum_level_share_ratio: Type.Number({ minimum: 1, default: 2, description: 'publication stops when the share of a level grows beyond this many times the former share' }),
    minimum_level_share_change: share('… and by more than this share of the taxpayers; also what a share must change by to be watched', 0.01),
    not_assessed_stop: share('publication stops when an indicator is not assessed for this much more of the taxpayers it applies to: a table failed to come', 0.2),
    hit_rate_watch: share('change of the hit rate of an indicator to be watched from', 0.02),
    watch_z: Type.Number({ minimum: 0, default: 3.29, description: 'two-proportion z a change must reach to be watched; 3.29: one in a thousand by chance' }),
    maximum_unexplained_red: share('red among scored claimants without a ring, above which the cuts are to be looked at', 0.005),
    maximum_unexplained_orange: share('orange among scored claimants without a ring, above which the cuts are to be looked at', 0.02),
  },
  { ...closed, default: {} },
);

const run = Type.Object(
  {
    keep_work: Type.Boolean({ default: true, description: 'keep the work database of the newest published run: what-if and calibration start from it' }),
    seed: Type.Integer({ default: 42, description: 'seed of everything that draws samples' }),
  },
  { ...closed, default: {} },
);

/** The whole configuration: defaults stand in the schema, unknown keys are errors. */
export const ConfigSchema = Type.Object(
  {
    ingest,
    engine,
    quality,
    scoring,
    drift,
    run,
    indicators: Type.Record(
      Type.String(),
      Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
      { default: {}, description: 'overrides of indicator parameters: CODE → name → value' },
    ),
  },
  closed,
);

export type Config = Static<typeof ConfigSchema>;
