import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, recordsOf, sheetsOf } from '../../support/workbook.ts';
import { writeExportWorld } from '../../support/export-world.ts';
import { exportTo, filesIn, scratch } from './world.ts';

const { folder, clean } = scratch();
const out = join(folder, 'out');
const PERSON = '532522196802060013';
const NAMED = [
  { id: '012345678901234567', name: '=cmd|\'/c calc\'!A1有限公司', color: 'red', amountAtRisk: 1234567.89, rings: ['R-x'] },
  { id: '91530000000000001X', name: '＝SUM(A1)<b>&"商贸"有限公司', color: 'orange' },
  { id: PERSON, name: '张三', color: 'orange' },
  { id: '915300000000000028', name: '昆明\u0001\u202e某某\r\n商贸有限公司', color: 'blue' },
] as const;

beforeAll(() => writeExportWorld(out, {
  named: NAMED, external: [{ id: '91110000000000000A', name: '外省某某贸易有限公司', ring: 'R-x' }],
  catalogue: { format: 1, indicators: [{ code: 'VR-22', name: { zh: '开票大于申报', en: 'x' }, question: { zh: '是否都已如数申报？', en: 'y' } }] },
}));
afterAll(clean);

async function workbook(name: string, asked: Parameters<typeof exportTo>[2] = {}) {
  const file = join(folder, `${name}.xlsx`);
  return { file, result: await exportTo(out, file, asked), sheets: sheetsOf(file) };
}

