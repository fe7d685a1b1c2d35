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
