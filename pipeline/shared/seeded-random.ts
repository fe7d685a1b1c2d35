/**
 * Uniform numbers in [0, 1) from a seed, the same on every machine: a Weyl sequence of 32 bits, each term mixed by shifts and multiplications (Mulberry32).
 * For drawing folds and permutations; not for secrets.
 */
export function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    const once = Math.imul(state ^ (state >>> 15), state | 1);
    const twice = (once ^ (once + Math.imul(once ^ (once >>> 7), once | 61))) >>> 0;
    return ((twice ^ (twice >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The items in a random order (Fisher and Yates); the list given stays as it is. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
