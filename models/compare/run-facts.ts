/** What two runs say of themselves, as far as it can explain why a grade moved from one to the other. */
export interface RunFacts {
  readonly asOf: string;
  /** Version of the program and of the engine; null when the manifest does not tell. */
  readonly program: string | null;
  /** SHA-256 of every file read, sorted; null when the manifest does not tell. */
  readonly inputs: readonly string[] | null;
  /** The configuration by which rows were read and cleaned. */
  readonly ingest: unknown;
  /** Parameters in force by indicator, with the overrides of the run. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Hash of everything in an indicator that can change an outcome, by indicator. */
  readonly sqlHashes: Readonly<Record<string, string>>;
  /** Rules of scoring that hold for all indicators; null when the manifest does not tell. */
  readonly rules: unknown;
  /** Weight and supported families by indicator; null when the manifest does not tell. */
  readonly weights: Readonly<Record<string, unknown>> | null;
}

/** What differs between two runs, for each indicator. */
export interface IndicatorDifference {
  readonly code: string;
  readonly hasNewCode: boolean;
  readonly hasNewParameters: boolean;
  readonly hasNewWeight: boolean;
}

/** What differs between two runs: which causes are possible at all. */
export interface RunDifferences {
  readonly hasNewData: boolean;
  readonly hasNewProgram: boolean;
  readonly hasNewRules: boolean;
  readonly indicators: readonly IndicatorDifference[];
}

type Tree = Readonly<Record<string, unknown>>;

/** Reads the facts out of a manifest of any version; what an older one lacks is unknown, not different. */
export function factsOf(manifest: object): RunFacts {
  const tree = manifest as Tree;
  const config = branch(tree['config']);
  const scoring = tree['scoring'] === undefined ? null : branch(tree['scoring']);
  const { weights, supports, ...others } = scoring ?? {};
  return {
    asOf: typeof tree['as_of'] === 'string' ? tree['as_of'] : '',
    program: tree['vatrisk'] === undefined ? null : JSON.stringify([tree['vatrisk'], branch(tree['engine'])['version'] ?? null]),
    inputs: inputHashes(tree['inputs']),
    ingest: config['ingest'] ?? null,
    parameters: branch(tree['parameters']),
    sqlHashes: branch(tree['sql_sha256']) as Readonly<Record<string, string>>,
    rules: scoring === null ? null : { ...gradeRules(others), configured: materialRules(branch(config['scoring'])) },
    weights: scoring === null ? null : weightsByCode(branch(weights), branch(supports)),
  };
}

/**
 * What may have moved a grade between two runs. `versions` are the parameter versions that the results name, by code. Equal
 * inputs, as-of day and cleaning rule data out; an equal hash and program version rule code out.
 */
export function differencesOf(former: RunFacts, latter: RunFacts, codes: readonly string[], versions: { former: Tree; latter: Tree } = { former: {}, latter: {} }): RunDifferences {
  const hasNewProgram = former.program !== null && latter.program !== null && former.program !== latter.program;
  return {
    hasNewData: former.inputs === null || latter.inputs === null || !same([former.inputs, former.asOf, former.ingest], [latter.inputs, latter.asOf, latter.ingest]),
    hasNewProgram,
    hasNewRules: former.rules !== null && latter.rules !== null && !same(former.rules, latter.rules),
    indicators: codes.map((code) => ({
      code,
      hasNewCode: hasNewProgram || former.sqlHashes[code] !== latter.sqlHashes[code],
      hasNewParameters: !same(former.parameters[code] ?? {}, latter.parameters[code] ?? {}) || otherVersion(versions.former[code], versions.latter[code]),
      hasNewWeight: former.weights !== null && latter.weights !== null && !same(former.weights[code], latter.weights[code]),
    })),
  };
}

/** Two values of JSON, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** `<version>-<hash of the parameters>`: a new version with the same hash has the same parameters. */
function otherVersion(former: unknown, latter: unknown): boolean {
  if (typeof former !== 'string' || typeof latter !== 'string') return false;
  return former.slice(former.indexOf('-') + 1) !== latter.slice(latter.indexOf('-') + 1);
}

/** Files that were read, by content: where they lay and what they were called is no difference in data. */
function inputHashes(inputs: unknown): readonly string[] | null {
  if (!Array.isArray(inputs)) return null;
  const read = (inputs as readonly unknown[]).map(branch).filter((file) => (file['refused_code'] ?? null) === null);
  return read.map((file) => (typeof file['sha256'] === 'string' ? file['sha256'] : '')).sort();
}

/** Without the rules that leave a taxpayer's grade alone: the fast lane of claims, and what a colour is expected to be worth. */
function gradeRules(rules: Tree): Tree {
  return Object.fromEntries(Object.entries(rules).filter(([name]) => !['fast_lane', 'expected_share'].includes(name)));
}

/** Rules of the configuration that decide a taxpayer's colour; those of large refunds decide lanes only. */
function materialRules(scoring: Tree): unknown {
  return [scoring['suspend_material_yuan'] ?? null, scoring['suspend_material_claim_share'] ?? null];
}

function weightsByCode(weights: Tree, supports: Tree): Readonly<Record<string, unknown>> {
  const codes = [...new Set([...Object.keys(weights), ...Object.keys(supports)])];
  return Object.fromEntries(codes.map((code) => [code, [weights[code] ?? null, supports[code] ?? null]]));
}

function branch(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, sorted(child)]));
}
