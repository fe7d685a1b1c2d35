import { describe, expect, it } from 'vitest';
import { loadLists } from '../../../pipeline/features/lists.ts';
import { damperText, kindsText, SIGN_WORDS } from '../../../pipeline/ring-picture/ring-words.ts';

const entries = (list: string) => loadLists().find((one) => one.list === list)?.entries ?? [];
const values = (list: string, column: string): string[] => entries(list).map((entry) => String((entry as Readonly<Record<string, unknown>>)[column]));

describe('the words of a ring', () => {
  it('name every kind in Chinese, also those given by a sign', () => {
    const kinds = [...values('ring_kinds', 'kind'), 'goods_switch', 'same_control'];
    expect(kinds.length).toBeGreaterThan(9);
    for (const kind of kinds) expect(kindsText([kind])).toMatch(new RegExp(`^\\p{Script=Han}+ ${kind}$`, 'u'));
  });

  it('name every sign and every damper of the lists as the lists do, or shorter', () => {
    expect(Object.keys(SIGN_WORDS).sort()).toEqual(values('ring_signs', 'sign').sort());
    for (const damper of values('ring_dampers', 'damper')) expect(damperText(damper)).toMatch(new RegExp(`^\\p{Script=Han}.* ${damper}$`, 'u'));
  });
});