describe('the workbook', () => {
  it('has its sheets in order, Chinese headings over field codes, and both stay in sight', async () => {
    const { sheets, result } = await workbook('sheets');
    expect([...sheets.keys()]).toEqual(['线索清单', '指标明细', '团伙', '团伙交易', '口径说明', '元数据']);
    const cases = sheets.get('线索清单')!;
    expect([...cases.rows[0]!.values()].slice(0, 3).map(({ value }) => value)).toEqual(['序号', '纳税人识别号', '纳税人名称']);
    expect([...cases.rows[1]!.values()].slice(0, 3).map(({ value }) => value)).toEqual(['case_no', 'taxpayer_id', 'taxpayer_name']);
    expect(cases.xml).toContain('<pane xSplit="3" ySplit="2" topLeftCell="D3" activePane="bottomRight" state="frozen"/>');
    expect(cases.xml).toContain('orientation="landscape"');
    expect(result.rows).toMatchObject({ 线索清单: 4, 团伙: 2, 团伙交易: 2 });
    for (const [name, rows] of Object.entries(result.rows)) expect(recordsOf(sheets.get(name)!)).toHaveLength(rows);
  });

  it('keeps identifiers as text, whole, with their zeros, and amounts and days as numbers with their formats', async () => {
    const { sheets } = await workbook('types');
    const [first, person] = recordsOf(sheets.get('线索清单')!);
    expect(first!['taxpayer_id']).toEqual({ value: '012345678901234567', type: 'inlineStr', format: '@' });
    expect(first!['amount_at_risk']).toEqual({ value: '1234567.89', type: undefined, format: '#,##0.00' });
    expect(first!['coverage_weighted']).toEqual({ value: '0.5124', type: undefined, format: '0.0%' });
    expect([first!['color'], first!['level'], first!['limited_data'], first!['suspend']].map((cell) => cell!.value)).toEqual(['红', '高', '否', '是']);
    expect(person!['taxpayer_id']!.value).toBe('532522********0013');
    const [ring] = recordsOf(sheets.get('团伙')!);
    // 7 November 2025 is day 45968 of the calendar of spreadsheets.
    expect(ring!['first_date']).toEqual({ value: '45968', type: undefined, format: 'yyyy-mm-dd' });
    expect(ring!['kinds']!.value).toBe('闭环开票；同一控制');
  });

  it('never writes a formula, and makes invisible characters visible', async () => {
    const { file, sheets } = await workbook('text', { unmask: true, purpose: '稽查选案' });
    const cases = recordsOf(sheets.get('线索清单')!);
    expect(cases.map((row) => row['taxpayer_name']!)).toEqual([
      { value: '=cmd|\'/c calc\'!A1有限公司', type: 'inlineStr', format: '@' }, { value: '张三', type: 'inlineStr', format: '@' }, { value: '＝SUM(A1)<b>&"商贸"有限公司', type: 'inlineStr', format: '@' },
      { value: '昆明��某某 商贸有限公司', type: 'inlineStr', format: '@' },
    ]);
    expect(cases[1]!['taxpayer_id']!.value).toBe(PERSON);
    for (const xml of entriesOf(file).values()) expect(xml).not.toMatch(/<f[ >]/u);
    expect([...sheets.get('元数据')!.rows].flatMap((row) => [...row.values()].map(({ value }) => value))).toEqual(expect.arrayContaining(['稽查选案', '王五', '否，名称与证件号码完整列示']));
  });

  it('shows hits of the taxpayer with the names of the catalogue, never findings about the office nor watch notes', async () => {
    const { sheets, file } = await workbook('hits');
    const hits = recordsOf(sheets.get('指标明细')!);
    expect(hits.map(({ case_no: place, code }) => `${place!.value} ${code!.value}`)).toEqual(['1 VR-22', '1 VR-31', '1 VR-35', '2 VR-22', '2 VR-31', '2 VR-35', '3 VR-22', '3 VR-31', '4 VR-22', '4 VR-31']);
    expect(hits[0]!['indicator_name']!.value).toBe('开票大于申报');
    expect(hits[1]!['indicator_name']).toBeUndefined();
    for (const xml of entriesOf(file).values()) expect(xml).not.toMatch(/内部时限发现|watch:|认定(?!依据)/u);
  });

  it('explains itself: columns, cuts, thresholds in force, and that leads are no findings', async () => {
    const { sheets } = await workbook('notes');
    const notes = recordsOf(sheets.get('口径说明')!).map((row) => [row['section'], row['code'], row['meaning']].map((cell) => cell?.value ?? ''));
    expect(notes).toContainEqual(['使用须知', '', '线索仅供核查，不作为认定依据；是否存在问题须由人员核实。']);
    expect(notes).toContainEqual(['等级界限', 'orange', '得分不低于60；或因“定色依据”所列情形']);
    expect(notes).toContainEqual(['指标', 'VR-22', '是否都已如数申报？ 现行参数：gap_tolerance_yuan=10']);
    const explained = new Set(notes.map(([section, code]) => `${section} ${code}`));
    for (const name of ['线索清单', '指标明细', '团伙', '团伙交易']) for (const { value } of sheets.get(name)!.rows[1]!.values()) expect(explained).toContain(`${name} ${value}`);
  });

  it('goes on in further sheets above the rows a sheet holds, each with its headings', async () => {
    const { sheets } = await workbook('parts', { options: { partRows: 3 } });
    expect([...sheets.keys()].filter((name) => /线索清单|指标明细/u.test(name))).toEqual(['线索清单', '线索清单(2)', '指标明细', '指标明细(2)', '指标明细(3)', '指标明细(4)']);
    expect(recordsOf(sheets.get('线索清单(2)')!).map((row) => row['case_no']!.value)).toEqual(['4']);
    expect(recordsOf(sheets.get('指标明细(4)')!)).toHaveLength(1);
  });

  it('gives the same bytes for the same order in any time zone, and others at another moment', async () => {
    const former = process.env['TZ'];
    const files = [];
    try {
      for (const [name, zone] of [['a', 'Asia/Shanghai'], ['b', 'America/Los_Angeles']] as const) {
        process.env['TZ'] = zone;
        mkdirSync(join(folder, name), { recursive: true });
        await exportTo(out, join(folder, name, 'same.xlsx'));
        files.push(readFileSync(join(folder, name, 'same.xlsx')));
      }
    } finally {
      if (former === undefined) delete process.env['TZ'];
      else process.env['TZ'] = former;
    }
    await exportTo(out, join(folder, 'later.xlsx'), { exportedAt: '2026-11-23T01:02:03.000Z' });
    expect(files[0]!.equals(files[1]!)).toBe(true);
    expect(files[0]!.equals(readFileSync(join(folder, 'later.xlsx')))).toBe(false);
  });

  it('leaves nothing beside itself', () => {
    expect(filesIn(folder).filter((name) => name.startsWith('.') || name.includes('partial'))).toEqual([]);
  });
});
