/** Alphabet of GB 32100-2015; the position of a character is its value. */
export const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const MODULUS = USCC_ALPHABET.length;
const WEIGHTS = Array.from({ length: 17 }, (_, at) => 3 ** at % MODULUS);

/** Check character of the first 17 characters of a 统一社会信用代码 (GB 32100-2015), or undefined when one is outside the alphabet. */
export function usccCheckCharacterOf(first17: string): string | undefined {
  const values = Array.from(first17, (character) => USCC_ALPHABET.indexOf(character));
  if (values.length !== WEIGHTS.length || values.includes(-1)) return undefined;
  const sum = values.reduce((total, value, at) => total + value * (WEIGHTS[at] ?? 0), 0);
  return USCC_ALPHABET[(MODULUS - (sum % MODULUS)) % MODULUS];
}

/** True for 18 characters of the alphabet of which the last is the check character of the others. */
export function isValidUscc(id: string): boolean {
  return id.length === 18 && usccCheckCharacterOf(id.slice(0, 17)) === id[17];
}

/** SQL: the check character of the first 17 characters of `id`; NULL when one of them is missing or outside the alphabet. */
export function usccCheckCharacter(id: string): string {
  const inside = `regexp_matches(${id}, '^[${USCC_ALPHABET}]{17}')`;
  return `CASE WHEN ${inside} THEN substring('${USCC_ALPHABET}', (${MODULUS} - (${weightedSum(id)}) % ${MODULUS}) % ${MODULUS} + 1, 1) END`;
}

/** SQL: like `isValidUscc`. False, never NULL, for NULL. */
export function usccIsValid(id: string): string {
  const valueOfCheck = valueAt(id, 18);
  return `CASE WHEN regexp_full_match(${id}, '[${USCC_ALPHABET}]{18}') THEN (${weightedSum(id)} + ${valueOfCheck}) % ${MODULUS} = 0 ELSE false END`;
}

function weightedSum(id: string): string {
  return WEIGHTS.map((weight, at) => `${valueAt(id, at + 1)} * ${weight}`).join(' + ');
}

function valueAt(id: string, position: number): string {
  return `(strpos('${USCC_ALPHABET}', substring(${id}, ${position}, 1)) - 1)`;
}
