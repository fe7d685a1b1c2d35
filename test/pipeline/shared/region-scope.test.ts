import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { RegionScope } from '../../../pipeline/shared/region-scope.ts';

const prefixes = fc.array(fc.constantFrom('53', '5301', '530102', '5303', '33', '*', '530'), { maxLength: 4 });
const district = fc.constantFrom('530102', '530103', '530302', '330102', '440103', null);

describe('a region scope', () => {
  it('covers the districts below its prefixes and no others', () => {
    const scope = RegionScope.of(['5301', '330102']);
    expect(['530102', '530199', '330102'].map((code) => scope.covers(code))).toEqual([true, true, true]);
    expect(['530302', '330103', '53', '', null, undefined].map((code) => scope.covers(code))).toEqual([false, false, false, false, false, false]);
  });

  it('of nothing covers nothing, of everything also an unknown district', () => {
    expect(RegionScope.of([]).covers('530102')).toBe(false);
    expect(RegionScope.everything().covers(null)).toBe(true);
    expect(RegionScope.of(['*', '53']).key).toBe('*');
  });

  it('drops prefixes that another one holds', () => {
    expect(RegionScope.of(['530102', '5301', '5301', '33']).key).toBe('33,5301');
  });

  it('refuses every word that is no division code, all at once', () => {
    expect(() => RegionScope.of(['53', "5' or true", '', '5301023'])).toThrow(/found 5' or true, , 5301023/u);
  });

  it('narrowed to a wish covers what both cover', () => {
    fc.assert(fc.property(prefixes, prefixes, district, (own, wish, code) => {
      const [mine, wished] = [RegionScope.of(own), RegionScope.of(wish)];
      expect(mine.within(wished).covers(code)).toBe(mine.covers(code) && wished.covers(code));
    }));
  });

  it('says the same in SQL', async () => {
    const engine = await openDuckDb();
    try {
      for (const own of [[], ['*'], ['53'], ['5301', '33'], ['530102']]) {
        const scope = RegionScope.of(own);
        const rows = await engine.rows<{ code: string | null; is_inside: boolean }>(
          `select code, ${scope.condition('d.code')} as is_inside from (values ('530102'), ('530302'), ('330102'), (null)) as d(code)`,
        );
        expect(rows.map(({ is_inside }) => is_inside)).toEqual(rows.map(({ code }) => scope.covers(code)));
      }
    } finally {
      await engine.close();
    }
  });
});
