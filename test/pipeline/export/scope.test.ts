import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExportWorld } from '../../support/export-world.ts';
import { entriesOf, recordsOf, sheetsOf } from '../../support/workbook.ts';
import { bytesOf, exportTo, filesIn, scratch } from './world.ts';

const { folder, clean } = scratch();
const out = join(folder, 'out');
const INSIDE = ['915301000000000001', '915301000000000002', '915301000000000003'] as const;
const OUTSIDE = ['915303000000000001', '915303000000000002'] as const;
const NOWHERE = '915399000000000009';
const EXTERNAL = '91110000000000000A';

// The ring of A goes inside 1 → inside 2 → outside 1 → unknown district → external → inside 1; the ring of B lies outside altogether but for one member nobody asks for.
beforeAll(() => writeExportWorld(out, {
  named: [
    { id: INSIDE[0], name: '昆明甲商贸有限公司', color: 'red', rings: ['R-a'], amountAtRisk: 500 },
    { id: INSIDE[1], name: '昆明乙商贸有限公司', color: 'blue', rings: ['R-a'], amountAtRisk: 100, industry: 'C1711' },
    { id: INSIDE[2], name: '昆明丙%商贸有限公司', color: 'none', rings: ['R-b'], district: '530113' },
    { id: OUTSIDE[0], name: '曲靖丁商贸有限公司', color: 'red', rings: ['R-a', 'R-b'], district: '530302' },
    { id: OUTSIDE[1], name: '曲靖戊商贸有限公司', color: 'yellow', rings: ['R-b'], district: '530302' },
    { id: NOWHERE, name: '无处己商贸有限公司', color: 'orange', rings: ['R-a'], district: null },
  ],
  external: [{ id: EXTERNAL, name: '北京庚商贸有限公司', ring: 'R-a' }],
}));
afterAll(clean);

const workbook = async (name: string, asked: Parameters<typeof exportTo>[2]) => {
  const file = join(folder, `${name}.xlsx`);
  await exportTo(out, file, { unmask: true, purpose: '稽查选案', ...asked });
  return { file, sheets: sheetsOf(file) };
};
const idsOf = async (filters: NonNullable<Parameters<typeof exportTo>[2]>['filters'], scope = ['*']) =>
  recordsOf((await workbook('filter', { filters: filters ?? {}, scope })).sheets.get('线索清单')!).map((row) => row['taxpayer_id']!.value);

describe('what lies outside the scope', () => {
  it('is counted as members of a ring and named in no file of any format', async () => {
    const { file, sheets } = await workbook('scope', { scope: ['5301'], filters: { color: ['red'] } });
    expect(recordsOf(sheets.get('线索清单')!).map((row) => row['taxpayer_id']!.value)).toEqual([INSIDE[0]]);
    const members = recordsOf(sheets.get('团伙')!);
    expect(members.map((row) => row['taxpayer_id']!.value).sort()).toEqual([EXTERNAL, INSIDE[0], INSIDE[1]].sort());
    expect(members.map((row) => [row['ring_id']!.value, row['outside_members']!.value, row['members']!.value])).toEqual([['R-a', '2', '5'], ['R-a', '2', '5'], ['R-a', '2', '5']]);
    expect(recordsOf(sheets.get('团伙交易')!).map((row) => [row['seller_id']!.value, row['buyer_id']!.value])).toEqual([[EXTERNAL, INSIDE[0]], [INSIDE[0], INSIDE[1]]]);
    const hidden = new RegExp([...OUTSIDE, NOWHERE, '曲靖', '无处', 'R-b'].join('|'), 'u');
    for (const xml of entriesOf(file).values()) expect(xml).not.toMatch(hidden);
    for (const format of ['csv', 'parquet'] as const) {
      const at = join(folder, format);
      mkdirSync(at);
      await exportTo(out, join(at, `x.${format}`), { format, scope: ['5301'], filters: { color: ['red'] }, unmask: true, purpose: '稽查选案' });
      for (const name of filesIn(at)) expect(bytesOf(at, name).toString()).not.toMatch(hidden);
    }
  });

  it('is in the export of someone who may see everything: the search for hidden ids above can fail', async () => {
    const { file, sheets } = await workbook('all', { filters: { color: ['red'] } });
    expect(recordsOf(sheets.get('团伙')!).map((row) => `${row['taxpayer_id']!.value} ${row['outside_members']!.value}`)).toContain(`${NOWHERE} 0`);
    expect([...entriesOf(file).values()].join('')).toContain(OUTSIDE[0]);
  });

  it('cannot be reached by asking for it: by id, by ring, by its region', async () => {
    for (const filters of [{ ids: [OUTSIDE[0]] }, { ids: [NOWHERE] }, { ring: 'R-b', color: ['red'] }, { ring: 'R-unknown' }]) {
      await expect(idsOf(filters, ['5301']), JSON.stringify(filters)).rejects.toMatchObject({ code: 'EXPORT_EMPTY', exitCode: 3 });
    }
    // Nor does an error tell what there is: to this scope the region is as unknown as one that nobody lies in.
    const faults = async (region: string) => exportTo(out, join(folder, 'no.xlsx'), { scope: ['5301'], filters: { region: [region] } }).catch((error: unknown) => (error as { details: string[] }).details.join().replaceAll(region, ''));
    expect(await faults('5303')).toBe(await faults('5304'));
    await expect(exportTo(out, join(folder, 'no.xlsx'), { scope: [] })).rejects.toMatchObject({ code: 'EXPORT_EMPTY' });
  });
});

