import type { Command } from 'commander';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openAuditLog } from '../../api/audit/audit-log.ts';
import type { AuditEvent } from '../../api/audit/audit-event.ts';
import { auditDirectory, readAuditKey, type AuditKey } from '../../api/audit/key.ts';
import { listStreams } from '../../api/audit/verify.ts';
import { loadServeSettings } from '../config/load-config.ts';
import type { ServeSettings } from '../config/serve-schema.ts';
import { VatRiskError } from '../shared/errors.ts';

/** Options of every command that touches the state of the API. */
export interface StateOptions {
  readonly out: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** What such a command works with. */
export interface StatePlace {
  readonly settings: ServeSettings;
  readonly stateDirectory: string;
  readonly auditDirectory: string;
  /** Made on first use. Throws AUDIT_UNAVAILABLE. */
  readonly key: () => AuditKey;
  readonly clock: () => Date;
}

/** What a person at the command line does; the rest of the event is the same for all. */
export type LocalEvent = Pick<AuditEvent, 'action' | 'object_type' | 'object_id'> & Partial<Pick<AuditEvent, 'outcome' | 'reason' | 'rows' | 'purpose'>>;

const WAIT_FOR_OTHER_COMMANDS_MILLISECONDS = 5000;

/** Finds the state of the API. Throws CONFIG_INVALID. */
export async function openState(options: StateOptions): Promise<StatePlace> {
  const settings = await loadServeSettings({ ...(options.config === undefined ? {} : { file: options.config }), sets: options.set ?? [] });
  const stateDirectory = settings.state_directory ?? join(options.out, 'serve');
  let known: AuditKey | undefined;
  const key = () => (known ??= readAuditKey(stateDirectory, settings.audit_key_file));
  return { settings, stateDirectory, auditDirectory: auditDirectory(stateDirectory), key, clock: () => new Date() };
}

/** Throws AUDIT_UNAVAILABLE where there is no stream, so that a mistyped folder gets neither a key nor a log. */
export async function requireRecords({ auditDirectory: directory }: StatePlace): Promise<void> {
  if ((await listStreams(directory)).length > 0) return;
  throw new VatRiskError('AUDIT_UNAVAILABLE', `There are no audit records in ${directory}; name the folder with --out or serve.state_directory.`);
}

/**
 * Holds the stream `local` while `work` runs; what it records is on disk before the next thing happens. Rejects with
 * AUDIT_UNAVAILABLE where the log cannot be written, before `work` begins where it can be told then.
 */
export async function withLocalAudit<T>(state: StatePlace, work: (record: (event: LocalEvent) => Promise<void>) => Promise<T>): Promise<T> {
  const { auditDirectory: directory, key, clock } = state;
  const log = await openAuditLog({ directory, stream: 'local', key: key(), clock, waitMilliseconds: WAIT_FOR_OTHER_COMMANDS_MILLISECONDS });
  const actor = `local:${userName()}`;
  try {
    return await work((event) =>
      log.append({ actor, roles: [], regions: [], address: '', purpose: '', outcome: 'done', reason: '', rows: 0, request_id: '', snapshot_id: '', ...event }),
    );
  } finally {
    await log.close();
  }
}

/** The flags by which a command finds the state of the API. */
export function withState(command: Command): Command {
  return command
    .requiredOption('--out <dir>', 'output folder of the runs; the state is in OUT/serve unless serve.state_directory says otherwise')
    .option('--config <file>', 'YAML configuration')
    .option('--set <key=value>', 'one configuration key, may be repeated', collect)
    .option('--json', 'JSON even at a terminal');
}

/** Collects a flag that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown'); // a user without a name on this machine, as in containers
  }
}
