import { STATES } from '../../indicators/loader/states.ts';
import type { StepRecord } from './journal.ts';
import type { RunContext } from './run-context.ts';
import type { DriftView } from '../snapshot/open-snapshot.ts';
import type { SnapshotFile } from '../snapshot/write-snapshot.ts';

/** What the manifest must know beyond the run's context. */
export interface ManifestParts {
  readonly engineVersion: string;
  readonly asOf: string;
  /** Files of the delivery: path, bytes, sha256, rows. */
  readonly inputs: unknown;
  readonly tables: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Rules of scoring with the configuration's changes, weights included. */
  readonly scoring: object;
  readonly sqlHashes: Readonly<Record<string, string>>;
  readonly steps: readonly StepRecord[];
  readonly outputs: readonly SnapshotFile[];
  /** The file that explains the indicators; no table, so it does not stand in outputs, of which readers make one view each. */
  readonly catalogue: SnapshotFile;
  readonly drift: DriftView;
}

/** The manifest of a snapshot: everything needed to say how each number came to be, and to compute it again. */
export function buildManifest(context: RunContext, parts: ManifestParts): object {
  const { request } = context;
  return {
    run_id: request.runId,
    as_of: parts.asOf,
    started_at: request.startedAt,
    vatrisk: request.version,
    engine: { kind: 'duckdb', version: parts.engineVersion, node: process.versions.node },
    seed: context.config.run.seed,
    inputs: parts.inputs,
    tables: parts.tables,
    config: context.config,
    parameters: parts.parameters,
    scoring: parts.scoring,
    catalogue_sha256: request.catalogueHash,
    sql_sha256: parts.sqlHashes,
    states: Object.fromEntries(STATES.map(({ state, outcome, reasonCode }) => [state, { outcome, reason_code: reasonCode ?? '' }])),
    steps: parts.steps.map(({ name, seconds, peak_rss_bytes, facts }) => ({ name, seconds, peak_rss_bytes, rows: facts['rows'] ?? null, parts: facts['parts'] ?? [] })),
    outputs: parts.outputs,
    catalogue: parts.catalogue,
    drift: parts.drift,
  };
}
