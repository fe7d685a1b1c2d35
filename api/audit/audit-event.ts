/** One thing that somebody did or was refused. */
export interface AuditEvent {
  /** Who: id of the identity, '' before it is known. */
  readonly actor: string;
  readonly roles: readonly string[];
  readonly regions: readonly string[];
  /** Address the request came from, '' on the command line. */
  readonly address: string;
  /** What, as noun and verb: taxpayer.read, taxpayer.search, export.create, token.create … */
  readonly action: string;
  readonly object_type: string;
  /** Identifier of the object; a taxpayer's is stored as keyed hash with its last four characters, never as itself. */
  readonly object_id: string;
  readonly purpose: string;
  readonly outcome: 'done' | 'refused' | 'not_found' | 'failed';
  /** Reason of a refusal, or ''. */
  readonly reason: string;
  /** Rows given out. */
  readonly rows: number;
  readonly request_id: string;
  readonly snapshot_id: string;
}

/** Where events are kept. */
export interface AuditLog {
  /** Resolves once the event is on disk. Rejects with AUDIT_UNAVAILABLE when it cannot be kept: then what it stands for must not happen. */
  append(event: AuditEvent): Promise<void>;
  /** Number and hash of the newest record. */
  head(): { readonly seq: number; readonly hash: string };
  close(): Promise<void>;
}
