import { describe, expect, it } from 'vitest';
import { isResidentId, maskCell, maskIdentifier, maskName, maskPersonId } from '../../../pipeline/shared/mask.ts';

describe('masking', () => {
  it('keeps two characters of a firm and one of a person', () => {
    expect([maskName('昆明滇池商贸有限公司'), maskName('张三丰'), maskName('𠮷田商贸行号'), maskName(''), maskName(null)]).toEqual(['昆明**', '张**', '𠮷田**', '', null]);
  });

  it('keeps six and four characters of an identifier, and nothing of a short one', () => {
    expect([maskIdentifier('530102199003071234'), maskIdentifier('13800138000')]).toEqual(['530102********1234', '***********']);
  });

  it('tells persons from firms', () => {
    expect(['530102199003071234', '53010219900307123X', '53010219900307123401', '530102900307123'].map(isResidentId)).toEqual([true, true, true, true]);
    expect(['91530100MA6K000013', '11530000015121212H', '530102199013071234', '530102199003321234', 'S001'].map(isResidentId)).toEqual([false, false, false, false, false]);
    expect([maskPersonId('530102199003071234'), maskPersonId('91530100MA6K000013')]).toEqual(['530102********1234', '91530100MA6K000013']);
  });

  it('goes by the name of a column', () => {
    expect(maskCell('seller_name', '昆明滇池商贸有限公司')).toBe('昆明**');
    expect(maskCell('goods_name', '*钢材*螺纹钢')).toBe('*钢材*螺纹钢');
    expect(maskCell('seller_id', '91530100MA6K000013')).toBe('91530100MA6K000013');
    expect(maskCell('buyer_id', '530102199003071234')).toBe('530102********1234');
    expect(maskCell('person_key', 'a'.repeat(64))).toBe('aaaaaa********aaaa');
    expect(maskCell('amount_yuan', 12)).toBe(12);
  });
});
