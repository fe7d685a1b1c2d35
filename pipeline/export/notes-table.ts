import type { Snapshot } from '../snapshot/open-snapshot.ts';
import type { IndicatorWords } from './catalogue-names.ts';
import type { ExportTable } from './export-table.ts';
import { textTable } from './text-table.ts';

const HEADINGS = [
  { code: 'section', title: '类别', width: 14 },
  { code: 'code', title: '代码', width: 20 },
  { code: 'name', title: '名称', width: 26 },
  { code: 'meaning', title: '说明', width: 100 },
];

type Note = readonly [section: string, code: string, name: string, meaning: string];

const DISCLAIMERS: readonly Note[] = [
  ['使用须知', '', '线索性质', '线索仅供核查，不作为认定依据；是否存在问题须由人员核实。'],
  ['使用须知', '', '无疑点', '未发现疑点只表示在已交付的数据中没有发现，不表示没有风险；“数据有限”“数据不足”的尤其如此。'],
  ['使用须知', '', '涉及金额', '用于排序，不是应补、应退或应追缴的税额。'],
  ['使用须知', '', '内部管理', '关于税务机关自身工作的发现不在导出之列。'],
  ['使用须知', '', '脱敏', '名称默认只留前一至两个字；自然人证件号码留前6位和后4位，脱敏后不同的人可能显示为同一号码。单位的识别号始终完整。'],
  ['使用须知', '', '公式防护', 'CSV中以 = + - @ 或其全角、制表符、回车开头的文本前加一个单引号，以免被表格软件当作公式；数值不变。工作簿中文本一律为文本单元格，不加单引号。不可见字符显示为�。'],
  ['使用须知', '', '打开CSV', '表格软件直接打开CSV会把全为数字的识别号变成数值；请用“数据—导入文本”并把识别号列设为文本，或改用工作簿格式。'],
  ['使用须知', '', '分表', '超过10万行的表续在名称带序号的表或文件中，序号依次相接。'],
];

/** 口径说明: what the columns, grades and indicators mean, with the thresholds in force. */
export function notesTable({ manifest }: Pick<Snapshot, 'manifest'>, tables: readonly ExportTable[], names: ReadonlyMap<string, IndicatorWords>): ExportTable {
  const columns = tables.flatMap((table) => table.columns.map(({ code, title, meaning }): Note => [table.name, code, title, meaning]));
  return textTable('口径说明', HEADINGS, [...DISCLAIMERS, ...gradeNotes(manifest.scoring), ...columns, ...indicatorNotes(manifest.parameters, names)]);
}

const COLOR_LEVELS = [['red', '红，等级高'], ['orange', '橙，等级高'], ['yellow', '黄，等级中'], ['blue', '蓝，等级低']] as const;

function gradeNotes(scoring: Snapshot['manifest']['scoring']): Note[] {
  if (scoring === undefined) return [];
  const cuts = COLOR_LEVELS.map(([color, name]): Note => ['等级界限', color, name, `得分不低于${scoring.cuts[color]}；或因“定色依据”所列情形`]);
  return [...cuts, ['等级界限', 'none', '无', `得分低于${scoring.cuts.blue}，且没有定色情形`]];
}

function indicatorNotes(parameters: Readonly<Record<string, unknown>>, names: ReadonlyMap<string, IndicatorWords>): Note[] {
  const codes = [...new Set([...Object.keys(parameters), ...names.keys()])].sort();
  return codes.map((code): Note => {
    const known = names.get(code);
    const inForce = Object.entries((parameters[code] ?? {}) as Readonly<Record<string, unknown>>).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const meaning = [known?.meaning ?? '', inForce.length === 0 ? '' : `现行参数：${inForce.join('；')}`].filter((part) => part !== '');
    return ['指标', code, known?.name ?? '', meaning.join(' ')];
  });
}
