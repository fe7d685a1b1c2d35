import type { AuditEvent } from '../../api/audit/audit-event.ts';
import { deriveAuditKey } from '../../api/audit/key.ts';

/** Bytes 00 01 … 1f. */
export const KEY = deriveAuditKey(Buffer.from(Array.from({ length: 32 }, (_, at) => at)));

export const EVENT: AuditEvent = {
  actor: 'tok_1f2e3d4c', roles: ['reviewer'], regions: ['5301'], address: '10.20.30.40', action: 'taxpayer.read', object_type: 'taxpayer', object_id: '91530100MA6K000013',
  purpose: '复核工单 2026-1187', outcome: 'done', reason: '', rows: 1, request_id: 'r-1', snapshot_id: '20261130',
};
