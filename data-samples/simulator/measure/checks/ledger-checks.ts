/** What honest firms declare against the documents of the delivery. A firm with a row in noise.csv near the period is excused: that is what the row says. */
import { count } from '../check.ts';
import type { CheckRule } from '../check.ts';

/** Amounts that differ by less than this are the same. */
const FEN = 0.005;

const honest = (alias: string): string => `${alias}.taxpayer_id not in (select taxpayer_id from fraud_taxpayer)
  and not exists (select 1 from excused as e where e.taxpayer_id = ${alias}.taxpayer_id and e.ym = ${alias}.ym)`;

/** Filings of honest taxpayers, in one of the tables of ledger-tables.ts, of which `wrong` must not be true. */
function filingRule(name: string, of: string, wrong: string, table = 'vat_returns'): CheckRule {
  return { name, checked: count(of), failures: `select '${table} ' || taxpayer_id || ' ' || period as example from ${of} as r where ${wrong} and ${honest('r')}` };
}

function useRule(name: string, failing: string): CheckRule {
  return { name, checked: count('used'), failures: `select 'input_uses ' || coalesce(invoice_code || '-', '') || invoice_number as example from used ${failing}` };
}

/** Carry chain, schedule 1 against invoices, schedule 2 against confirmed uses, uses against invoices. */
export function ledgerChecks(): CheckRule[] {
  const following = '(select * from carried where ym_before = ym - months)';
  return [
    filingRule('the credit is carried', following, `abs(opening_credit_m13 - credit_before) >= ${FEN}`),
    filingRule('honest sales of schedule 1 = invoices', 'compared', `abs(sales_gap) >= ${FEN}`),
    filingRule('honest tax of schedule 1 = invoices', 'compared', `abs(tax_gap) >= ${FEN} and not is_difference`),
    filingRule('honest row 1 of schedule 2 = confirmed uses', 'row_1', `abs(declared - confirmed) >= ${FEN}`),
    filingRule('honest small-scale sales cover the invoices', 'small_compared', `invoiced - declared >= ${FEN}`, 'small_scale_returns'),
    useRule('uses are invoices of their buyer', 'where not is_invoice or invoice_buyer is distinct from buyer_id'),
    useRule('an invoice is used once', 'group by invoice_code, invoice_number having count(*) > 1'),
    useRule('honest uses are not above the tax of a valid invoice',
      `where (status = 'void' or effective_tax - invoice_tax >= ${FEN}) and buyer_id not in (select taxpayer_id from fraud_taxpayer)`),
  ];
}
