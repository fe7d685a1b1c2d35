import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskName } from '../shared/mask.ts';
import type { RegionScope } from '../shared/region-scope.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import { chinaTime, type ExportRequest } from './export-request.ts';
import type { ExportTable } from './export-table.ts';
import type { WrittenFile } from './staging.ts';
import { textTable } from './text-table.ts';

const HEADINGS = [
  { code: 'field', title: '字段', width: 30 },
  { code: 'name', title: '项目', width: 24 },
  { code: 'content', title: '内容', width: 100 },
];

/** 元数据: where an export comes from, who took it and what for, what it holds. `files` are the data files written before it, with their SM3. */
export function metadataTable(scope: RegionScope, snapshot: Snapshot, request: ExportRequest, tables: readonly ExportTable[], files: readonly WrittenFile[]): ExportTable {
  const { manifest } = snapshot;
  return textTable('元数据', HEADINGS, [
    ['snapshot_id', '快照编号', snapshot.runId],
    ['as_of', '数据截至', manifest.as_of],
    ['vatrisk', '评分程序版本', manifest.vatrisk ?? ''],
    ['manifest_sm3', '快照清单SM3', createHash('sm3').update(readFileSync(join(snapshot.folder, 'manifest.json'))).digest('hex')],
    ['catalogue_sha256', '指标目录SHA-256', manifest.catalogue_sha256 ?? ''],
    ...manifest.outputs.filter(({ file }) => READ.includes(file)).map(({ file, sha256 }) => [`sha256 ${file}`, '快照文件SHA-256', sha256 ?? '']),
    ['regions', '地区范围', scope.key === '*' ? '全部' : scope.key],
    ...filterRows(request),
    ['operator', '导出人', request.operator],
    ['purpose', '用途', request.purpose],
    ['exported_at', '导出时间', chinaTime(request.exportedAt)],
    ['masked', '脱敏', request.unmask ? '否，名称与证件号码完整列示' : '是'],
    ['format', '格式', request.format === 'csv' ? `csv ${request.encoding}` : request.format],
    ...tables.map(({ name, rows }) => [`rows ${name}`, '行数', String(rows)]),
    ...files.map(({ file, sm3 }) => [`sm3 ${file}`, '文件SM3', sm3]),
  ]);
}

const READ = ['taxpayer_grades.parquet', 'claim_grades.parquet', 'indicator_results.parquet', 'rings.parquet', 'ring_members.parquet', 'ring_edges.parquet'];

/** Filters in words. Identifiers are counted, not repeated; a name is masked like the names found by it. */
function filterRows({ filters, unmask }: ExportRequest): string[][] {
  const { minimum, maximum } = filters.amount ?? {};
  const given: readonly (readonly [string, string, string | undefined])[] = [
    ['ids', '识别号', filters.ids === undefined ? undefined : `${filters.ids.length}个`],
    ['name', '名称包含', filters.name === undefined || unmask ? filters.name : (maskName(filters.name) ?? '')],
    ['level', '等级', filters.level?.join(', ')],
    ['color', '颜色', filters.color?.join(', ')],
    ['region', '地区', filters.region?.join(', ')],
    ['industry', '行业', filters.industry?.join(', ')],
    ['indicator', '命中指标', filters.indicator?.join(', ')],
    ['ring', '团伙', filters.ring],
    ['amount', '涉及金额（元）', minimum === undefined && maximum === undefined ? undefined : `${minimum ?? ''}～${maximum ?? ''}`],
  ];
  const rows = given.flatMap(([field, name, content]) => (content === undefined ? [] : [[`filter ${field}`, `条件：${name}`, content]]));
  return rows.length === 0 ? [['filter', '条件', '无，范围内全部纳税人']] : rows;
}
