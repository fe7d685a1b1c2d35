// Controls and lone surrogates break a terminal or an XML file; format characters can turn the order of a text round.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu;

// Nearly every text is of these alone: Latin, Chinese and their punctuation.
const PLAIN = /^[\u0020-\u007e\u4e00-\u9fff\u3001-\u3011\uff01-\uff5e]*$/u;

/** A delivered text as a person may safely see it: every run of blanks is one blank, every other invisible character is shown as �. */
export function printable(text: string): string {
  if (PLAIN.test(text) && !text.includes('  ')) return text;
  return text.replaceAll(/\s+/gu, ' ').replaceAll(UNPRINTABLE, '\ufffd');
}
