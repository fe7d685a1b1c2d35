import type { ServeSettings } from '../pipeline/config/serve-schema.ts';
import type { AuditLog } from './audit/audit-event.ts';
import type { Authenticate } from './identity/identity.ts';
import type { SnapshotStore } from './serving/snapshot-store.ts';

/** What the API stands on; made at the process edge, or by a test. */
export interface Services {
  readonly store: SnapshotStore;
  readonly authenticate: Authenticate;
  readonly audit: AuditLog;
  readonly settings: ServeSettings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Version of the program; part of every ETag, since it decides what an answer looks like. */
  readonly version: string;
}
