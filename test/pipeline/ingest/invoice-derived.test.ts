import { describe, expect, it } from 'vitest';
import { invoice, known, settled, warnings, type GivenRow } from './support.ts';

const derived = async (change: GivenRow) => {
  const engine = await known({ invoices: [invoice(1, change)] });
  const [row] = await engine.rows('select doc_status, signed_amount, signed_tax, rate, total, is_self, has_time, media from main.invoices');
  return row!;
};

describe('status and sign', () => {
  it('a void invoice counts nothing', async () => {
    expect(await derived({ status: 'void' })).toMatchObject({ doc_status: 'void', signed_amount: 0, signed_tax: 0 });
  });
  it('a red invoice counts with minus, also when it was delivered with plus', async () => {
    expect(await derived({ status: 'red' })).toMatchObject({ doc_status: 'red', signed_amount: -100, signed_tax: -13 });
    expect(await derived({ status: 'red', amount: -100, tax: -13, total: -113 })).toMatchObject({ signed_amount: -100, signed_tax: -13 });
  });
  it('a normal invoice with a negative amount is red, and says so', async () => {
    expect(await derived({ amount: -100, tax: -13, total: -113 })).toMatchObject({ doc_status: 'red', signed_amount: -100 });
    expect((await warnings(await settled({ invoices: [invoice(1, { amount: -100, tax: -13, total: -113 })] }), 'invoices'))[0]).toContain('W_STATUS_INFERRED:red');
  });
  it('a reversed blue invoice counts as normal', async () => {
    expect(await derived({ status: 'reversed' })).toMatchObject({ doc_status: 'normal', signed_amount: 100, signed_tax: 13 });
  });
  it('a tax of the wrong sign is turned when the total proves it', async () => {
    expect(await derived({ tax: -13, total: 113 })).toMatchObject({ signed_tax: 13 });
  });
  it('and left as delivered when the total does not, or is absent', async () => {
    expect(await derived({ tax: -13, total: 87 })).toMatchObject({ signed_tax: -13 });
    expect(await derived({ tax: -13, total: null })).toMatchObject({ signed_tax: -13, total: 87 });
  });
  it('an invoice to oneself is kept and marked', async () => {
    expect(await derived({ buyer_id: 'S1' })).toMatchObject({ is_self: true, signed_amount: 100 });
  });
});

describe('rate', () => {
  const rate = async (change: GivenRow) => (await derived(change))['rate'];

  it('the delivered rate stands', async () => {
    expect(await rate({ tax_rate: '9%' })).toBe(0.09);
  });
  it('else the legal rate nearest to tax / amount within 0.3 percentage points', async () => {
    expect(await rate({ tax: 13.29 })).toBe(0.13);
    expect(await rate({ tax: 12.71 })).toBe(0.13);
    expect(await rate({ tax: 9.6 })).toBe(null);
    expect(await rate({ tax: 1.2 })).toBe(0.01);
    expect(await rate({ tax: 0 })).toBe(0);
    expect(await rate({ amount: -100, tax: -6 })).toBe(0.06);
  });
  it('else none', async () => {
    expect(await rate({ tax: 13.31 })).toBe(null);
    expect(await rate({ tax: 40 })).toBe(null);
    expect(await rate({ amount: 0 })).toBe(null);
  });
});

describe('warnings of one invoice', () => {
  const warned = async (change: GivenRow) => (await warnings(await settled({ invoices: [invoice(1, change)] }), 'invoices'))[0];

  it('amount and tax that differ from the total by more than 0.05', async () => {
    expect(await warned({ total: 113.06 })).toBe('W_TOTAL_MISMATCH');
    expect(await warned({ total: 113.05 })).toBe('');
    expect(await warned({ total: null })).toBe('');
  });
  it('a rate that was not in force on the day', async () => {
    expect(await warned({ tax: 16, total: 116, issued_at: '2026-05-03' })).toBe('W_LATE_RATE');
    expect(await warned({ tax: 16, total: 116, issued_at: '2019-03-31' })).toBe('');
    expect(await warned({ amount: 99.99, tax: 16, total: 115.99 })).toBe('');
  });
  it('a void 数电票, which the law does not know', async () => {
    expect(await warned({ status: 'void' })).toBe('W_STATUS_INFERRED:void_digital');
    expect(await warned({ status: 'void', invoice_number: 12345678, invoice_code: '5300261307' })).toBe('');
  });
  it('seller and buyer alike', async () => {
    expect(await warned({ buyer_id: 'S1' })).toBe('W_SELF_INVOICE');
  });
});

describe('keys and parties', () => {
  const keyed = async (change: GivenRow) => {
    const [row] = await (await settled({ invoices: [invoice(1, change)] }, { consumerNames: ['个人'] })).rows<{ invoice_key: string; seller_id: string; buyer_id: string }>('select invoice_key, seller_id, buyer_id from stage.invoices');
    return row!;
  };

  it('20 digits are the key, a code beside them is ignored', async () => {
    expect((await keyed({ invoice_code: '5300261307' })).invoice_key).toBe('25532000000000000001');
  });
  it('code and number are the key of a legacy invoice', async () => {
    expect((await keyed({ invoice_number: '77', invoice_code: '5300261307' })).invoice_key).toBe('5300261307-00000077');
  });
  it('a number without code is known by seller, day and total', async () => {
    expect((await keyed({ invoice_number: '77' })).invoice_key).toBe('N:S1:00000077:20260503:11300');
    expect((await keyed({ invoice_number: '77', seller_id: null, seller_name: '恒达商行', total: null })).invoice_key).toMatch(/^N:X:[0-9a-f]{16}:00000077:20260503:11300$/u);
  });
  it('a party without id is known by its name, blanks and case apart', async () => {
    const first = (await keyed({ seller_id: null, seller_name: 'Heng Da' })).seller_id;
    expect(first).toMatch(/^X:/u);
    expect((await keyed({ seller_id: null, seller_name: 'HENGDA' })).seller_id).toBe(first);
  });
  it('a party without name, or with the name of nobody, is the consumer of the other party', async () => {
    expect((await keyed({ buyer_id: null })).buyer_id).toBe('B2C:S1');
    expect((await keyed({ buyer_id: null, buyer_name: '个人' })).buyer_id).toBe('B2C:S1');
  });
});
