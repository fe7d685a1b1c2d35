/**
 * Checks a generated delivery against its own invoices, by SQL over the Parquet files:
 *   npx tsx bench/check-delivery.ts --input DIR
 * Prints one line per check with the number of offending rows; exit code 1 when any is not zero.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDuckDb } from '../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../pipeline/engine/sql-text.ts';

const SIGNED = "select *, strftime(issued_at, '%Y-%m') as period from invoices where status <> 'void'";

/** Each check is a SELECT of offending rows. */
const CHECKS: Record<string, string> = {
  'invoice numbers repeat': `select invoice_code, invoice_number from invoices group by all having count(*) > 1`,
  'invoice numbers of another length than 20, or 8 with a code': `select 1 from invoices
    where case when invoice_code is null then length(invoice_number) <> 20 else length(invoice_number) <> 8 or length(invoice_code) <> 10 end`,
  'void invoices that are digital': `select 1 from invoices where status = 'void' and media = 'digital'`,
  'red invoices that do not mirror an earlier blue one': `select 1 from invoices r left join invoices b
      on b.invoice_number = r.blue_invoice_number and b.invoice_code is not distinct from r.blue_invoice_code
    where r.status = 'red' and not coalesce(b.status = 'reversed' and r.amount = -b.amount and r.tax = -b.tax and r.issued_at >= b.issued_at
      and r.seller_id = b.seller_id and r.buyer_id = b.buyer_id, false)`,
  'months where m01 or m11 differ from the invoices sold': `with sold as (
      select seller_id as taxpayer_id, period, sum(amount) as amount, sum(tax) as tax from (${SIGNED}) group by all)
    select 1 from vat_returns left join sold using (taxpayer_id, period)
    where sales_general_m01 <> coalesce(amount, 0) or output_tax_m11 <> coalesce(tax, 0)`,
  'months where m12 differs from the uses confirmed': `with used as (
      select buyer_id as taxpayer_id, period, sum(effective_tax) as tax from input_uses where purpose = 'deduct' group by all)
    select 1 from vat_returns left join used using (taxpayer_id, period) where input_tax_m12 <> coalesce(tax, 0)`,
  'uses whose invoice is absent, void or of other tax': `select 1 from input_uses u left join invoices i
      on i.invoice_number = u.invoice_number and i.invoice_code is not distinct from u.invoice_code
    where not coalesce(i.status in ('normal', 'reversed') and i.tax = u.effective_tax and i.buyer_id = u.buyer_id
      and strftime(i.issued_at, '%Y-%m') <= u.period, false)`,
  'carry chain or identities 17, 18, 19, 20 broken': `select 1 from (
      select *, lag(closing_credit_m20) over (partition by taxpayer_id order by period) as before from vat_returns)
    where opening_credit_m13 <> coalesce(before, 0)
      or deductible_total_m17 <> input_tax_m12 + opening_credit_m13 - input_transferred_out_m14 - export_refundable_m15 + audit_tax_m16
      or deducted_m18 <> least(deductible_total_m17, output_tax_m11) or tax_payable_m19 <> output_tax_m11 - deducted_m18
      or closing_credit_m20 <> deductible_total_m17 - deducted_m18 or closing_credit_m20 < 0`,
  'schedule 1 differs from m01, m11': `select 1 from vat_returns left join (
      select taxpayer_id, period, sum(total_sales_c09) as sales, sum(total_tax_c10) as tax from vat_return_schedule1 group by all)
      using (taxpayer_id, period) where sales is distinct from sales_general_m01 or tax is distinct from output_tax_m11`,
  'schedule 2 differs from m12, m14 or in itself': `select 1 from vat_returns left join (
      select taxpayer_id, period, coalesce(sum(tax) filter (where row_no = '12'), 0) as r12, coalesce(sum(tax) filter (where row_no = '1'), 0) as r1,
        coalesce(sum(tax) filter (where row_no in ('2', '3')), 0) as r23, coalesce(sum(tax) filter (where row_no = '13'), 0) as r13,
        coalesce(sum(tax) filter (where row_no in ('20', '22')), 0) as r2022
      from vat_return_schedule2 group by all) using (taxpayer_id, period)
    where not coalesce(r12 = input_tax_m12 and r1 = r12 and r1 = r23 and r13 = input_transferred_out_m14 and r13 = r2022, false)`,
  'quarters where q01 differs from the invoices sold': `with sold as (
      select seller_id as taxpayer_id, strftime(last_day(issued_at::date) + to_months((2 - (month(issued_at) - 1) % 3)::integer), '%Y-%m') as period,
        sum(amount) as amount from (${SIGNED}) group by all)
    select 1 from small_scale_returns left join sold using (taxpayer_id, period) where sales_3pct_q01 <> coalesce(amount, 0)`,
  'claims above the credit of their period': `select 1 from refund_applications c left join vat_returns r
      on r.taxpayer_id = c.taxpayer_id and r.period = c.claim_period where not coalesce(c.claimed_amount between 0.01 and r.closing_credit_m20, false)`,
};

const TABLES = ['taxpayers', 'input_uses', 'vat_returns', 'vat_return_schedule1', 'vat_return_schedule2', 'small_scale_returns', 'refund_applications'];

const LINE_CHECKS: Record<string, string> = {
  'invoices whose lines do not add up': `select 1 from invoices i left join (
      select invoice_code, invoice_number, sum(amount) as amount, sum(tax) as tax from invoice_lines group by all) l
      on l.invoice_number = i.invoice_number and l.invoice_code is not distinct from i.invoice_code
    where l.amount is distinct from i.amount or l.tax is distinct from i.tax`,
};

/** Offending rows per check, in the order of the list. */
export async function checkDelivery(folder: string): Promise<{ check: string; offending: number }[]> {
  const engine = await openDuckDb({ memoryLimit: '6GB' });
  try {
    for (const table of TABLES) await engine.exec(`create view ${table} as from ${sqlText(join(folder, `${table}.parquet`))}`);
    await engine.exec(`create view invoices as from ${sqlText(join(folder, 'invoices', '*.parquet'))}`);
    const withLines = existsSync(join(folder, 'invoice_lines'));
    if (withLines) await engine.exec(`create view invoice_lines as from ${sqlText(join(folder, 'invoice_lines', '*.parquet'))}`);
    const found: { check: string; offending: number }[] = [];
    for (const [check, offenders] of Object.entries(withLines ? { ...CHECKS, ...LINE_CHECKS } : CHECKS)) {
      const [row] = await engine.rows<{ offending: number }>(`select count(*) as offending from (${offenders})`);
      found.push({ check, offending: row?.offending ?? Number.NaN });
    }
    return found;
  } finally {
    await engine.close();
  }
}

const { values } = parseArgs({ options: { input: { type: 'string' } } });
if (values.input === undefined) throw new Error('--input DIR is required: a delivery written by bench/generate-delivery.ts.');
const found = await checkDelivery(values.input);
for (const { check, offending } of found) process.stdout.write(`${String(offending).padStart(10)}  ${check}\n`);
process.exitCode = found.every(({ offending }) => offending === 0) ? 0 : 1;
