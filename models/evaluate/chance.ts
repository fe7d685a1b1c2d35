const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Four well-mixed words from any whole number (the additive constant is 2^32 over the golden ratio, the finaliser that of MurmurHash3). */
function seedWords(seed: number): readonly [number, number, number, number] {
  const word = (place: number): number => {
    let mixed = (seed + Math.imul(place, 0x9e3779b9)) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
  return [word(1), word(2), word(3), word(4)];
}

/** A source of whole numbers in [0, below), the same on every platform for the same seed: xoshiro128** (Blackman and Vigna, 2018). */
export function seededNumbers(seed: number): (below: number) => number {
  let [a, b, c, d] = seedWords(seed);
  return (below) => {
    const drawn = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    // Below 2^32 the product is exact to within one part in 2^32 of each number's chance.
    return Math.floor((drawn / 4294967296) * below);
  };
}