describe('filters', () => {
  it.each([
    [{ ids: [INSIDE[1], OUTSIDE[1], 'nobody'] }, [OUTSIDE[1], INSIDE[1]]],
    [{ ids: [] }, []],
    [{ name: '昆明' }, [INSIDE[0], INSIDE[1], INSIDE[2]]],
    [{ name: '丙%商' }, [INSIDE[2]]],
    [{ name: '%商' }, [INSIDE[2]]],
    [{ name: "' or true --" }, []],
    [{ level: ['high'] }, [OUTSIDE[0], INSIDE[0], NOWHERE]],
    [{ color: ['blue', 'none'] }, [INSIDE[1], INSIDE[2]]],
    [{ region: ['530113', '5303'] }, [OUTSIDE[0], OUTSIDE[1], INSIDE[2]]],
    [{ industry: ['C17'] }, [INSIDE[1]]],
    [{ indicator: ['VR-35'], region: ['53'] }, [INSIDE[0], OUTSIDE[1], INSIDE[2]]],
    [{ indicator: ['AD-01'] }, []],
    [{ indicator: ['VR-38'] }, []],
    [{ ring: 'R-b' }, [OUTSIDE[0], OUTSIDE[1], INSIDE[2]]],
    [{ amount: { minimum: 100, maximum: 500 } }, [INSIDE[0], INSIDE[1]]],
    [{ amount: { minimum: 500.01 } }, [OUTSIDE[0], NOWHERE, OUTSIDE[1], INSIDE[2]]],
    [{ color: ['red'], amount: { maximum: 600 } }, [INSIDE[0]]],
  ])('%j finds its taxpayers, in order of handling', async (filters, expected) => {
    if (expected.length === 0) await expect(idsOf(filters)).rejects.toMatchObject({ code: 'EXPORT_EMPTY' });
    else expect(await idsOf(filters)).toEqual(expected);
  });

  it('that the snapshot does not know are all named, with the nearest that it knows', async () => {
    const filters = { level: ['hihg'], color: ['red', 'oragne'], region: ['5399'], industry: ['Z'], indicator: ['VR-23'], name: '昆', amount: { minimum: 5, maximum: 1 } };
    const error = await exportTo(out, join(folder, 'no.xlsx'), { filters }).catch((caught: unknown) => caught as { code: string; details: string[] });
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect((error as { details: string[] }).details.map((line) => line.split(':')[0])).toEqual(['level', 'color', 'indicator', 'region', 'industry', 'name', 'amount']);
    expect((error as { details: string[] }).details.slice(0, 3)).toEqual(['level: hihg is not known; did you mean high?', 'color: oragne is not known; did you mean orange?', 'indicator: VR-23 is not known; did you mean VR-22?']);
  });
});
