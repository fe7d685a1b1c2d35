import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePicture } from '../../../pipeline/commands/ring.ts';
import { renderRing } from '../../../pipeline/commands/render-ring.ts';
import { drawRing } from '../../../pipeline/ring-picture/draw-svg.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { readRing, type Ring } from '../../../pipeline/snapshot/read-ring.ts';
import { jsonOf, runCli } from '../../support/cli.ts';
import { writeRingSnapshot } from '../../support/ring-snapshot.ts';
import { burstOfTwenty, idOf, ladderOfFive, loopOfFour, manyIssuers } from '../../support/rings.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ring-'));
const out = join(scratch, 'out');
const LOOP = 'R-7c1f0a92';
beforeAll(() => writeRingSnapshot(out, [loopOfFour(), burstOfTwenty(), ladderOfFive(), manyIssuers(230)]));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

async function read(ringId: string, folder = out): Promise<Ring> {
  const snapshot = await openSnapshot(folder);
  try {
    return await readRing(snapshot, ringId);
  } finally {
    await snapshot.close();
  }
}

describe('the page of a ring', () => {
  it('begins with kinds, score, members, amounts, days, value kept and claims', async () => {
    const [title, kinds, size, value, ...rest] = renderRing(await read(LOOP)).split('\n');
    expect(title).toBe(`团伙线索 ring  ${LOOP}    得分 score  0.87    数据截至 as of 2026-11-16`);
    expect(kinds).toBe('类型 kinds  闭环开票 closed_loop、同一控制 same_control');
    expect(size).toBe('成员 members  4 户    涉及金额 amount  892.3 万元（8,923,424.77 元）    起止 dates  2025-11-07～2026-01-09');
    expect(value).toBe('价值保留 value kept  93.4%    申请退税 claims  109.6 万元（1,096,387.15 元）');
    expect(rest.join('\n')).not.toContain('截断');
  });

  it('lists members by role and trade in the order of its hops', async () => {
    const lines = renderRing(await read(LOOP)).split('\n');
    const members = lines.filter((line) => /^\d{8}MA6K\d+  (开票|过票|受益)方/u.test(line));
    expect(members).toEqual([
      `${idOf(1)}  开票方 issuer            26.0%`, `${idOf(2)}  过票方 conduit           25.0%`, `${idOf(3)}  过票方 conduit           25.0%`, `${idOf(4)}  受益方 beneficiary       24.0%`,
    ]);
    expect(lines.slice(-4).map((line) => line.trim().split(/\s+/u))).toEqual([
      ['1', idOf(1), idOf(2), '2025-11-07', '2025-11-19', '24', '2,313,910.82'], ['2', idOf(2), idOf(3), '2025-11-21', '2025-12-02', '23', '2,250,113.40'],
      ['3', idOf(3), idOf(4), '2025-12-04', '2025-12-20', '22', '2,198,400.00'], ['4', idOf(4), idOf(1), '2025-12-22', '2026-01-09', '22', '2,161,000.55'],
    ]);
  });

  it('orders trade without hops by date, and dashes what is not known', async () => {
    const page = renderRing(await read('R-90aa17c3'));
    const days = [...page.matchAll(/(2026-\d\d-\d\d)  2026/gu)].map(([, day]) => day);
    expect(days).toEqual(['2026-01-05', '2026-02-05', '2026-03-02', '2026-03-05', '2026-04-05']);
    expect(page).toContain('申请退税 claims  —');
  });

  it('says when the search was cut off, speaks of leads and never of findings', async () => {
    const page = renderRing(await read('R-2b90e4d1'));
    expect(page).toContain('搜索截断 truncated');
    expect(page).toContain('须由人员核实');
    expect(page).not.toMatch(/认定|违法|犯罪|guilty|offence/u);
  });

  it('stops a very long table and says how to see the rest', async () => {
    const page = renderRing(await read('R-55ee66ff'));
    expect(page).toContain('另有 31 行，见 --json');
    expect(page.split('\n').length).toBeLessThan(430);
  });

  it('shows names, invoice numbers, dampers and figures where a snapshot has them, safely', async () => {
    const folder = join(scratch, 'later');
    const ring = loopOfFour();
    const hostile = { ...ring.members[0], taxpayer_name: '\u001b[31m红\u202e字' } as Ring['members'][number];
    const later = {
      ...ring,
      ring: { ...ring.ring, dampers: ['agent', 'legal_group'], shared_keys: 0.75, young: 0, days_between: 61.25 },
      members: [hostile, ...ring.members.slice(1)],
      ties: [['A', 'B', 'phone', 'device'], ['A', 'C', 'device'], ['B', 'C']].map(([first_id = '', second_id = '', ...shared_keys]) => ({ kind: 'invoice_mill', first_id, second_id, amount: 0, shared_keys })),
      edges: ring.edges.map((one, at) => ({ ...one, invoice_numbers: ['a', 'b', 'c'].map((letter) => `${letter}${at}`) })),
    };
    await writeRingSnapshot(folder, [later], { rings: 'dampers VARCHAR[], shared_keys DOUBLE, young DOUBLE, days_between DOUBLE', members: 'taxpayer_name VARCHAR', edges: 'invoice_numbers VARCHAR[]' });
    const page = renderRing(await read(LOOP, folder));
    expect(page).toContain('减弱因素 dampers  agent；同一投资方、有人员有历史的企业集团 legal_group');
    expect(page).toContain('特征 signs  共用人员、电话、地址、设备或网络 75.0%\n其他 further  days_between 61.25');
    expect(page).toContain('�[31m红�字');
    expect(page).toContain('曲靖恒源物资有限责任公司');
    expect(page).toContain('关联 ties  空壳批量开票 invoice_mill 3 对，其中共用 电话 1、设备 2');
    expect(page).toContain('a0, b0 …');
    expect(page).not.toMatch(/[\u001b\u202e]/u);
  });
});

