import type { ColumnKind } from './export-table.ts';

interface Format {
  readonly numberFormat: number;
  readonly font?: number;
  readonly fill?: number;
  readonly alignment: string;
  /** Text stays text even after somebody has edited the cell. */
  readonly quotePrefix?: boolean;
}

const TOP = 'vertical="top"';
// Set off a little, so that it does not run into the figures of the column before.
const LEFT = 'horizontal="left" vertical="top" indent="1"';
const CENTRE = 'horizontal="center" vertical="top"';
const TEXT = 49;
const OWN_FORMATS = { 164: 'yyyy-mm-dd', 165: '0.0%', 166: '0.0' };

// Cells marked as text show more than 255 characters as ####, so long text is general, with the mark that keeps it text.
const FORMATS = {
  text: { numberFormat: TEXT, alignment: `${LEFT} wrapText="1"` },
  id: { numberFormat: TEXT, alignment: LEFT },
  boolean: { numberFormat: TEXT, alignment: CENTRE },
  color: { numberFormat: TEXT, alignment: CENTRE },
  list: { numberFormat: 0, alignment: `${LEFT} wrapText="1"`, quotePrefix: true },
  long: { numberFormat: 0, alignment: `${LEFT} wrapText="1"`, quotePrefix: true },
  yuan: { numberFormat: 4, alignment: TOP },
  score: { numberFormat: 166, alignment: TOP },
  points: { numberFormat: 2, alignment: TOP },
  share: { numberFormat: 165, alignment: TOP },
  count: { numberFormat: 3, alignment: TOP },
  number: { numberFormat: 0, alignment: TOP },
  date: { numberFormat: 164, alignment: CENTRE },
  heading: { numberFormat: TEXT, font: 1, fill: 2, alignment: 'horizontal="center" vertical="center" wrapText="1"' },
  fieldCode: { numberFormat: TEXT, font: 2, fill: 2, alignment: 'horizontal="center" vertical="center" shrinkToFit="1"' },
  红: { numberFormat: TEXT, fill: 3, alignment: CENTRE },
  橙: { numberFormat: TEXT, fill: 4, alignment: CENTRE },
  黄: { numberFormat: TEXT, fill: 5, alignment: CENTRE },
  蓝: { numberFormat: TEXT, fill: 6, alignment: CENTRE },
} as const satisfies Readonly<Record<ColumnKind, Format>> & Readonly<Record<string, Format>>;

export type StyleName = keyof typeof FORMATS;

// The first format of a workbook is that of cells nobody formatted.
const NAMES = Object.keys(FORMATS) as StyleName[];
const NUMBERS = new Map<string, number>(NAMES.map((name, at) => [name, at + 1]));

/** Number of a style in the workbook. */
export const styleOf = (name: StyleName): number => NUMBERS.get(name) ?? 0;

/** Style of a colour by its word; other words look like text in the middle. */
export const colorStyle = (word: string): number => NUMBERS.get(word) ?? styleOf('color');

const FILLS = ['D9D9D9', 'FFC7CE', 'FFD9B3', 'FFF2B3', 'CFE2F3'];
const FONT = '<sz val="10"/><name val="宋体"/><family val="3"/><charset val="134"/>';

/** xl/styles.xml: every format used by an export. */
export function stylesXml(): string {
  const fills = FILLS.map((color) => `<fill><patternFill patternType="solid"><fgColor rgb="FF${color}"/><bgColor indexed="64"/></patternFill></fill>`);
  const formats = NAMES.map((name) => {
    const { numberFormat, font = 0, fill = 0, alignment, quotePrefix = false }: Format = FORMATS[name];
    return `<xf numFmtId="${numberFormat}" fontId="${font}" fillId="${fill}" borderId="${fill === 2 ? 1 : 0}" xfId="0"${quotePrefix ? ' quotePrefix="1"' : ''} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment ${alignment}/></xf>`;
  });
  const thin = ['left', 'right', 'top', 'bottom'].map((side) => `<${side} style="thin"><color rgb="FFBFBFBF"/></${side}>`).join('');
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="3">${Object.entries(OWN_FORMATS).map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`).join('')}</numFmts>
<fonts count="3"><font>${FONT}</font><font><b/>${FONT}</font><font><i/><sz val="8"/><color rgb="FF666666"/><name val="Arial"/><family val="2"/></font></fonts>
<fills count="${FILLS.length + 2}"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fills.join('')}</fills>
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>${thin}<diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="${NAMES.length + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>${formats.join('')}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>`;
}
