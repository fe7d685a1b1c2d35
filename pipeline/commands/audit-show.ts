import { objectHash, type AuditRecord } from '../../api/audit/record.ts';
import { listStreams, verifyStream } from '../../api/audit/verify.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openState, requireRecords, withLocalAudit, type StateOptions } from './local-audit.ts';
import { openTerminal, renderTable } from './terminal.ts';

/** Flags of `vatrisk audit show`. */
export interface ShowOptions extends StateOptions {
  readonly stream: string;
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
}

/** Prints records of one stream, verified on the way. The reading is recorded before anything is shown. Throws AUDIT_BROKEN after the records before a break. */
export async function showAudit(options: ShowOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new VatRiskError('USAGE', `--limit is a whole number from 1; found ${options.limit}.`);
  for (const day of [options.from, options.to]) if (day !== undefined && !/^\d{4}-\d{2}(?:-\d{2})?$/u.test(day)) throw new VatRiskError('USAGE', `--from and --to are days or months such as 2026-11-30; found ${day}.`);
  const state = await openState(options);
  await requireRecords(state);
  const streams = await listStreams(state.auditDirectory);
  if (!streams.includes(options.stream)) throw new VatRiskError('USAGE', `There is no stream ${options.stream}; there are ${streams.sort().join(', ')}.`);
  const isToken = /^tok_/u.test(options.object ?? '');
  const object = (isToken ? options.object : options.object?.toUpperCase()) ?? '';
  const sought = [options.stream, options.actor, options.action, options.from, options.to].filter((word) => word !== undefined).join(' ');
  await withLocalAudit(state, (record) => record({ action: 'audit.read', object_type: object === '' ? 'audit_log' : isToken ? 'token' : 'taxpayer', object_id: object, purpose: sought }));
  const hash = object === '' ? undefined : objectHash(state.key(), object);
  const found: AuditRecord[] = [];
  const visit = (record: AuditRecord) => {
    if (!isSought(record, options, hash)) return;
    found.push(record);
    if (found.length > limit) found.shift();
  };
  const report = await verifyStream({ directory: state.auditDirectory, stream: options.stream, key: state.key(), from: options.from?.slice(0, 7), visit });
  openTerminal(options).result(found, () => render(found));
  if (report.first_break === null) return;
  const { file, line, what } = report.first_break;
  throw new VatRiskError('AUDIT_BROKEN', 'The log is broken; only records before the break are shown.', { details: [`${file}:${line}: ${what}`] });
}

function isSought(record: AuditRecord, { actor, action, object, from, to }: ShowOptions, hash: string | undefined): boolean {
  return (
    (actor === undefined || record.actor === actor) &&
    (action === undefined || record.action === action) &&
    (hash === undefined || record.object_hash === hash || record.object_id === object) &&
    (from === undefined || record.at >= from) &&
    (to === undefined || record.at.slice(0, to.length) <= to)
  );
}

function render(records: readonly AuditRecord[]): string {
  return renderTable(records, [
    { title: '序号 seq', value: ({ seq }) => String(seq), right: true },
    { title: '时间 at (UTC)', value: ({ at }) => at },
    { title: '操作者 actor', value: ({ actor }) => actor },
    { title: '操作 action', value: ({ action }) => action },
    { title: '对象 object', value: ({ object_type, object_id, object_tail }) => `${object_type} ${object_tail === '' ? object_id : `…${object_tail}`}`.trim() },
    { title: '结果 outcome', value: ({ outcome, reason }) => (reason === '' ? outcome : `${outcome}: ${reason}`) },
    { title: '条数 rows', value: ({ rows }) => String(rows), right: true },
  ]);
}
