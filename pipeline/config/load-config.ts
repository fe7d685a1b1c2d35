import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import { nearest, VatRiskError } from '../shared/errors.ts';
import { ConfigSchema, type Config } from './schema.ts';
import { ServeSchema, type ServeSettings } from './serve-schema.ts';

// One file for the whole product; the section `serve` changes no result, so a run checks it and leaves it out.
type WholeConfig = Config & { serve: ServeSettings };
const WholeSchema = { ...ConfigSchema, properties: { ...ConfigSchema.properties, serve: ServeSchema } };
const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true }).compile<WholeConfig>(WholeSchema);

export interface ConfigSources {
  /** A YAML file; its keys override the defaults. */
  readonly file?: string;
  /** A file of parameters (sections indicators, scoring, and evidence, which is for readers); it overrides the file. */
  readonly parameters?: string;
  /** KEY=VALUE pairs with dotted keys; they override the files. */
  readonly sets?: readonly string[];
}

/** Defaults, then file, then parameter file, then `--set` pairs. Throws CONFIG_INVALID with every fault at once. */
export async function loadConfig(sources: ConfigSources = {}): Promise<Config> {
  return withoutServe(await loadWhole(sources));
}

/** Section `serve` of the same sources, with its defaults. Throws CONFIG_INVALID with every fault at once. */
export async function loadServeSettings(sources: ConfigSources = {}): Promise<ServeSettings> {
  return (await loadWhole(sources)).serve;
}

async function loadWhole(sources: ConfigSources): Promise<WholeConfig> {
  const tree = sources.file === undefined ? {} : await readTree(sources.file);
  if (sources.parameters !== undefined) mergeInto(tree, await readParameters(sources.parameters));
  for (const pair of sources.sets ?? []) applySet(tree, pair);
  return validated(tree);
}

/** A configuration with parameters and `--set` pairs put over it. Throws CONFIG_INVALID with every fault at once. */
export async function changeConfig(base: Config, sources: Omit<ConfigSources, 'file'>): Promise<Config> {
  const tree = structuredClone(base) as Record<string, unknown>;
  if (sources.parameters !== undefined) mergeInto(tree, await readParameters(sources.parameters));
  for (const pair of sources.sets ?? []) applySet(tree, pair);
  return withoutServe(validated(tree));
}

function withoutServe(whole: WholeConfig): Config {
  const config: Partial<WholeConfig> = { ...whole };
  delete config.serve;
  return config as Config;
}

function validated(tree: Record<string, unknown>): WholeConfig {
  if (!validate(tree)) {
    throw new VatRiskError('CONFIG_INVALID', 'The configuration holds values that are not understood; correct them.', {
      details: (validate.errors ?? []).map(describeFault),
    });
  }
  return tree;
}

async function readTree(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new VatRiskError('CONFIG_INVALID', `The configuration file ${file} cannot be read; name an existing file.`, { cause });
  }
  const tree = readYaml(text, file) ?? {};
  if (!isTree(tree)) throw new VatRiskError('CONFIG_INVALID', `${file} holds no mapping; expected sections such as "ingest:".`);
  return tree;
}

const PARAMETER_SECTIONS = ['indicators', 'scoring', 'evidence'];

/** What a parameter file changes: thresholds by indicator, and scoring. */
async function readParameters(file: string): Promise<Record<string, unknown>> {
  const tree = await readTree(file);
  const faults = Object.keys(tree).filter((key) => !PARAMETER_SECTIONS.includes(key)).map((key) => {
    const hint = nearest(key, PARAMETER_SECTIONS);
    return `${key}: no section of a parameter file${hint === undefined ? '' : `; did you mean ${hint}?`}`;
  });
  if (faults.length > 0) throw new VatRiskError('CONFIG_INVALID', `${file} may hold ${PARAMETER_SECTIONS.join(', ')} and nothing else.`, { details: faults });
  return Object.fromEntries(Object.entries(tree).filter(([key]) => key !== 'evidence'));
}

function mergeInto(tree: Record<string, unknown>, changes: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(changes)) {
    const present = tree[key];
    if (isTree(value) && isTree(present)) mergeInto(present, value);
    else if (isTree(value)) tree[key] = structuredClone(value);
    else tree[key] = value;
  }
}

function applySet(tree: Record<string, unknown>, pair: string): void {
  const at = pair.indexOf('=');
  if (at < 1) throw new VatRiskError('USAGE', `--set ${pair}: expected KEY=VALUE, for example ingest.id_profile=opaque.`);
  const keys = pair.slice(0, at).split('.');
  if (keys.includes('__proto__')) throw new VatRiskError('USAGE', `--set ${pair}: no such key.`);
  const last = keys.pop() ?? '';
  let branch = tree;
  for (const key of keys) {
    const next = branch[key];
    const inner = isTree(next) ? next : {};
    branch[key] = inner;
    branch = inner;
  }
  branch[last] = readYaml(pair.slice(at + 1), `--set ${pair.slice(0, at)}`);
}

function readYaml(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new VatRiskError('CONFIG_INVALID', `${where} is not YAML: ${cause instanceof Error ? cause.message : ''}. Correct it.`, { cause });
  }
}

function describeFault(fault: ErrorObject): string {
  const where = fault.instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = fault.params['additionalProperty'];
  if (typeof extra !== 'string') return `${where}: ${fault.message ?? 'not valid'}`;
  const hint = nearest(extra, Object.keys((fault.parentSchema?.['properties'] as object | undefined) ?? knownKeys(where)));
  return `${where === '' ? '' : `${where}.`}${extra}: unknown key${hint === undefined ? '' : `; did you mean ${hint}?`}`;
}

function knownKeys(where: string): Record<string, unknown> {
  const section = where === '' ? WholeSchema : (WholeSchema.properties as Record<string, { properties?: object }>)[where];
  return { ...section?.properties };
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
