interface Block {
  readonly value: number;
  readonly weight: number;
  readonly length: number;
}

/**
 * The non-increasing sequence nearest to `values` in weighted squares: neighbours out of order are pooled into their mean (pool adjacent violators,
 * Ayer et al. 1955). Weights must be positive.
 */
export function nonIncreasing(values: readonly number[], weights: readonly number[]): number[] {
  const blocks: Block[] = [];
  values.forEach((value, at) => {
    let block: Block = { value, weight: weights[at] ?? 1, length: 1 };
    for (let former = blocks.at(-1); former !== undefined && former.value < block.value; former = blocks.at(-1)) {
      blocks.pop();
      block = pooled(former, block);
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ value, length }) => Array.from({ length }, () => value));
}

function pooled(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return { value: (a.value * a.weight + b.value * b.weight) / weight, weight, length: a.length + b.length };
}
