/** Social credit codes with their check character (GB 32100-2015). */

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Check character of the first 17 characters of a social credit code; empty when a character is outside the alphabet. */
export function usccCheckCharacter(first17: string): string {
  let sum = 0;
  for (const [position, weight] of WEIGHTS.entries()) {
    const value = ALPHABET.indexOf(first17.charAt(position) || '?');
    if (value < 0) return '';
    sum += value * weight;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

export function isUscc(id: string): boolean {
  return id.length === 18 && usccCheckCharacter(id.slice(0, 17)) === id.charAt(17);
}

/** A valid social credit code; kind 1 enterprise, 2 individual business, 3 cooperative. `letters` marks the series. */
export function makeUscc(kind: 1 | 2 | 3, division: string, letters: string, serial: number): string {
  const body = `9${kind}${division}${letters}${String(serial).padStart(9 - letters.length, '0')}`;
  return body + usccCheckCharacter(body);
}
