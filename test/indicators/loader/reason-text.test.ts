import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReason, reasonSql, type Language } from '../../../indicators/loader/reason-text.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';

describe('reason texts', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openDuckDb({ fenced: true });
  });
  afterAll(() => engine.close());

  async function rendered(text: string, value: string, language: Language): Promise<string | undefined> {
    const [row] = await engine.rows<{ text: string }>(`select ${reasonSql(text, language)} as text from (select ${value} as x) as f`);
    return row?.text;
  }

  const formats: readonly (readonly [string, string, string, string])[] = [
    ['yuan', 'cast(1234567.5 as decimal(18,2))', '1,234,567.50元', '1,234,567.50 yuan'],
    ['yuan', 'cast(-0.5 as double)', '-0.50元', '-0.50 yuan'],
    ['yuan', 'cast(9999999999999.99 as decimal(18,2))', '9,999,999,999,999.99元', '9,999,999,999,999.99 yuan'],
    ['times', '5e0', '5.0倍', '5.0 times'],
    ['percent', 'cast(0.1234 as double)', '12.3%', '12.3%'],
    ['count', '12345', '12,345', '12,345'],
    ['days', '40', '40天', '40 days'],
    ['date', "date '2026-03-05'", '2026年3月5日', '2026-03-05'],
    ['month', `${2026 * 12 + 2}`, '2026年3月', '2026-03'],
    ['month', `${2025 * 12 + 11}`, '2025年12月', '2025-12'],
    ['text', "'乙''公司'", "乙'公司", "乙'公司"],
    ['yuan', 'cast(null as double)', '—', '—'],
    ['date', 'cast(null as date)', '—', '—'],
  ];
  it.each(formats)('print %s of %s', async (format, value, zh, en) => {
    expect(await rendered(`{x:${format}}`, value, 'zh')).toBe(zh);
    expect(await rendered(`{x:${format}}`, value, 'en')).toBe(en);
  });

  it('keep the text around placeholders, quotes included', async () => {
    expect(await rendered("it's {x:count} of {x:count}.", '3', 'en')).toBe("it's 3 of 3.");
  });

  it('are parsed into text and placeholders, with every fault named', () => {
    expect(parseReason('甲{a:yuan}乙')).toEqual({ parts: ['甲', { column: 'a', format: 'yuan' }, '乙'], faults: [] });
    expect(parseReason('{a} {A:yuan} {a:euro} }').faults).toHaveLength(4);
  });
});
