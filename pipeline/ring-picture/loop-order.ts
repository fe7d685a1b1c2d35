import { byText, type PictureEdge } from './ring-graph.ts';

/** Members of a closed loop in the order in which the invoices go round, or null when the hops do not close. */
export function loopOrder(edges: readonly PictureEdge[]): readonly string[] | null {
  const hops = edges.filter(({ hop }) => hop !== null).sort(byHop);
  if (!closes(hops)) return null;
  const order = new Set<string>();
  const left = [...hops];
  // A ring put together from several loops has several first hops: follow each chain to its end before the next one starts.
  for (let edge = left.shift(); edge !== undefined; edge = takeNext(left, edge) ?? left.shift()) {
    order.add(edge.seller).add(edge.buyer);
  }
  return [...order];
}

function takeNext(left: PictureEdge[], { buyer, hop }: PictureEdge): PictureEdge | undefined {
  const at = left.findIndex((edge) => edge.seller === buyer && (edge.hop ?? 0) > (hop ?? 0));
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

function byHop(a: PictureEdge, b: PictureEdge): number {
  return (a.hop ?? 0) - (b.hop ?? 0) || byText(a.firstDate ?? '', b.firstDate ?? '') || byText(a.seller, b.seller) || byText(a.buyer, b.buyer);
}

/** Whether something remains when sellers that nobody sells to are taken away again and again. */
function closes(edges: readonly PictureEdge[]): boolean {
  let left = edges;
  for (;;) {
    const buyers = new Set(left.map(({ buyer }) => buyer));
    const next = left.filter(({ seller }) => buyers.has(seller));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}
