import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawRing } from '../../../pipeline/ring-picture/draw-svg.ts';
import type { Ring } from '../../../pipeline/snapshot/read-ring.ts';
import { burstOfTwenty, edge, idOf, ladderOfFive, loopOfFour, loopsWithOthers, manyIssuers, member, ringOf, sameHands, splitOfThirty } from '../../support/rings.ts';
import { parseXml } from '../../support/xml.ts';

const RINGS: readonly (readonly [string, Ring])[] = [
  ['a loop', loopOfFour()], ['a burst', burstOfTwenty()], ['a ladder', ladderOfFive()], ['a split', splitOfThirty()], ['loops with others', loopsWithOthers()],
  ['firms under one hand', sameHands(9)], ['a crowd', manyIssuers(130)], ['nobody', ringOf('R-0', [], [], [])],
];

const texts = (svg: string) => parseXml(svg).filter(({ name }) => name === 'text').map(({ text }) => text);
const titles = (svg: string) => parseXml(svg).filter(({ name }) => name === 'title').map(({ text }) => text);

describe('the picture of a ring', () => {
  it.each(RINGS)('of %s is well-formed, stands alone and says its size and fonts', (_what, ring) => {
    const { svg } = drawRing(ring);
    const elements = parseXml(svg);
    const root = elements.at(-1);
    expect(root?.name).toBe('svg');
    expect(root?.attributes['viewBox']).toBe(`0 0 ${root?.attributes['width'] ?? ''} ${root?.attributes['height'] ?? ''}`);
    expect(root?.attributes['font-family']).toContain('Noto Sans CJK SC');
    expect(elements.map(({ name }) => name).filter((name) => !/^(svg|title|rect|g|path|polygon|text|line)$/u.test(name))).toEqual([]);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/href|url\(|http|style=|NaN|Infinity|undefined/u);
  });

  it.each(RINGS)('of %s is the same whatever the order of the rows', (_what, ring) => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...ring.members], { minLength: ring.members.length }), fc.shuffledSubarray([...ring.edges], { minLength: ring.edges.length }), (members, edges) => {
        expect(drawRing({ ...ring, members, edges }).svg).toBe(drawRing(ring).svg);
      }),
      { numRuns: 5 },
    );
  });

  it('names kinds, roles, amounts and days in Chinese, and each whole id in a tooltip', () => {
    const { svg } = drawRing(loopOfFour());
    const words = texts(svg);
    expect(words).toContain('闭环开票 closed_loop、同一控制 same_control');
    expect(words).toContain('① 231.4 万元 · 24 张');
    expect(words).toContain('2025-12-22～2026-01-09');
    expect(words).toContain('昆明滇池鑫达商贸');
    for (const legend of ['开票方', '过票方', '受益方']) expect(words).toContain(legend);
    expect(words).not.toContain('控制方');
    for (const number of [1, 2, 3, 4]) expect(titles(svg).some((title) => title.startsWith(`${idOf(number)} · `))).toBe(true);
    expect(words.join()).toContain('须由人员核实');
  });

  it('calls a member without a name by the end of its id', () => {
    expect(texts(drawRing(ladderOfFive()).svg)).toContain('…000001');
  });

  it('counts what it leaves out, and keeps those who benefit', () => {
    const { svg, drawn, leftOut } = drawRing(manyIssuers(130));
    expect([drawn, leftOut]).toEqual([60, 71]);
    expect(texts(svg)).toContain('另有 71 户未画（71 条交易、2,556.0 万元）');
    expect(titles(svg).some((title) => title.startsWith(idOf(9000)))).toBe(true);
    expect(texts(drawRing(loopOfFour()).svg).join()).not.toContain('未画');
  });

  it('leaves out large issuers before the loop, those who benefit and those who control', () => {
    const crowd = manyIssuers(130);
    const hops = [edge(9101, 9102, 5, { hop: 1 }), edge(9102, 9101, 5, { hop: 2 })];
    const few = [member(9101, 'member'), member(9102, 'member'), member(9103, 'controller'), member(9104, 'beneficiary')];
    const shown = titles(drawRing({ ...crowd, members: [...crowd.members, ...few], edges: [...crowd.edges, ...hops] }).svg);
    for (const { taxpayer_id } of few) expect(shown.some((title) => title.startsWith(`${taxpayer_id} · `)), taxpayer_id).toBe(true);
  });

  it('says when the search was cut off', () => {
    expect(texts(drawRing(burstOfTwenty()).svg).join()).toContain('搜索截断');
    expect(texts(drawRing(loopOfFour()).svg).join()).not.toContain('搜索截断');
  });

  it('names what weakens the lead, where a snapshot tells it', () => {
    const ring = loopOfFour();
    const dampened = { ...ring, ring: { ...ring.ring, dampers: ['集团内部往来', '<b>'] } };
    expect(texts(drawRing(dampened).svg)).toContain('减弱因素：集团内部往来、<b>');
    expect(texts(drawRing(ring).svg).join()).not.toContain('减弱');
  });

  it('draws all trade between two members, whichever its rows, as one arrow of the sum', () => {
    const rows = [edge(1, 2, 100_000, { invoices: 1, first_date: '2026-05-01', last_date: '2026-05-01' }), edge(1, 2, 200_000, { invoices: 2 }), edge(2, 2, 7)];
    const { svg } = drawRing(ringOf('R-1', ['pass_through'], [member(1, 'issuer'), member(2, 'conduit')], rows));
    expect(texts(svg)).toContain('30.0 万元 · 3 张');
    expect(texts(svg)).toContain('2026-03-02～05-01');
    expect(texts(svg)).toContain('另有同一户内的交易未画（1 条交易、0.0 万元）');
  });

  it('shows hostile names and ids as plain text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('<script>alert(1)</script>', '"/><image href="x"/>', "&amp;'\u0000\u001b[0m\ud800", ']]>&#x3c;'), (random, evil) => {
        const named = member(1, evil, 0.5, `${random}${evil}`);
        const ring = ringOf(`${evil}${random}`, [random, evil], [{ ...named, taxpayer_id: evil }, member(2, 'issuer')], [{ ...edge(2, 1, 5), buyer_id: evil }]);
        const names = parseXml(drawRing(ring).svg).map(({ name }) => name);
        expect(names.filter((name) => name === 'script' || name === 'image')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
