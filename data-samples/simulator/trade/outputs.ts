/** Tables of the delivery that follow from trade alone: invoices, invoice_lines, other_vouchers, customs_declarations. */
import type { OutputTable } from '../sql.ts';

/** Farmers and consumers have no id: their name stands alone. */
const invoices = (months: string): string => `select i.invoice_code, i.invoice_number, i.kind as invoice_kind, case when i.invoice_code is null then 'digital' else 'tax_control' end as media,
    s.taxpayer_id as seller_id, coalesce(s.taxpayer_name, case when i.kind = 'agri_purchase' then i.party_name end) as seller_name, b.taxpayer_id as buyer_id, coalesce(b.taxpayer_name, case when i.buyer is null and i.kind <> 'agri_purchase' then i.party_name end) as buyer_name,
    case when i.has_time then strftime(i.issued_at, '%Y-%m-%d %H:%M:%S') else strftime(i.issued_at, '%Y-%m-%d') end as issued_at,
    i.amount, i.tax, (i.amount + i.tax)::decimal(18, 2) as total, (i.rate_percent / 100)::decimal(9, 6) as tax_rate, i.status,
    blue.invoice_code as blue_invoice_code, blue.invoice_number as blue_invoice_number, i.red_reason, case when i.status = 'red' then i.issued_at::date end as red_confirmed_on,
    i.ticket_cap, i.by_authority as issued_by_authority, i.difference_method
  from (select * from invoice where ${months}) as i left join firm as s on s.firm = i.seller left join firm as b on b.firm = i.buyer left join invoice as blue on blue.invoice = i.blue`;

/** One line, or two that add up to the header. Void invoices and most invoices of small shops carry none. */
const lines = (months: string): string => `with chosen as (
    select i.*, g.goods_code, g.goods_name, g.unit, g.price_yuan, draw(invoice, 'two lines') < 0.25 and abs(amount) > 200 as is_split
    from (select * from invoice where ${months}) as i join good as g using (good)
    where i.status <> 'void' and (i.method <> 'small' or i.kind = 'special' or draw(invoice, 'has lines') < 0.3)
  ), parts as (
    select c.*, part, case when not is_split then amount when part = 1 then round(amount * (0.3 + 0.5 * draw(invoice, 'split')), 2) else amount - round(amount * (0.3 + 0.5 * draw(invoice, 'split')), 2) end::decimal(18, 2) as line_amount,
      case when not is_split then tax when part = 1 then round(tax * (0.3 + 0.5 * draw(invoice, 'split')), 2) else tax - round(tax * (0.3 + 0.5 * draw(invoice, 'split')), 2) end::decimal(18, 2) as line_tax
    from chosen as c cross join unnest(range(1, case when is_split then 3 else 2 end)) as parts_of(part)
  ), priced as (
    select *, (price_yuan * price_factor)::decimal(24, 8) as price from parts
  )
  select invoice_code, invoice_number, part::integer as line_no, goods_code, goods_name, unit, (line_amount / price)::decimal(24, 8) as quantity, price as unit_price, line_amount as amount,
    (rate_percent / 100)::decimal(9, 6) as tax_rate, line_tax as tax, case when method = 'exempt' then 'exempt' when method = 'zero' then 'zero' when method in ('simple', 'small') then 'simple' else 'general' end as levy_method
  from priced`;

const vouchers = (): string => `select f.taxpayer_id, period_of(v.ym) as period, v.voucher_type, v.voucher_no, c.taxpayer_id as counterparty_id, m.taxpayer_id as importer_id, v.tax, v.match_status, f.general_ym <= v.ym as is_deducted
  from voucher as v join firm as f using (firm) left join firm as c on c.firm = v.counterparty left join firm as m on m.firm = v.importer`;

const declarations = (): string => `select 'I' || lpad(voucher::varchar, 17, '0') as declaration_no, 1 as item_no, coalesce(m.taxpayer_id, f.taxpayer_id) as taxpayer_id, 'import' as direction, v.issued_on as declared_on, g.hs_code, v.base_amount as amount, v.tax as vat,
      f.taxpayer_id as consignee_id, r.taxpayer_id as real_consignee_id, v.voucher_no
    from voucher as v join firm as f using (firm) join good as g using (good) left join firm as m on m.firm = v.importer left join firm as r on r.firm = v.real_consignee where v.voucher_type = 'customs'
  union all
  select 'E' || lpad(row_number() over (order by e.declared_on, e.invoice)::varchar, 17, '0'), 1, f.taxpayer_id, 'export', e.declared_on, case when g.hs_code = '' then '84799090' else g.hs_code end, e.amount, 0, null, null, null
    from export_sale as e join firm as f using (firm) join good as g using (good)`;

export const tradeOutputs: readonly OutputTable[] = [
  { table: 'invoices', select: invoices, orderBy: 'issued_at, invoice_code, invoice_number', isMonthly: true },
  { table: 'invoice_lines', select: lines, orderBy: 'invoice_number, invoice_code, line_no', isMonthly: true },
  { table: 'other_vouchers', select: vouchers, orderBy: 'taxpayer_id, period, voucher_no', isMonthly: false },
  { table: 'customs_declarations', select: declarations, orderBy: 'declaration_no, item_no', isMonthly: false },
];
