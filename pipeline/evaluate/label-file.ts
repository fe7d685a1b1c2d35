import type { WantedColumn } from './load-csv.ts';

/** Columns of a labels file with the headers they go by; the truth of a simulated province is one such file. */
export const LABEL_COLUMNS: readonly WantedColumn[] = [
  { name: 'taxpayer_id', headers: ['taxpayer_id', '纳税人识别号', '统一社会信用代码'], required: true },
  { name: 'label', headers: ['label', '标签', '核查结论'], required: true },
  { name: 'amount', headers: ['amount', 'amount_yuan', 'tax_yuan', '金额', '查补税额'] },
  { name: 'ring_id', headers: ['ring_id', '团伙编号'] },
  { name: 'selection', headers: ['selection', '选案方式'] },
  { name: 'reviewed_on', headers: ['reviewed_on', '核查日期'] },
];

/** Words that confirm fraud, and words that clear; every other word, such as 部分 or 无法核实, is neither and the row is refused. */
export const POSITIVE_WORDS = ['fraud', '1', 'true', 'confirmed', '属实'] as const;
export const NEGATIVE_WORDS = ['honest', '0', 'false', 'cleared', '不属实'] as const;

/** Why a row of a labels file is not counted, Chinese first. */
export const REFUSALS = {
  columns: '单元格数与表头不符 other number of cells than the header',
  id_missing: '没有纳税人识别号 no taxpayer id',
  label_unknown: '标签既非属实也非不属实 label neither confirms nor clears',
  amount_unreadable: '金额不是非负数字 amount is not a number of at least 0',
  contradiction: '同一纳税人的标签互相矛盾 labels of one taxpayer contradict each other',
  repeated: '同一纳税人重复，只计第一行 taxpayer repeated, the first row counts',
  not_in_snapshot: '快照中没有该纳税人 taxpayer not in the snapshot',
} as const;
export type Refusal = keyof typeof REFUSALS;

/** A row that does not count: its line in the file, and why. */
export interface RefusedRow {
  readonly line: number;
  readonly reason: Refusal;
}
