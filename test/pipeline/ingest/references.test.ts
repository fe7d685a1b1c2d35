import { describe, expect, it } from 'vitest';
import { dispositions, invoice, known, settled, warnings } from './support.ts';

const NUMBER = '25532000000000000001';
const line = (change: object) => ({ invoice_number: NUMBER, line_no: 1, amount: 100, ...change });
const use = (change: object) => ({ invoice_number: NUMBER, buyer_id: 'B1', period: '2026-05', purpose: 'deduct', effective_tax: 13, ...change });

describe('lines need their invoice', () => {
  it('a line without header is refused', async () => {
    const engine = await settled({ invoices: [invoice(1)], invoice_lines: [line({}), line({ invoice_number: '25532000000000000002' })] });
    expect(await dispositions(engine, 'invoice_lines')).toEqual(['accepted', 'quarantined E_REF']);
  });
  it('a line of a quarantined invoice is refused', async () => {
    const engine = await settled({ invoices: [invoice(1, { amount: 'x' })], invoice_lines: [line({})] });
    expect(await dispositions(engine, 'invoice_lines')).toEqual(['quarantined E_REF']);
  });
  it('a number without code finds its invoice when exactly one fits', async () => {
    const one = [invoice(1, { invoice_number: '77', invoice_code: '5300261307' })];
    const engine = await known({ invoices: one, invoice_lines: [line({ invoice_number: '77' })] });
    expect(await engine.rows('select invoice_no, line_no from main.invoice_lines')).toEqual([{ invoice_no: 1, line_no: 1 }]);
    const two = [...one, invoice(2, { invoice_number: '77', invoice_code: '5300261308' })];
    expect(await dispositions(await settled({ invoices: two, invoice_lines: [line({ invoice_number: '77' })] }), 'invoice_lines')).toEqual(['quarantined E_REF']);
  });
  it('an action needs its application, feedback its task', async () => {
    const engine = await settled({
      officer_actions: [{ application_id: 'A', node: 'review', officer_id: 'O', acted_at: '2026-05-01', action: 'pass' }],
      response_feedback: [{ task_id: 'K', indicator_code: 'VR-01', finding: 'confirmed' }],
    });
    expect(await dispositions(engine, 'officer_actions')).toEqual(['quarantined E_REF']);
    expect(await dispositions(engine, 'response_feedback')).toEqual(['quarantined E_REF']);
  });
});

describe('pointers that may lead nowhere', () => {
  it('a confirmed use without its invoice is kept with its own seller and kind', async () => {
    const engine = await known({ input_uses: [use({ seller_id: 'S9', invoice_kind: 'special' })] });
    expect(await warnings(engine, 'input_uses')).toEqual(['W_NOT_IN_TAXPAYERS,W_REF_UNRESOLVED']);
    expect(await engine.rows('select u.invoice_no, p.party_id, u.invoice_kind from main.input_uses as u join main.parties as p on p.party_key = u.seller_key')).toEqual([
      { invoice_no: null, party_id: 'S9', invoice_kind: 'special' },
    ]);
  });
  it('a confirmed use takes seller, kind and day from its invoice', async () => {
    const engine = await known({ invoices: [invoice(1, { invoice_kind: 'toll' })], input_uses: [use({})] });
    expect(await engine.rows('select u.invoice_no, p.party_id, u.invoice_kind, u.invoice_issued_on from main.input_uses as u join main.parties as p on p.party_key = u.seller_key')).toEqual([
      { invoice_no: 1, party_id: 'S1', invoice_kind: 'toll', invoice_issued_on: '2026-05-03' },
    ]);
  });
  it('a use without code joins by number and the parties it carries', async () => {
    const invoices = [invoice(1, { invoice_number: '77', invoice_code: '5300261307' }), invoice(2, { invoice_number: '77', invoice_code: '5300261308', buyer_id: 'B2' })];
    const engine = await known({ invoices, input_uses: [use({ invoice_number: '77', buyer_id: 'B2' })] });
    expect(await engine.rows('select invoice_key from main.input_uses where invoice_no is not null')).toEqual([{ invoice_key: '5300261308-00000077' }]);
  });
  it('an exception voucher without its invoice is kept', async () => {
    const engine = await settled({ exception_vouchers: [{ invoice_number: NUMBER, listed_on: '2026-05-01', reason: '5' }] });
    expect(await dispositions(engine, 'exception_vouchers')).toEqual(['accepted']);
    expect(await warnings(engine, 'exception_vouchers')).toEqual(['W_REF_UNRESOLVED']);
  });
});

describe('red and blue invoices', () => {
  const red = (change = {}) => invoice(2, { status: 'red', amount: -100, tax: -13, total: -113, ...change });

  it('a red invoice points to its blue one by number', async () => {
    const engine = await known({ invoices: [invoice(1, { status: 'reversed' }), red({ blue_invoice_number: NUMBER })] });
    expect(await engine.rows('select invoice_no, blue_invoice_no, blue_pointer from main.invoices where doc_status = \'red\'')).toEqual([{ invoice_no: 2, blue_invoice_no: 1, blue_pointer: true }]);
    expect((await warnings(engine, 'invoices')).join()).not.toMatch(/W_REVERSED_WITHOUT_RED|W_REF_UNRESOLVED/u);
  });
  it('a legacy number without code is found by both parties if exactly one fits', async () => {
    const blue = invoice(1, { invoice_number: '77', invoice_code: '5300261307', status: 'reversed' });
    const engine = await known({ invoices: [blue, { ...blue, invoice_code: '5300261308', buyer_id: 'B2' }, red({ blue_invoice_number: '77' })] });
    expect(await engine.rows('select b.invoice_key from main.invoices as r join main.invoices as b on b.invoice_no = r.blue_invoice_no')).toEqual([{ invoice_key: '5300261307-00000077' }]);
  });
  it('a pointer that leads nowhere is reported and kept', async () => {
    const engine = await known({ invoices: [red({ blue_invoice_number: '25532000000000009999' })] });
    expect((await warnings(engine, 'invoices'))[0]).toContain('W_REF_UNRESOLVED:blue_invoice_number');
    expect(await engine.rows('select blue_invoice_no, blue_pointer from main.invoices')).toEqual([{ blue_invoice_no: null, blue_pointer: true }]);
  });
  it('a reversed invoice no red one points to is reported', async () => {
    expect(await warnings(await settled({ invoices: [invoice(1, { status: 'reversed' })] }), 'invoices')).toEqual(['W_REVERSED_WITHOUT_RED']);
  });
});
