import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { compileSql } from '../../../pipeline/engine/templates.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(() => engine.close());

async function value(expression: string, from = ''): Promise<unknown> {
  const [row] = await engine.rows<{ v: unknown }>(`select ${compileSql(expression)} as v ${from}`);
  return row?.v;
}

describe('dialect templates', () => {
  it.each([
    ['{{ratio(1, 4)}}', 0.25],
    ['{{ratio(1, 0)}}', null],
    ['{{ratio(1, null)}}', null],
    ['{{idiv(7, 2)}}', 3],
    ['{{idiv(-7, 2)}}', -4],
    ["{{ym(date '2026-03-31')}}", 24314],
    ['{{month_start(24314)}}', '2026-03-01'],
    ["{{add_months(date '2024-01-31', 1)}}", '2024-02-29'],
    ["{{add_months(date '2026-07-08', -36)}}", '2023-07-08'],
    ["{{days_between(date '2026-01-30', date '2026-02-02')}}", 3],
    ["{{months_between(date '2025-12-31', date '2026-01-01')}}", 1],
    ["{{regexp_like('VR-01', '^VR')}}", true],
    ['{{entropy_term(0.5)}}', 0.5],
    ['{{entropy_term(0)}}', 0],
  ])('%s is %s', async (expression, expected) => {
    expect(await value(expression)).toBe(expected);
  });

  it('puts texts into the same bucket everywhere', async () => {
    expect(await value("{{bucket('a', 16)}}")).toBe(Number.parseInt('0cc175b', 16) % 16);
  });

  it('gives population moments', async () => {
    const from = 'from (values (1.0), (2.0), (3.0), (10.0)) as t(x)';
    // mean 4, m2 12.5, m3 45, m4 348.5: skewness m3 / m2^1.5, excess kurtosis m4 / m2^2 - 3
    expect(await value('{{skew_pop(x)}}', from)).toBeCloseTo(45 / 12.5 ** 1.5, 9);
    expect(await value('{{kurt_pop(x)}}', from)).toBeCloseTo(348.5 / 12.5 ** 2 - 3, 9);
  });

  it('gives no correlation without variation or under three pairs', async () => {
    expect(await value('{{safe_corr(x, y)}}', 'from (values (1.0, 2.0), (1.0, 3.0), (1.0, 4.0)) as t(x, y)')).toBeNull();
    expect(await value('{{safe_corr(x, y)}}', 'from (values (1.0, 2.0), (2.0, 4.0)) as t(x, y)')).toBeNull();
    expect(await value('{{safe_corr(x, y)}}', 'from (values (1.0, 2.0), (2.0, 4.0), (3.0, 6.0)) as t(x, y)')).toBeCloseTo(1, 12);
  });

  it('joins distinct texts in order', async () => {
    expect(await value("{{join_sorted(x, '、')}}", "from (values ('b'), ('a'), ('b')) as t(x)")).toBe('a、b');
  });

  it('expands templates inside templates and commas inside brackets and quotes', async () => {
    expect(await value("{{ratio(coalesce({{idiv(9, 2)}}, 1), length(',)') + 6)}}")).toBe(0.5);
  });

  it('names every template that does not exist or does not fit', () => {
    expect(() => compileSql('{{ration(a, b)}} + {{ratio(a)}}')).toThrow(expect.objectContaining({
      code: 'SQL_NOT_PORTABLE',
      details: ['{{ration(a, b)}}: no such template', '{{ratio(a)}}: ratio takes 2 expression(s), found 1'],
    }));
    expect(() => compileSql('{{ratio(a, b)')).toThrow('templates');
  });
});
