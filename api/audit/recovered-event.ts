import type { AuditEvent } from './audit-event.ts';

/** Action of the record that tells of a crash or of a log that could not be written for a while. */
export const RECOVERED = 'audit.recovered';

/** What is recorded after tails were set aside into `files` or `refused` events could not be kept. */
export function recoveredEvent(files: readonly string[], refused: number): AuditEvent {
  const reasons = [
    ...(files.length > 0 ? ['bytes that no complete record holds were set aside'] : []),
    ...(refused > 0 ? [`events refused while the log could not be written: ${refused}`] : []),
  ];
  return {
    actor: 'system', roles: [], regions: [], address: '', action: RECOVERED, object_type: files.length > 0 ? 'audit_tail' : '', object_id: files.join(' '),
    purpose: '', outcome: 'done', reason: reasons.join('; '), rows: refused, request_id: '', snapshot_id: '',
  };
}
