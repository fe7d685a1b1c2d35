import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { nearest } from '../../pipeline/shared/errors.ts';
import { PACKAGE_ROOT } from '../../pipeline/shared/package-root.ts';
import { IndicatorSchema, type IndicatorYaml } from './schema.ts';

export type YamlPath = readonly (string | number)[];

/** One YAML file: its value when it fits the schema, every fault as `file:line: what`, and where each part stands. */
export interface IndicatorFile {
  readonly value: IndicatorYaml | undefined;
  readonly faults: readonly string[];
  /** `file:line` of a part of the file, or of its nearest existing parent. */
  at(path: YamlPath): string;
}

const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile<IndicatorYaml>(IndicatorSchema);
const KEY_PLACES = keyPlaces(IndicatorSchema, 'the top level');

/** Reads and validates one indicator file. Never throws for its content: faults are returned, all at once. */
export function readIndicatorFile(path: string): IndicatorFile {
  const file = relative(PACKAGE_ROOT, path);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, merge: true });
  const at = (place: YamlPath): string => `${file}:${lines.linePos(offsetOf(document, place)).line}`;
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0] ?? ''}`);
    return { value: undefined, faults, at };
  }
  const value: unknown = document.toJS();
  if (validate(value)) return { value, faults: [], at };
  const errors = (validate.errors ?? []).filter((error) => !error.schemaPath.includes('/anyOf/'));
  return { value: undefined, faults: errors.map((error) => describe(error, at)), at };
}

function describe(error: ErrorObject, at: (place: YamlPath) => string): string {
  const path = error.instancePath.split('/').slice(1).map((part) => (/^\d+$/u.test(part) ? Number(part) : part));
  const place = path.length === 0 ? 'top level' : path.join('.');
  const extra: unknown = error.params['additionalProperty'];
  if (typeof extra === 'string') {
    const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as Record<string, unknown>);
    // In a flow map a comma ends the text, and what follows it reads as a key without a value.
    const isTornText = typeof error.data === 'object' && error.data !== null && (error.data as Record<string, unknown>)[extra] === null;
    const what = isTornText ? 'put quotes round a text that holds a comma' : advice(extra, known);
    return `${at([...path, extra])}: ${place}: unknown key ${extra}; ${what}`;
  }
  const allowed: unknown = error.params['allowedValues'];
  if (Array.isArray(allowed)) {
    const near = typeof error.data === 'string' ? nearest(error.data, allowed.map(String)) : undefined;
    const found = typeof error.data === 'string' ? `found ${error.data}, ` : '';
    return `${at(path)}: ${place}: ${found}expected one of ${allowed.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  return `${at(path)}: ${place}: ${error.keyword === 'anyOf' ? 'is not of an accepted type' : (error.message ?? 'invalid')}`;
}

function advice(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `did you mean ${near}?`;
  const elsewhere = KEY_PLACES.get(key);
  return elsewhere === undefined ? `known here are ${known.join(', ')}` : `it belongs under ${elsewhere}`;
}

function offsetOf(document: Document, path: YamlPath): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) return Number(node.range[0]);
  }
  return 0;
}

/** Where each key of the schema is at home, to help with a key that stands in the wrong place. */
function keyPlaces(schema: unknown, place: string, places = new Map<string, string>()): Map<string, string> {
  if (typeof schema !== 'object' || schema === null) return places;
  const node = schema as { properties?: Record<string, unknown>; items?: unknown; patternProperties?: Record<string, unknown> };
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    if (!places.has(key)) places.set(key, place);
    keyPlaces(child, key, places);
  }
  keyPlaces(node.items, place, places);
  for (const child of Object.values(node.patternProperties ?? {})) keyPlaces(child, place, places);
  return places;
}
