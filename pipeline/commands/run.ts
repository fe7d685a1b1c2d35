import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkOverrides } from '../../indicators/loader/parameters.ts';
import { loadIndicators } from '../../indicators/loader/load.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { loadContract } from '../contract/load-contract.ts';
import { Journal, type RunRequest } from '../run/journal.ts';
import { resumeRun, startRun, type RunSetup } from '../run/run-nightly.ts';
import { STEPS } from '../run/steps.ts';
import { nearest, VatRiskError } from '../shared/errors.ts';
import { terminalProgress } from './progress.ts';
import { summariseRun, renderSummary } from './run-summary.ts';
import { openTerminal } from './terminal.ts';
import { untilSignal } from './until-signal.ts';
import { packageVersion } from './version.ts';
import { showWhatIf } from './what-if.ts';

export interface RunOptions {
  readonly input?: readonly string[];
  readonly out: string;
  readonly asOf?: string;
  readonly engine?: string;
  readonly threads?: string;
  readonly memory?: string;
  readonly only?: string;
  readonly resume?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly parameters?: string;
  readonly whatIf?: boolean;
  readonly json?: boolean;
}

const collect = (value: string, former: readonly string[] = []): string[] => [...former, value];

/** `vatrisk run`: the nightly job, from a delivery to a published snapshot. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('夜间任务：校验、装载、特征、指标、评分、发布 / the nightly job: check, load, features, indicators, score, publish')
    .option('--input <dir>', 'delivery folder; may be given several times', collect)
    .requiredOption('--out <dir>', 'output folder of all runs')
    .option('--as-of <YYYY-MM-DD>', 'see only what was known on this day')
    .option('--engine <name>', 'duckdb', 'duckdb')
    .option('--threads <n>', 'threads of the engine')
    .option('--memory <size>', 'memory of the engine, for example 8GB')
    .option('--only <steps>', `run only these steps: ${STEPS.map(({ name }) => name).join(', ')}`)
    .option('--resume <run_id>', 'go on with an interrupted run')
    .option('--config <file>', 'YAML configuration')
    .option('--parameters <file>', 'YAML file of thresholds and scoring, as "vatrisk calibrate" proposes them')
    .option('--what-if', 'grade the published night again under other parameters, compare, publish nothing')
    .option('--set <key=value>', 'override one configuration key; may be given several times', collect)
    .option('--json', 'JSON even at a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  vatrisk run --input delivery/2026-11-15 --out out --memory 8GB\n  vatrisk run --out out --parameters tuned.yaml --what-if',
    )
    .action(async (options: RunOptions) => {
      const terminal = openTerminal({ json: options.json });
      if (options.whatIf === true) {
        await showWhatIf(options, terminal);
        return;
      }
      const journal = await untilSignal('The run was asked to stop; resume it with --resume.', (signal) => nightly(options, signal));
      const summary = await summariseRun(options.out, journal);
      terminal.result(summary, () => renderSummary(summary, terminal));
    });
}

/** Runs (or resumes) the nightly job and returns its journal. */
export async function nightly(options: RunOptions, signal: AbortSignal): Promise<Journal> {
  if (options.engine !== undefined && options.engine !== 'duckdb') {
    throw new VatRiskError('USAGE', `--engine ${options.engine} is not available; this version runs on duckdb.`);
  }
  const { indicators, catalogueHash } = activeCatalogue();
  const setup = (config: Config): RunSetup => ({
    outDirectory: resolve(options.out),
    contract: loadContract(),
    indicators,
    config,
    clock: () => new Date(),
    signal,
    plan: STEPS,
    progress: terminalProgress(process.stderr, () => Date.now()),
    pid: process.pid,
    ...(options.only === undefined ? {} : { only: parseSteps(options.only) }),
  });
  if (options.resume !== undefined) return resumeNightly(options, options.resume, setup, catalogueHash);
  const config = await configOf(options);
  checkOverrides(indicators, config.indicators);
  return startRun(setup(config), newRequest(options, config, catalogueHash));
}