describe('vatrisk ring', () => {
  it('piped, prints one JSON document; ids are found in either case', async () => {
    const result = await runCli('ring', LOOP.toUpperCase(), '--out', out);
    expect(result.code, result.stderr).toBe(0);
    const found = jsonOf(result) as Ring;
    expect(found).toEqual({ ...JSON.parse(JSON.stringify(loopOfFour())), members: loopOfFour().members.map(({ taxpayer_id, role, share }) => ({ taxpayer_id, role, share })) });
  });

  it('--svg writes the picture of the ring, whatever the order of its rows, and says what is in it', async () => {
    const file = join(scratch, 'new folder', 'one.svg');
    const result = await runCli('ring', 'R-55ee66ff', '--out', out, '--svg', file);
    expect(result.code, result.stderr).toBe(0);
    expect(jsonOf(result)).toEqual({ asOf: '2026-11-16', snapshotId: loopOfFour().snapshotId, ring_id: 'R-55ee66ff', svg: file, members_drawn: 60, members_left_out: 171 });
    expect(readFileSync(file, 'utf8')).toBe(drawRing(manyIssuers(230)).svg);
  });

  it('an unknown ring is an error with a code, the nearest id and what to do', async () => {
    const near = await runCli('ring', 'R-7c1f0a93', '--out', out);
    expect([near.code, near.stdout]).toEqual([3, '']);
    expect(near.stderr).toMatch(/^\[RING_UNKNOWN\].*"vatrisk show TAXPAYER_ID".*did you mean R-7c1f0a92\?/u);
    await expect(read('nothing-like-it')).rejects.toThrow(/^(?!.*did you mean)/u);
  });

  it('says so when a snapshot holds no rings at all', async () => {
    const folder = join(scratch, 'none');
    await writeRingSnapshot(folder, []);
    await expect(read(LOOP, folder)).rejects.toThrow(/no such ring; it found no ring at all/u);
  });

  it('refuses --json with --svg, and a file it cannot write', async () => {
    const folder = join(scratch, 'a folder');
    mkdirSync(folder);
    const both = await runCli('ring', LOOP, '--out', out, '--json', '--svg', join(scratch, 'x.svg'));
    expect([both.code, existsSync(join(scratch, 'x.svg'))]).toEqual([2, false]);
    expect(() => writePicture(loopOfFour(), folder)).toThrow(expect.objectContaining({ code: 'DISK_FAILED', exitCode: 7 }));
    expect(existsSync(`${folder}.next`)).toBe(false);
  });
});
