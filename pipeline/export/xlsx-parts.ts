import { escapeXml, letters } from './xlsx-text.ts';
import { stylesXml } from './xlsx-styles.ts';

/** One sheet as the workbook lists it. */
export interface SheetPlan {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly fixedColumns: number;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const MAIN = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export const sheetPath = (place: number): string => `xl/worksheets/sheet${place}.xml`;

/** Every part of a workbook but its sheets, in the order in which they are written. `exportedAt` is ISO 8601. */
export function fixedParts(sheets: readonly SheetPlan[], title: string, exportedAt: string): readonly (readonly [path: string, xml: string])[] {
  return [
    ['[Content_Types].xml', contentTypes(sheets.length)],
    ['_rels/.rels', relations([['officeDocument', 'xl/workbook.xml'], ['core', 'docProps/core.xml']])],
    ['docProps/core.xml', coreProperties(title, exportedAt)],
    ['xl/workbook.xml', workbook(sheets)],
    ['xl/_rels/workbook.xml.rels', relations([...sheets.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`] as const), ['styles', 'styles.xml']])],
    ['xl/styles.xml', stylesXml()],
  ];
}

function contentTypes(sheets: number): string {
  const overrides = [
    ['/xl/workbook.xml', `${MAIN}.sheet.main+xml`], ['/xl/styles.xml', `${MAIN}.styles+xml`], ['/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
    ...Array.from({ length: sheets }, (_, at) => [`/${sheetPath(at + 1)}`, `${MAIN}.worksheet+xml`]),
  ];
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.map(([part, type]) => `<Override PartName="${part}" ContentType="${type}"/>`).join('')}</Types>`;
}

function relations(targets: readonly (readonly [kind: string, target: string])[]): string {
  const type = (kind: string): string => (kind === 'core' ? `${PACKAGE}/relationships/metadata/core-properties` : `${OFFICE}/${kind}`);
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${targets.map(([kind, target], at) => `<Relationship Id="rId${at + 1}" Type="${type(kind)}" Target="${target}"/>`).join('')}</Relationships>`;
}

function coreProperties(title: string, exportedAt: string): string {
  const created = `${new Date(exportedAt).toISOString().slice(0, 19)}Z`;
  return `${HEAD}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`
    + `<dc:title>${escapeXml(title)}</dc:title><dc:creator>vatrisk</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${created}</dcterms:created></cp:coreProperties>`;
}

/** Heading rows and the fixed columns are printed on every page; filters need a hidden name each. */
function workbook(sheets: readonly SheetPlan[]): string {
  const list = sheets.map(({ name }, at) => `<sheet name="${escapeXml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  const names = sheets.map(({ name, columns, rows, fixedColumns }, at) => `<definedName name="_xlnm._FilterDatabase" localSheetId="${at}" hidden="1">'${name}'!$A$2:$${letters(columns)}$${rows + 2}</definedName>`
    + `<definedName name="_xlnm.Print_Titles" localSheetId="${at}">${fixedColumns === 0 ? '' : `'${name}'!$A:$${letters(fixedColumns)},`}'${name}'!$1:$2</definedName>`);
  return `${HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>${list.join('')}</sheets><definedNames>${names.join('')}</definedNames></workbook>`;
}
