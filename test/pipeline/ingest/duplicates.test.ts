import { describe, expect, it } from 'vitest';
import { dispositions, invoice, settled, taxpayer, vatReturn, warnings } from './support.ts';

describe('exact duplicates', () => {
  it('the first of equal rows takes its way, the others are duplicates', async () => {
    const engine = await settled({ invoices: [invoice(1), invoice(2), invoice(1), invoice(1)] });
    expect(await dispositions(engine, 'invoices')).toEqual(['accepted', 'accepted', 'duplicate_same_file →0', 'duplicate_same_file →0']);
  });

  it('rows are compared after cleaning', async () => {
    const engine = await settled({ invoices: [invoice(1, { amount: '1,234.50', status: '正常' }), invoice(1, { amount: '1234.5', status: ' NORMAL ' })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['accepted', 'duplicate_same_file →0']);
  });

  it('a copy of a quarantined row is a duplicate too', async () => {
    const engine = await settled({ invoices: [invoice(1, { amount: 'many' }), invoice(1, { amount: 'many' })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_AMOUNT_PARSE:amount', 'duplicate_same_file →0']);
  });

  it('two rows with different unreadable cells are both quarantined', async () => {
    const engine = await settled({ invoices: [invoice(1, { amount: 'many' }), invoice(1, { amount: 'few' })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_AMOUNT_PARSE:amount', 'quarantined E_AMOUNT_PARSE:amount']);
  });

  it('the owner of the book does not tell invoices apart', async () => {
    const engine = await settled({ invoices: [invoice(1, { book_owner_id: 'S1' }), invoice(1, { book_owner_id: 'B1' })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['accepted', 'duplicate_same_file →0']);
  });
});

describe('a book loaded twice', () => {
  const rows = (count: number, times: number) => Array.from({ length: count * times }, (_, at) => invoice(at % count, { book_owner_id: 'S1' }));
  const flags = async (invoices: ReturnType<typeof rows>) =>
    (await settled({ invoices })).rows("select subject, count from stage.taxpayer_flags where code = 'W_REPEATED_ROW'");

  it('twenty repeated rows that are a fifth of the book are reported', async () => {
    expect(await flags(rows(20, 2))).toEqual([{ subject: 'S1', count: 20 }]);
  });
  it('nineteen are not', async () => {
    expect(await flags(rows(19, 2))).toEqual([]);
  });
  it('twenty among more than a hundred rows are not', async () => {
    expect(await flags([...rows(20, 2), ...Array.from({ length: 61 }, (_, at) => invoice(1000 + at, { book_owner_id: 'S1' }))])).toEqual([]);
  });
  it('the same invoices in the books of seller and buyer are no repetition', async () => {
    const both = rows(30, 1).flatMap((row) => [row, { ...row, book_owner_id: 'B1' }]);
    expect(await flags(both)).toEqual([]);
  });
});

describe('keys that must be unique', () => {
  const sheet = (change: object) => ({ taxpayer_id: 'T', period: '2026-06', cash: 1, ...change });

  it('the second row with the key of an accepted one and other contents is refused and points to it', async () => {
    const engine = await settled({ balance_sheets: [sheet({}), sheet({ cash: 2 })] });
    expect(await dispositions(engine, 'balance_sheets')).toEqual(['accepted', 'quarantined E_DUPLICATE_KEY →0']);
  });
  it('a quarantined row takes no key', async () => {
    const engine = await settled({ balance_sheets: [sheet({ cash: 'x' }), sheet({ cash: 2 })] });
    expect(await dispositions(engine, 'balance_sheets')).toEqual(['quarantined E_AMOUNT_PARSE:cash', 'accepted']);
  });
  it('an empty cell of a key is a value like any other', async () => {
    const meter = (change: object) => ({ taxpayer_id: 'T', month: '2026-06', kwh: 1, ...change });
    const engine = await settled({ electricity: [meter({}), meter({ kwh: 2 }), meter({ meter_id: 'A', kwh: 2 })] });
    expect(await dispositions(engine, 'electricity')).toEqual(['accepted', 'quarantined E_DUPLICATE_KEY →0', 'accepted']);
  });
  it('corrected filings are all accepted, and versions that are not delivered follow the filing dates', async () => {
    const engine = await settled({
      vat_returns: [
        vatReturn('T', '2026-05', { filed_at: '2026-06-20', output_tax_m11: 2 }),
        vatReturn('T', '2026-05', { filed_at: '2026-06-10', output_tax_m11: 1 }),
        vatReturn('T', '2026-05', { filed_at: '2026-06-10', output_tax_m11: 9, column_group: 'levy_refund' }),
      ],
    });
    expect(await dispositions(engine, 'vat_returns')).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await engine.rows('select row_id, version from stage.filled_versions order by row_id')).toEqual([
      { row_id: 0, version: 2 }, { row_id: 1, version: 1 }, { row_id: 2, version: 1 },
    ]);
  });
  it('a filing without a date counts as filed on its deadline', async () => {
    const filings = [vatReturn('T', '2026-05', { output_tax_m11: 1 }), vatReturn('T', '2026-05', { filed_at: '2026-06-10', output_tax_m11: 2 }), vatReturn('T', '2026-05', { filed_at: '2026-07-01', output_tax_m11: 3 })];
    const engine = await settled({ vat_returns: filings });
    expect((await engine.rows<{ version: number }>('select version from stage.filled_versions order by row_id')).map((row) => row.version)).toEqual([2, 1, 3]);
  });
  it('two confirmed uses that differ in tax only are one invoice with a number of 20 digits, but two where the code is missing', async () => {
    const use = (number: string, tax: number) => ({ invoice_number: number, buyer_id: 'T', period: '2026-05', purpose: 'deduct', effective_tax: tax });
    const engine = await settled({ input_uses: [use('25532000000000000001', 1), use('25532000000000000001', 2), use('7', 1), use('7', 2)] });
    expect(await dispositions(engine, 'input_uses')).toEqual(['accepted', 'quarantined E_DUPLICATE_KEY →0', 'accepted', 'accepted']);
  });
  it('events have no key: only equal rows are duplicates', async () => {
    const event = { taxpayer_id: 'T', occurred_at: '2026-05-01 10:00', event_kind: 'login' };
    const engine = await settled({ events: [event, { ...event, device_id: 'D' }, event] });
    expect(await dispositions(engine, 'events')).toEqual(['accepted', 'accepted', 'duplicate_same_file →0']);
  });
});

describe('own ids', () => {
  it('an own id that is not registered is kept and reported', async () => {
    const engine = await settled({ taxpayers: [taxpayer('T')], vat_returns: [vatReturn('T', '2026-05'), vatReturn('U', '2026-05')] });
    expect(await warnings(engine, 'vat_returns')).toEqual(['', 'W_NOT_IN_TAXPAYERS']);
  });
});
