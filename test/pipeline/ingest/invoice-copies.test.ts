import { describe, expect, it } from 'vitest';
import { dispositions, invoice, known, settled, warnings } from './support.ts';

describe('the same invoice with other contents', () => {
  it('the highest status wins: void over reversed over normal', async () => {
    const engine = await settled({ invoices: [invoice(1), invoice(1, { status: 'void' }), invoice(1, { status: 'reversed' })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_SUPERSEDED →1', 'accepted', 'quarantined E_SUPERSEDED →1']);
  });
  it('copies of one status are settled by file order', async () => {
    const engine = await settled({ invoices: [invoice(1, { ticket_cap: 1000 }), invoice(1, { ticket_cap: 2000 })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['accepted', 'quarantined E_SUPERSEDED →0']);
  });
  it('a date without time is the same day as one with a time, and takes its time', async () => {
    const engine = await known({ invoices: [invoice(1), invoice(1, { issued_at: '2026-05-03 09:30' })] });
    expect(await dispositions(engine, 'invoices')).toEqual(['accepted', 'quarantined E_SUPERSEDED →0']);
    expect(await engine.rows('select issued_at, has_time from main.invoices')).toEqual([{ issued_at: '2026-05-03 09:30:00', has_time: true }]);
  });
  it('empty optional columns of the winner are filled from the other copies', async () => {
    const engine = await known({ invoices: [invoice(1, { status: 'void' }), invoice(1, { invoice_kind: 'special', ticket_cap: 1000 })] });
    expect(await engine.rows('select status, invoice_kind, ticket_cap from main.invoices')).toEqual([{ status: 'void', invoice_kind: 'special', ticket_cap: 1000 }]);
    expect(await warnings(engine, 'invoices')).not.toContain('W_COPY_DIFFERENCE');
  });
  it('two values that disagree are reported and the winner keeps its own', async () => {
    const engine = await known({ invoices: [invoice(1, { status: 'reversed', ticket_cap: 5 }), invoice(1, { ticket_cap: 6 })] });
    expect((await warnings(engine, 'invoices'))[0]).toContain('W_COPY_DIFFERENCE');
    expect(await engine.rows('select ticket_cap from main.invoices')).toEqual([{ ticket_cap: 5 }]);
  });
});

describe('the same key with other facts', () => {
  const bySeller = invoice(1, { book_owner_id: 'S1' });
  const byBuyer = invoice(1, { book_owner_id: 'B1', amount: 200, total: 213 });
  const byAuthority = invoice(1, { amount: 300, total: 313 });

  it("the authority's own copy is accepted before the seller's", async () => {
    const engine = await settled({ invoices: [byBuyer, bySeller, byAuthority] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_KEY_CONFLICT →2', 'quarantined E_KEY_CONFLICT →2', 'accepted']);
  });
  it("the seller's copy is accepted before the first", async () => {
    const engine = await settled({ invoices: [byBuyer, bySeller] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_KEY_CONFLICT →1', 'accepted']);
  });
  it('without either the first is accepted', async () => {
    const engine = await settled({ invoices: [byBuyer, { ...bySeller, book_owner_id: 'C1' }] });
    expect(await dispositions(engine, 'invoices')).toEqual(['accepted', 'quarantined E_KEY_CONFLICT →0']);
  });
  it("the seller's equal row makes a copy the seller's, although an other book delivered it first", async () => {
    const engine = await settled({ invoices: [{ ...byBuyer, book_owner_id: 'C1' }, { ...bySeller, book_owner_id: 'B1' }, bySeller] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_KEY_CONFLICT →1', 'accepted', 'duplicate_same_file →1']);
  });
  it('each fact makes a conflict: seller, buyer, day, amount, tax', async () => {
    for (const change of [{ seller_id: 'S2' }, { buyer_id: 'B2' }, { issued_at: '2026-05-04' }, { amount: 101 }, { tax: 12 }]) {
      const engine = await settled({ invoices: [invoice(1), invoice(1, change)] });
      expect((await dispositions(engine, 'invoices'))[1]).toBe('quarantined E_KEY_CONFLICT →0');
    }
  });
  it('among the copies with the accepted facts the newest status wins', async () => {
    const engine = await settled({ invoices: [byBuyer, bySeller, { ...bySeller, status: 'void' }] });
    expect(await dispositions(engine, 'invoices')).toEqual(['quarantined E_KEY_CONFLICT →2', 'quarantined E_SUPERSEDED →2', 'accepted']);
  });
});

describe('owners of an invoice', () => {
  const owners = async (invoices: ReturnType<typeof invoice>[]) =>
    (await (await known({ invoices })).rows<{ id: string }>(
      'select p.party_id as id from main.invoice_owners as o join main.parties as p on p.party_key = o.owner_key order by id')).map((row) => row.id);

  it('all books that hold it are recorded, also those of duplicates and older copies', async () => {
    expect(await owners([invoice(1, { book_owner_id: 'S1' }), invoice(1, { book_owner_id: 'B1' }), invoice(1, { book_owner_id: 'A1', status: 'void' })])).toEqual(['A1', 'B1', 'S1']);
  });
  it('a book with other facts is none', async () => {
    expect(await owners([invoice(1, { book_owner_id: 'S1' }), invoice(1, { book_owner_id: 'B1', tax: 1 })])).toEqual(['S1']);
  });
  it("the authority's own data have none", async () => {
    expect(await owners([invoice(1)])).toEqual([]);
  });
});
