import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import { nearest, VatRiskError } from '../shared/errors.ts';
import { ConfigSchema, type Config } from './schema.ts';

const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true }).compile<Config>(ConfigSchema);

export interface ConfigSources {
  /** A YAML file; its keys override the defaults. */
  readonly file?: string;
  /** KEY=VALUE pairs with dotted keys; they override the file. */
  readonly sets?: readonly string[];
}

/** Defaults, then file, then `--set` pairs. Throws CONFIG_INVALID with every fault at once. */
export async function loadConfig(sources: ConfigSources = {}): Promise<Config> {
  const tree = sources.file === undefined ? {} : await readTree(sources.file);
  for (const pair of sources.sets ?? []) applySet(tree, pair);
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
  const section = where === '' ? ConfigSchema : (ConfigSchema.properties as Record<string, { properties?: object }>)[where];
  return { ...section?.properties };
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
