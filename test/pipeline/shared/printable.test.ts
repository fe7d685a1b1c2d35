import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../../pipeline/shared/printable.ts';

describe('printable text', () => {
  it.each([
    ['昆明某某（西山）商贸有限公司', '昆明某某（西山）商贸有限公司'], ['a\u202eb', 'a\ufffdb'], ['a \t\r\n b', 'a b'], ['a  b', 'a b'], ['　甲', ' 甲'], ['\u0001', '\ufffd'], ['\ud800甲', '\ufffd甲'], ['𠮷', '𠮷'], ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('is by the rule itself whatever the text, also where the short way is taken', () => {
    const byRule = (text: string): string => text.replaceAll(/\s+/gu, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu, '\ufffd');
    const character = fc.oneof(fc.constantFrom(' ', '甲', '、', '（', 'a', '\u3000', '\u3012', '\u200b', '\u007f', '\ufeff', '\uff5f', '\udc00'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    fc.assert(fc.property(fc.array(character, { maxLength: 12 }), (characters) => printable(characters.join('')) === byRule(characters.join(''))), { numRuns: 300, seed: 7 });
  });
});
