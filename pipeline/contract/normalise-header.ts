/** A header as it is compared: byte-order mark and surrounding blanks removed, NFKC (full-width brackets and digits become half-width), lower case. */
export function normaliseHeader(header: string): string {
  return header.replaceAll('\uFEFF', '').normalize('NFKC').trim().toLowerCase();
}
