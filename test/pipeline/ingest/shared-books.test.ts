import { describe, expect, it } from 'vitest';
import { dispositions, invoice, settled, type Engine } from './support.ts';

const legacy = (number: number, buyer: string, change = {}) =>
  invoice(number, { invoice_number: number + 1, seller_id: `S-${buyer}`, buyer_id: buyer, book_owner_id: buyer, ...change });
const book = (buyer: string, count: number, from = 0) => Array.from({ length: count }, (_, at) => legacy(from + at, buyer));
const pairs = (engine: Engine) => engine.rows("select subject, count from stage.taxpayer_flags where code = 'W_SHARED_BOOK'");

describe('two owners with the same invoices', () => {
  it('fifty shared facts under other keys name the pair, and both books are kept', async () => {
    const engine = await settled({ invoices: [...book('B', 50), ...book('A', 50)] });
    expect(await pairs(engine)).toEqual([{ subject: 'A|B', count: 50 }]);
    expect(new Set(await dispositions(engine, 'invoices'))).toEqual(new Set(['accepted']));
  });
  it('forty-nine do not', async () => {
    expect(await pairs(await settled({ invoices: [...book('B', 49), ...book('A', 49)] }))).toEqual([]);
  });
  it('fifty are not enough when they are less than a tenth of the smaller book', async () => {
    const big = [...book('B', 501), ...book('A', 50), ...book('A', 451, 1000)];
    expect(await pairs(await settled({ invoices: big }))).toEqual([]);
  });
  it('seller and buyer delivering the same invoices share no book', async () => {
    const rows = book('B', 60).flatMap((row) => [{ ...row, seller_id: 'S' }, { ...row, seller_id: 'S', book_owner_id: 'S' }]);
    expect(await pairs(await settled({ invoices: rows }))).toEqual([]);
  });
  it('rows refused because two owners claim one invoice as its buyer count too', async () => {
    const rows = Array.from({ length: 50 }, (_, at) => at).flatMap((at) => [invoice(at, { buyer_id: 'A', book_owner_id: 'A' }), invoice(at, { buyer_id: 'B', book_owner_id: 'B' })]);
    const engine = await settled({ invoices: rows });
    expect(await pairs(engine)).toEqual([{ subject: 'A|B', count: 50 }]);
    expect((await dispositions(engine, 'invoices'))[1]).toBe('quarantined E_KEY_CONFLICT →0');
  });
  it('the limits are settings', async () => {
    expect(await pairs(await settled({ invoices: [...book('B', 3), ...book('A', 3)] }, { sharedBookMinRows: 3 }))).toEqual([{ subject: 'A|B', count: 3 }]);
  });
});
