import type { ColumnContract, Contract, KnownOnRule, LaterRule, TableContract } from './contract.ts';
import { FILE_CODES, NOT_ASSESSED_CODES, REJECT_CODES, WARNING_CODES, type CodeText } from './known-codes.ts';

/** The reference of the input contract as Markdown, made from the YAML files alone. */
export function renderContract(contract: Contract): string {
  return [
    '# 数据接入约定 / Input contract',
    '',
    '本文件由 `pipeline/contract/*.yaml` 生成，请修改 YAML 后运行 `npx tsx pipeline/contract/write-docs.ts`。',
    'Generated from the YAML files of this folder; edit those, then run the command above.',
    '',
    '## 数据表 / Tables',
    '',
    ...markdownTable(
      ['表 / table', '中文', 'English', '必需 / required', '无记录 / no rows'],
      contract.tables.map((table) => [`[${table.table}](#${table.table})`, table.title_zh, table.title_en, table.required ? '是 / yes' : '', table.required ? '' : emptyText(table)]),
    ),
    '',
    ...contract.tables.flatMap(renderTable),
    ...renderCodes('整行隔离 / Reject codes', REJECT_CODES),
    ...renderCodes('警示（行保留） / Warning codes', WARNING_CODES),
    ...renderCodes('文件 / File codes', FILE_CODES),
    ...renderCodes('不予评估 / Not-assessed codes', NOT_ASSESSED_CODES),
    ...renderForms(contract),
    '## 零散消费者名称 / Names of consumers',
    '',
    contract.consumerNames.join('、'),
    '',
  ].join('\n');
}

function renderTable(table: TableContract): readonly string[] {
  return [
    `<a id="${table.table}"></a>`,
    '',
    `## ${table.title_zh} / ${table.table}`,
    '',
    `${table.title_en}. ${table.purpose}`,
    '',
    `- 粒度 / grain: ${table.grain}`,
    `- 主键 / key: ${table.key.join(', ')}`,
    ...(table.key_without_invoice_code === undefined ? [] : [`- 无发票代码时的主键 / key without invoice code: ${table.key_without_invoice_code.join(', ')}`]),
    `- 必需 / required: ${table.required ? '是 yes' : `否 no; ${emptyText(table)}`}`,
    `- 分区 / partition: ${table.partition}${table.partition_column === undefined ? '' : ` (${table.partition_column})`}`,
    `- 知悉日 / known on: ${table.known_on.map(knownOnText).join('; else ')}`,
    ...(table.later ?? []).map((rule) => `- 之后才知悉 / known later: ${laterText(rule)}`),
    '',
    ...markdownTable(['列 / column', '中文表头', '类型 / type', '可空 / null', '单位 / unit', '说明 / meaning'], table.columns.map(columnCells)),
    '',
    ...renderChecks(table),
  ];
}

function columnCells(column: ColumnContract): readonly string[] {
  const aliases = [...column.aliases, ...(column.form_row === undefined ? [] : [column.form_row])];
  return [column.name, aliases.join(' / '), column.type, column.nullable ? '是 yes' : '否 no', column.unit, columnNotes(column).join('; ')];
}

function columnNotes(column: ColumnContract): readonly string[] {
  const notes = Object.entries(column.values ?? {}).map(([code, values]) => [`\`${code}\``, values.join('/')].join(' ').trim());
  const signs = { min: '≥', max: '≤', above: '>', below: '<' } as const;
  const range = Object.entries(column.range ?? {}).map(([bound, value]) => `${signs[bound as keyof typeof signs]} ${value}, else E_RANGE`);
  return [
    ...(notes.length === 0 ? [] : [notes.join(', ')]),
    ...(column.meaning === undefined ? [] : [column.meaning]),
    ...range,
    ...(column.pattern === undefined ? [] : [`form \`${column.pattern}\`, else ${column.on_mismatch === 'null_and_W_ID_FORMAT' ? 'NULL and W_ID_FORMAT' : (column.on_mismatch ?? '')}`]),
  ];
}

function renderChecks(table: TableContract): readonly string[] {
  const rows = [
    ...(table.checks ?? []).map((check) => [check.code, check.detail ?? '', check.meaning]),
    ...(table.references ?? []).map((reference) => [reference.code, '', `${reference.columns.join(', ')} → ${reference.table}`]),
  ];
  return rows.length === 0 ? [] : [...markdownTable(['校验 / check', '细目 / detail', '说明 / meaning'], rows), ''];
}

function renderCodes(title: string, codes: Readonly<Record<string, CodeText>>): readonly string[] {
  return [`## ${title}`, '', ...markdownTable(['code', '中文', 'English'], Object.entries(codes).map(([code, text]) => [code, text.zh, text.en])), ''];
}

function renderForms(contract: Contract): readonly string[] {
  const versions = new Map(contract.formRows.map((row) => [`${row.form} ${row.form_version}`, row]));
  const count = (form: string, version: string) => contract.formRows.filter((row) => row.form === form && row.form_version === version).length;
  const rows = [...versions.values()].map((row) => [row.form, row.form_version, row.valid_from ?? '', row.valid_to ?? '', String(count(row.form, row.form_version))]);
  return ['## 申报表版本 / Form versions', '', ...markdownTable(['form', 'form_version', 'valid_from', 'valid_to', '栏次数 / printed rows'], rows), ''];
}

function knownOnText(rule: KnownOnRule): string {
  if (rule.column !== undefined) return rule.column;
  if (rule.deadline_of !== undefined) return `申报期限 / filing deadline of ${rule.deadline_of}`;
  if (rule.settlement_deadline_of !== undefined) return `次年5月31日 / 31 May after ${rule.settlement_deadline_of}`;
  return rule.row_of === undefined ? '始终 / always' : `随 / with its row of ${rule.row_of}`;
}

function laterText(rule: LaterRule): string {
  const values = Object.entries(rule.set).map(([column, value]) => `${column} = ${value === null ? 'NULL' : String(value)}`);
  return `${rule.on} 之前 / before ${rule.on}${rule.when === undefined ? '' : ` (if ${rule.when})`}: ${values.join(', ')}`;
}

function emptyText(table: TableContract): string {
  return table.empty_means === 'none' ? '视为未发生 / nothing happened' : '视为未知 / unknown';
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('*', '\\*')).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}
