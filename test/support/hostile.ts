import fc from 'fast-check';

/** Texts that have broken services before: quotes and comments of SQL, paths, halves of characters, names with a meaning of their own, numbers out of range. */
export const NASTY: readonly string[] = [
  '', ' ', "'", "''", '"', '`', '\\', "' or 1=1 --", "'; drop table taxpayer_grades; --", '1/**/or/**/1=1', '$1', '$taxpayer_key', '%', '_', '*', '?', '..', '../../../../etc/passwd', '..\\..\\windows',
  '%2e%2e%2f', '%00', '\u0000', 'a\u0000b', '\r\nX-Injected: 1', '\u202E\u200F倒', '\uFEFF', '\u{1F9FE}\u{1F468}\u200D\u{1F469}', 'é'.normalize('NFD'), '٣٤', '\u2028', '\uFFFF', '\uD800', '\uDFFF', 'a\uD83D',
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'null', 'undefined', 'NaN', 'Infinity', '-Infinity', '1e999', '-0', '0x10', '9007199254740993', '99999999999999999999', '-1', '1.5',
  'true', '[]', '{}', '{{7*7}}', '${7*7}', '<script>alert(1)</script>', '=cmd|calc', 'select 1', 'read_csv(\'/etc/passwd\')', 'x'.repeat(300), '汉'.repeat(2000),
];

/** Any text, the nasty ones often. */
export const hostileText = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 300 }), fc.base64String({ maxLength: 120 }));

/** Any JSON value, hostile texts among the leaves and the names. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' }, hostileText, fc.double(), fc.integer(), fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, [], {}),
    fc.array(tie('value'), { maxLength: 4 }), fc.array(hostileText, { maxLength: 4 }), fc.dictionary(hostileText, tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** A text as one part of an address; what has no UTF-8 form is sent as the bytes that others send for it. */
export function encoded(text: string): string {
  return text.replace(/\p{Surrogate}|[^\p{Surrogate}]+/gu, (part) => (/\p{Surrogate}/u.test(part) ? '%ED%A0%80' : encodeURIComponent(part)));
}
