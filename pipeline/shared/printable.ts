// Controls and lone surrogates break a terminal or an XML file; format characters can turn the order of a text round.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu;

/** A delivered text as a person may safely see it: every run of blanks is one blank, every other invisible character is shown as �. */
export function printable(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replaceAll(UNPRINTABLE, '\ufffd');
}
