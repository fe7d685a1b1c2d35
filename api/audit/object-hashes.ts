import type { AuditEvent } from './audit-event.ts';
import type { AuditKey } from './key.ts';
import { HIDDEN_OBJECTS, objectHash } from './record.ts';

const MOST_KEPT = 4096;

/** Keyed hashes of identifiers, some of them kept: what was looked at is mostly looked at again. */
export class ObjectHashes {
  readonly #key: AuditKey;
  readonly #kept = new Map<string, string>();

  constructor(key: AuditKey) {
    this.#key = key;
  }

  /** The hash of the event's object where its identifier must not be written, else ''. */
  of({ object_type, object_id }: AuditEvent): string {
    if (!HIDDEN_OBJECTS.has(object_type) || object_id === '') return '';
    const known = this.#kept.get(object_id);
    if (known !== undefined) return known;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    const hash = objectHash(this.#key, object_id);
    this.#kept.set(object_id, hash);
    return hash;
  }
}