/** The indicators that run, and a hash that changes with any of them. */
export function activeCatalogue() {
  const indicators = loadIndicators().filter(({ status }) => status === 'active');
  return { indicators, catalogueHash: createHash('sha256').update(JSON.stringify(indicators)).digest('hex') };
}

async function resumeNightly(options: RunOptions, runId: string, setup: (config: Config) => RunSetup, catalogueHash: string): Promise<Journal> {
  const isGateOff = isGateOffOnResume(options);
  const former = Journal.reopen(resolve(options.out, 'runs', runId)).request;
  const overrides = isGateOff ? [{ key: 'drift.gate', value: 'off' }] : [];
  const config: Config = { ...former.config, drift: { ...(await loadConfig()).drift, ...former.config.drift, ...(isGateOff ? { gate: 'off' } : {}) } };
  return resumeRun({ ...setup(config), overrides }, runId, (request) => {
    if (request.catalogueHash === catalogueHash && request.version === packageVersion()) return;
    throw new VatRiskError('RUN_NOT_RESUMABLE', `Run ${runId} was begun by another version of the program or of the indicators. Start a new run.`);
  });
}

/**
 * A resumed run keeps the configuration it was begun with: a night judged half by one and half by another could not be explained.
 * The drift gate alone may be opened, since it decides nothing but whether finished results are published.
 */
function isGateOffOnResume(options: RunOptions): boolean {
  const sets = options.set ?? [];
  const refused = [...sets.filter((pair) => pair !== 'drift.gate=off').map((pair) => `--set ${pair}`), ...(options.config === undefined ? [] : ['--config']), ...(options.parameters === undefined ? [] : ['--parameters'])];
  if (refused.length > 0) {
    throw new VatRiskError('USAGE', 'A resumed run keeps its configuration; only "--set drift.gate=off" may go with --resume. Start a new run for anything else.', { details: refused });
  }
  return sets.length > 0;
}

async function configOf(options: RunOptions): Promise<Config> {
  const sets = [...(options.set ?? [])];
  if (options.threads !== undefined) sets.push(`engine.threads=${options.threads}`);
  if (options.memory !== undefined) sets.push(`engine.memory=${options.memory}`);
  return loadConfig({
    sets, ...(options.config === undefined ? {} : { file: options.config }), ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
  });
}

function newRequest(options: RunOptions, config: Config, catalogueHash: string): RunRequest {
  const inputs = (options.input ?? []).map((folder) => resolve(folder));
  if (inputs.length === 0) throw new VatRiskError('USAGE', 'No --input was given; name the folder of the delivery.');
  if (options.asOf !== undefined && !isDay(options.asOf)) {
    throw new VatRiskError('USAGE', `--as-of ${options.asOf}: expected a day as YYYY-MM-DD, for example 2026-06-30.`);
  }
  const startedAt = new Date().toISOString();
  const asked = createHash('sha256').update(JSON.stringify([inputs, options.asOf, config, catalogueHash, process.pid])).digest('hex');
  return {
    runId: `${startedAt.replaceAll(/[-:]/gu, '').replace('T', '-').slice(0, 15)}-${asked.slice(0, 6)}`,
    inputs,
    asOf: options.asOf ?? null,
    startedAt,
    config,
    version: packageVersion(),
    catalogueHash,
  };
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function parseSteps(text: string): string[] {
  const known = STEPS.map(({ name }) => name);
  const asked = text.split(',').map((name) => name.trim());
  const faults = asked.filter((name) => !known.includes(name)).map((name) => {
    const hint = nearest(name, known);
    return `${name}${hint === undefined ? '' : `; did you mean ${hint}?`}`;
  });
  if (faults.length > 0) throw new VatRiskError('USAGE', `--only names steps that do not exist; known: ${known.join(', ')}.`, { details: faults });
  return asked;
}
