import type { Box } from './boxes.ts';
import { hasWords } from './edge-words.ts';
import { onCircle, roundLoop } from './circle-layout.ts';
import { inLayers, layersOf } from './layer-layout.ts';
import { loopOrder } from './loop-order.ts';
import type { PictureGraph } from './ring-graph.ts';

/** How a ring is laid out: round its loop, in columns from issuers to beneficiaries, or simply on a circle. */
export interface Layout {
  readonly kind: 'loop' | 'layers' | 'circle';
  /** One box per drawn member; pixels, anywhere round (0, 0). No two boxes touch. */
  readonly boxes: readonly Box[];
}

/** Gives every member of a ring its place; the same graph always gives the same places. */
export function layoutRing(graph: PictureGraph): Layout {
  const loop = loopOrder(graph.edges);
  if (loop !== null) return { kind: 'loop', boxes: roundLoop(graph, loop) };
  const columns = layersOf(graph);
  if (columns.length > 1) return { kind: 'layers', boxes: inLayers(columns, graph.edges) };
  return { kind: 'circle', boxes: onCircle(graph.nodes.map(({ id }) => id), hasWords(graph.edges)) };
}
