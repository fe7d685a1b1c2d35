import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { parseDocument } from 'yaml';
import { nearest } from '../shared/errors.ts';
import { PACKAGE_ROOT } from '../shared/package-root.ts';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });

/** Either the value of a YAML file, known to fit the schema, or what is wrong with it, each fault with file and place. */
export type YamlResult<T> = { readonly value: T; readonly faults: readonly [] } | { readonly value: undefined; readonly faults: readonly string[] };

/** Reads one YAML file against a closed schema. Unknown keys are faults that name the nearest known key. */
export function readYaml<S extends TSchema>(path: string, schema: S): YamlResult<Static<S>> {
  const file = relative(PACKAGE_ROOT, path);
  const document = parseDocument(readFileSync(path, 'utf8'));
  if (document.errors.length > 0) {
    return { value: undefined, faults: document.errors.map((error) => `${file}: ${error.message.split('\n')[0] ?? 'not readable as YAML'}`) };
  }
  const value: unknown = document.toJS();
  const validate = ajv.compile<Static<S>>(schema);
  if (validate(value)) return { value, faults: [] };
  return { value: undefined, faults: (validate.errors ?? []).map((error) => `${file}: ${describeFault(error)}`) };
}

function describeFault(error: ErrorObject): string {
  const place = error.instancePath === '' ? 'top level' : error.instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = error.params['additionalProperty'];
  if (error.keyword === 'additionalProperties' && typeof extra === 'string') {
    const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as Record<string, unknown>);
    const near = nearest(extra, known);
    return `${place}: unknown key ${extra}${near === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${near}?`}`;
  }
  const allowed: unknown = error.params['allowedValues'];
  return `${place}: ${error.message ?? 'invalid'}${Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''}`;
}
