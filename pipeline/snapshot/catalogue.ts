import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static, type TProperties } from 'typebox';
import { nearest, VatRiskError } from '../shared/errors.ts';
import type { SnapshotPlace } from './open-snapshot.ts';

/** Name of the file in a snapshot that explains its indicators, with the parameters and evidence queries of its night. */
export const CATALOGUE_FILE = 'catalogue.json';

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Text = Type.String({ minLength: 1 });
const Code = Type.String({ pattern: '^[A-Z]{2}-\\d{2}$' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const WordsSchema = closed({ zh: Text, en: Text });
const StepsSchema = closed({ zh: Type.Array(Text), en: Type.Array(Text) });
const WordsByCodeSchema = Type.Record(Type.String(), WordsSchema);
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const ParameterSchema = closed({
  name: Text,
  meaning: WordsSchema,
  unit: Text,
  tier: Text,
  /** On the as-of day; null while none is in force. A claim is judged by the values of its own day: the evidence query holds them all. */
  value: Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
  /** Where the value is taken from; null when it was calibrated or configured. */
  source: orNull(Text),
  calibration: orNull(Text),
  from: orNull(Day),
  to: orNull(Day),
  /** The configuration of the run replaces the dated values. */
  overridden: Type.Boolean(),
});

const BranchSchema = closed({
  name: Text,
  outcome: Type.Enum(['hit', 'watch']),
  when: Text,
  threshold: orNull(Text),
  tier: Text,
  effect: Text,
  /** Texts with places for values, {column:format}. */
  reason: WordsSchema,
});

const EvidenceSchema = closed({
  order: WordsSchema,
  /** Columns in the order of the query, after subject_no and evidence_rank. */
  columns: Type.Array(closed({ name: Text, title: WordsSchema }), { minItems: 1 }),
  /** At most 200 rows per subject, from the files in evidence/; $taxpayer_key stands in it once, for the key in `taxpayers`. */
  sql: Text,
});

/** One indicator as it judged the night of a snapshot. */
export const CatalogueEntrySchema = closed({
  code: Code,
  version: Type.Integer({ minimum: 1 }),
  status: Text,
  name: WordsSchema,
  question: WordsSchema,
  policy: Text,
  family: Text,
  /** Of a family about the office itself: for internal supervision. Whether a single finding is, says `supervision` in the results. */
  supervision: Type.Boolean(),
  correlation_group: orNull(Text),
  weight: Type.Integer({ minimum: 0 }),
  /** Families of which another indicator must be a hit before this one gives points; empty: it needs none. */
  points_only_with: Type.Array(Text),
  grain: Text,
  applies_to: Text,
  needs: Type.Array(Text),
  sharpens: Type.Array(Text),
  value: closed({ unit: Text, meaning: WordsSchema }),
  parameters: Type.Array(ParameterSchema),
  peers: Type.Array(closed({ measure: Text, percentiles: Type.Array(Type.Integer()) })),
  branches: Type.Array(BranchSchema, { minItems: 1 }),
  investigate: StepsSchema,
  innocent: StepsSchema,
  legal_basis: Type.Array(Text),
  source: Text,
  coverage: closed({ six_watch: Text, six_guard: Text }),
  /** As in indicator_results: equal means judged alike. */
  parameter_version: Text,
  sql_sha256: Sha256,
  evidence: EvidenceSchema,
});

const StateSchema = closed({ state: Type.Integer(), outcome: Text, reason_code: Type.String(), words: WordsSchema });

/** The whole file: what a night knew of its indicators, and the words of every code in its results. */
export const CatalogueSchema = closed({
  format: Type.Literal(1),
  as_of: Day,
  words: closed({
    policies: WordsByCodeSchema, families: WordsByCodeSchema, tiers: WordsByCodeSchema, effects: WordsByCodeSchema, units: WordsByCodeSchema,
    grains: WordsByCodeSchema, applies_to: WordsByCodeSchema, outcomes: WordsByCodeSchema, levels: WordsByCodeSchema, colors: WordsByCodeSchema,
    color_rules: WordsByCodeSchema, flags: WordsByCodeSchema, lanes: WordsByCodeSchema, claim_marks: WordsByCodeSchema,
  }),
  states: Type.Array(StateSchema),
  indicators: Type.Array(CatalogueEntrySchema),
});

export type SnapshotCatalogue = Static<typeof CatalogueSchema>;
export type CatalogueEntry = Static<typeof CatalogueEntrySchema>;
export type CatalogueParameter = CatalogueEntry['parameters'][number];

/**
 * The catalogue of a snapshot's own night. Throws SNAPSHOT_OLD when its version kept none, or in a form this version does not read, and
 * SNAPSHOT_MISSING when the file is gone or is not the one its manifest lists.
 */
export function readCatalogue({ runId, folder, manifest }: Pick<SnapshotPlace, 'runId' | 'folder' | 'manifest'>): SnapshotCatalogue {
  const listed = manifest.catalogue;
  if (listed === undefined) throw new VatRiskError('SNAPSHOT_OLD', `Snapshot ${runId} was published by a version that kept no catalogue; run the night again to explain its indicators.`);
  const path = join(folder, listed.file);
  const text = existsSync(path) ? readFileSync(path) : undefined;
  if (text === undefined || createHash('sha256').update(text).digest('hex') !== listed.sha256) {
    const found = text === undefined ? 'is gone' : 'is not the one its manifest lists (SHA-256 differs)';
    throw new VatRiskError('SNAPSHOT_MISSING', `${listed.file} of snapshot ${runId} ${found}; put the folder back from a copy, or run the night again.`);
  }
  const catalogue = JSON.parse(text.toString('utf8')) as SnapshotCatalogue;
  if (catalogue.format === 1) return catalogue;
  throw new VatRiskError('SNAPSHOT_OLD', `The catalogue of snapshot ${runId} has format ${String(catalogue.format)}, this version reads format 1; read it with the version that published it.`);
}

/** One indicator of a catalogue. Throws INDICATOR_UNKNOWN naming the nearest code. */
export function catalogueEntry(catalogue: SnapshotCatalogue, code: string): CatalogueEntry {
  const found = catalogue.indicators.find((entry) => entry.code === code.toUpperCase());
  if (found !== undefined) return found;
  const near = nearest(code.toUpperCase(), catalogue.indicators.map((entry) => entry.code));
  throw new VatRiskError('INDICATOR_UNKNOWN', `There is no indicator ${code}${near === undefined ? '' : `; did you mean ${near}?`}`);
}
