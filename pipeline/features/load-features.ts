import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { readYaml } from '../contract/read-yaml.ts';
import { lintPortableSql } from '../engine/portable-sql-lint.ts';
import { compileSql } from '../engine/templates.ts';
import { VatRiskError } from '../shared/errors.ts';
import { packagePath } from '../shared/package-root.ts';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });

/** Shape of one `feat_<name>.yaml`, or `ring_<name>.yaml` for facts that lean on the graph (models/rings). */
export const FeatureSchema = Type.Object(
  {
    table: Type.String({ pattern: '^(?:feat|ring)_[a-z0-9_]+$' }),
    /** What one row stands for, in words. */
    grain: Text,
    key: Type.Array(Text, { minItems: 1 }),
    columns: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), Type.Object({ unit: Text, meaning: Text }, closed)),
    /** SELECTs that return the rows that break a rule; none is right. That the key is unique is tested without being written here. */
    identities: Type.Optional(Type.Array(Type.Object({ name: Type.String({ pattern: '^[a-z0-9-]+$' }), meaning: Text, sql: Text }, closed))),
  },
  closed,
);
export type FeatureDescription = Static<typeof FeatureSchema>;

export interface Feature extends FeatureDescription {
  /** As written, with templates. */
  readonly text: string;
  /** Ready for the engine. */
  readonly sql: string;
}

/**
 * Reads every feature: SQL and YAML of one name, linted and compiled, sorted by table. Throws SQL_NOT_PORTABLE when a text is not
 * portable and CONTRACT_INVALID for everything else, all offenders at once.
 */
export function loadFeatures(folder: string = packagePath('pipeline', 'features')): readonly Feature[] {
  const files = readdirSync(folder).sort();
  const names = [...new Set(files.filter((file) => /^(?:feat|ring)_.*\.(sql|yaml)$/u.test(file)).map((file) => file.replace(/\.(sql|yaml)$/u, '')))];
  const faults: string[] = [];
  const unportable: string[] = [];
  const features: Feature[] = [];
  for (const name of names) {
    const missing = ['sql', 'yaml'].filter((ending) => !files.includes(`${name}.${ending}`));
    if (missing.length > 0) {
      faults.push(`${name}: there is no ${name}.${missing.join(` and no ${name}.`)}`);
      continue;
    }
    const text = readFileSync(join(folder, `${name}.sql`), 'utf8');
    unportable.push(...lintPortableSql(text, { kind: 'select' }).map(({ line, rule, message }) => `${name}.sql:${line}: ${rule}: ${message}`));
    const read = readYaml(join(folder, `${name}.yaml`), FeatureSchema);
    faults.push(...read.faults);
    if (read.value === undefined) continue;
    if (read.value.table !== name) faults.push(`${name}.yaml: table is ${read.value.table}; file and table must have one name`);
    features.push({ ...read.value, text, sql: compileSql(text) });
  }
  if (unportable.length > 0) throw new VatRiskError('SQL_NOT_PORTABLE', `${unportable.length} place(s) of feature SQL run on one engine only`, { details: unportable });
  if (faults.length > 0) throw new VatRiskError('CONTRACT_INVALID', `the features have ${faults.length} fault(s)`, { details: faults });
  return features;
}
