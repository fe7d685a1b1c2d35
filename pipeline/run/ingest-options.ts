import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Contract } from '../contract/contract.ts';
import type { IngestOptions, IngestSettings } from '../ingest/ingest.ts';
import type { RunContext } from './run-context.ts';

/** The configuration's `ingest` section in the words of the ingest room. */
export function ingestSettings(config: Config, contract: Contract): IngestSettings {
  const { ingest } = config;
  return {
    idProfile: ingest.id_profile,
    excelSerial: ingest.excel_serial,
    totalTolerance: ingest.total_tolerance,
    consumerNames: contract.consumerNames,
    allowRefusedFiles: ingest.allow_refused_files,
    repeatedRowMinRows: ingest.repeated_row_min_rows,
    repeatedRowMinShare: ingest.repeated_row_min_share,
    sharedBookMinRows: ingest.shared_book_min_rows,
    sharedBookMinShare: ingest.shared_book_min_share,
  };
}

/** What the load step asks of ingest. */
export function ingestOptions(context: RunContext): IngestOptions {
  const { request, config, contract } = context;
  return {
    inputs: request.inputs,
    scratchDirectory: join(context.runDirectory, 'scratch'),
    clock: request.startedAt.slice(0, 10),
    settings: ingestSettings(config, contract),
    signal: context.signal,
    onProgress: ({ step, name, done, total }) => {
      context.tell(`${step} ${name} ${done + 1}/${total}`);
    },
    ...(request.asOf === null ? {} : { asOf: request.asOf }),
  };
}
