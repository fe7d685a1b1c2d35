import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collide } from '../../../pipeline/ring-picture/boxes.ts';
import { layoutRing } from '../../../pipeline/ring-picture/layout.ts';
import { loopOrder } from '../../../pipeline/ring-picture/loop-order.ts';
import { MOST_DRAWN, pictureGraph } from '../../../pipeline/ring-picture/ring-graph.ts';
import { ROLES } from '../../../pipeline/ring-picture/ring-words.ts';
import { ringScene, type Scene } from '../../../pipeline/ring-picture/scene.ts';
import type { Ring } from '../../../pipeline/snapshot/read-ring.ts';
import { burstOfTwenty, edge, idOf, ladderOfFive, loopOfFour, loopsWithOthers, member, ringOf, sameHands, splitOfThirty } from '../../support/rings.ts';

const anyEdge = (members: number) =>
  fc.record({ seller: fc.integer({ min: 1, max: members }), buyer: fc.integer({ min: 1, max: members }), amount: fc.double({ min: -1e3, max: 1e11, noNaN: true }), hop: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 2 }) });

/** Any ring: any roles, loops or not, unlisted parties, trade with oneself. */
const anyRing: fc.Arbitrary<Ring> = fc.integer({ min: 1, max: 75 }).chain((count) =>
  fc.tuple(fc.array(fc.constantFrom(...ROLES), { minLength: count, maxLength: count }), fc.array(anyEdge(count + 2), { maxLength: 2 * count })).map(([roles, edges]) =>
    ringOf('R-any', [], roles.map((role, at) => member(at + 1, role)), edges.map(({ seller, buyer, amount, hop }) => edge(seller, buyer, amount, { hop }))),
  ),
);

function expectInFrame(scene: Scene): void {
  const inside = (x: number, y: number) => Number.isFinite(x) && Number.isFinite(y) && x >= 0 && y >= 0 && x <= scene.width && y <= scene.height;
  for (const { x, y, width, height } of [...scene.boxes, ...scene.labels]) expect(inside(x - width / 2, y - height / 2) && inside(x + width / 2, y + height / 2)).toBe(true);
  for (const { curve, head, width } of scene.arrows) {
    expect([curve[0], curve[3], ...head].every(({ x, y }) => inside(x, y))).toBe(true);
    expect(width).toBeGreaterThan(0);
  }
}

function expectFreeLabels({ labels, boxes }: Scene): void {
  expect(labels.some((label, at) => [...boxes, ...labels.slice(at + 1)].some((other) => collide(label, other)))).toBe(false);
}

describe('the layout of any ring', () => {
  it('gives every drawn member a place of its own inside the frame', () => {
    fc.assert(
      fc.property(anyRing, (ring) => {
        const graph = pictureGraph(ring);
        const scene = ringScene(graph);
        expect(scene.boxes.map(({ id }) => id).sort()).toEqual(graph.nodes.map(({ id }) => id).sort());
        expect(graph.nodes.length).toBeLessThanOrEqual(MOST_DRAWN);
        expect(new Set(scene.boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(scene.boxes.length);
        expect(scene.boxes.some((box, at) => scene.boxes.slice(at + 1).some((other) => collide(box, other)))).toBe(false);
        expect(scene.arrows.length).toBe(graph.edges.length);
        expectInFrame(scene);
        expectFreeLabels(scene);
      }),
      { numRuns: 120 },
    );
  });

  it.each([
    ['a loop', loopOfFour(), 'loop', 4], ['loops with others', loopsWithOthers(), 'loop', 7], ['a burst', burstOfTwenty(), 'layers', 0], ['a ladder', ladderOfFive(), 'layers', 5],
    ['a split', splitOfThirty(), 'layers', 0], ['firms under one hand', sameHands(9), 'circle', 0],
  ] as const)('of %s has every label it should, off boxes and off each other', (_what, ring, kind, labels) => {
    const scene = ringScene(pictureGraph(ring));
    expect(scene.kind).toBe(kind);
    expectFreeLabels(scene);
    expect(scene.labels.length).toBe(labels);
  });
});

describe('columns', () => {
  const xOf = (ring: Ring) => {
    const boxes = new Map(layoutRing(pictureGraph(ring)).boxes.map(({ id, x }) => [id, x]));
    return (number: number) => boxes.get(idOf(number)) ?? Number.NaN;
  };

  it('go from issuers to those who benefit', () => {
    const x = xOf(burstOfTwenty());
    for (let shell = 1; shell <= 20; shell += 1) expect(x(shell)).toBe(x(1));
    expect(x(101)).toBe(x(102));
    expect(x(1)).toBeLessThan(x(101));
  });

  it('spread a ladder one step at a time, short cuts notwithstanding', () => {
    const x = xOf(ladderOfFive());
    expect([1, 2, 3, 4, 5].map(x)).toEqual([1, 2, 3, 4, 5].map(x).sort((a, b) => a - b));
    expect(new Set([1, 2, 3, 4, 5].map(x)).size).toBe(5);
  });

  it('put ordinary members where their trade puts them', () => {
    const x = xOf(splitOfThirty());
    expect(x(200)).toBeLessThan(x(7));
    expect(x(7)).toBeLessThan(x(302));
  });
});

describe('loopOrder', () => {
  const orderOf = (...hops: readonly (readonly [number, number, number])[]) => {
    const found = loopOrder(pictureGraph({ members: [], edges: hops.map(([seller, buyer, hop]) => edge(seller, buyer, 1000, { hop })) }).edges);
    return found?.map((id) => Number(id.slice(-6))) ?? null;
  };

  it('follows the hops', () => {
    expect(orderOf([3, 9, 2], [9, 5, 3], [5, 3, 4])).toEqual([3, 9, 5]);
    expect(orderOf([7, 3, 1], [3, 9, 2], [9, 7, 3])).toEqual([7, 3, 9]);
  });

  it('takes a second loop after the first', () => {
    expect(orderOf([1, 2, 1], [2, 3, 2], [3, 1, 3], [1, 4, 1], [4, 5, 2], [5, 1, 3])).toEqual([1, 2, 3, 4, 5]);
  });

  it('knows hops that do not close, and trade without hops', () => {
    expect(orderOf([1, 2, 1], [2, 3, 2])).toBeNull();
    expect(loopOrder(pictureGraph({ members: [], edges: [edge(1, 2, 5), edge(2, 1, 5)] }).edges)).toBeNull();
  });
});
