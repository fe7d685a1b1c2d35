/** What a code is called, Chinese and English. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export type WordsByCode = Readonly<Record<string, Words>>;

/** The same words in one text, Chinese first, for a terminal: 高 high. */
export function bothLanguages(words: WordsByCode): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).map(([code, { zh, en }]) => [code, `${zh} ${en}`]));
}
