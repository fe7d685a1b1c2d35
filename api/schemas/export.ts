import { Type, type Static } from 'typebox';
import { closed, orNull } from './common.ts';
import { taxpayerFilters } from './search.ts';

/** Body of POST /exports: a search, and what to make of it. */
export const ExportBody = closed({
  filters: Type.Optional(closed(taxpayerFilters, '与查询相同的条件 the filters of a search')),
  format: Type.Optional(Type.Enum(['xlsx', 'csv', 'parquet'])),
  encoding: Type.Optional(Type.Enum(['utf-8', 'gb18030'])),
  unmask: Type.Optional(Type.Boolean({ description: '显示完整名称 names in full' })),
  purpose: Type.String({ minLength: 4, maxLength: 200, pattern: '^[^\\p{C}]*$', description: '用途，如案件编号；写入导出文件与审计日志 such as a case number; kept in the export and in the audit log' }),
});
export type ExportWish = Static<typeof ExportBody>;

const counts = Type.Record(Type.String(), Type.Integer());

/** State of an export. */
export const Export = closed({
  id: Type.String(), status: Type.Enum(['queued', 'running', 'done', 'failed']), snapshotId: Type.String(), asOf: Type.String(), format: Type.String(),
  created_at: Type.String(), finished_at: orNull(Type.String()),
  progress: orNull(closed({ rows_done: Type.Integer(), rows_total: Type.Integer(), part: Type.String() })),
  rows: counts,
  files: Type.Array(closed({ name: Type.String(), bytes: Type.Integer(), sm3: Type.String(), href: Type.String({ description: '下载地址 where to fetch it' }) })),
  error: orNull(closed({ code: Type.String(), message: Type.String() })),
});
export const ExportParams = closed({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) });
export const FileParams = closed({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }), name: Type.String({ pattern: '^[^/\\\\\\p{C}]{1,200}$' }) });
