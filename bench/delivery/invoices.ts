import { SALT } from './macros.ts';
import { CUTOFF, blueCounts, externalCount } from './shape.ts';
import type { DeliveryShape } from './shape.ts';

/** A prime that permutes party numbers, so that a large seller is not a large buyer by birth. */
const SCATTER = 1_000_003;

/**
 * Table `invoice`: integer parties, months and typed money. Sellers and buyers follow power laws; a tenth of the invoices has
 * an outside party. `confirm_month` is the month the buyer confirmed it; `transfers_input` marks red rows that take input back.
 */
export function invoiceStatements(shape: DeliveryShape): string[] {
  const { blue, red, step } = blueCounts(shape);
  const end = `(month_start(${shape.months})::timestamp - interval 1 minute)`;
  const dealt = (salt: number, power: number): string => `floor(${shape.taxpayers} * power(draw(i, ${salt}), ${power}))::bigint`;
  const outside = (salt: number): string => `(${shape.taxpayers} + floor(${externalCount(shape)} * draw(i, ${salt} + 100)))::bigint`;
  return [
    `create table invoice as
    with parties as (
      select i, floor(${shape.months} * draw(i, ${SALT.month}))::integer as month, i % ${step} = 0 and i // ${step} < ${red} as is_reversed,
        case when draw(i, ${SALT.sellerOutside}) < 0.05 then ${outside(SALT.sellerOutside)} else ${dealt(SALT.seller, 2)} end as seller,
        case when draw(i, ${SALT.buyerOutside}) < 0.05 then ${outside(SALT.buyerOutside)}
             else (${dealt(SALT.buyer, 1.8)} * ${SCATTER} + 11) % ${shape.taxpayers} end as drawn_buyer
      from range(${blue}) as numbers(i)
    ), priced as (
      select *, case when drawn_buyer = seller then (seller + 1) % ${shape.taxpayers} else drawn_buyer end as buyer,
        round(power(10.0, 2.7 + 2.6 * draw(i, ${SALT.amount})), 2)::decimal(18, 2) as amount,
        case when seller < ${shape.taxpayers} and not is_general(seller) then 0.01 when draw(i, ${SALT.rate}) < 0.1 then 0.06
             when draw(seller, ${SALT.rate}) < 0.6 then 0.13 when draw(seller, ${SALT.rate}) < 0.8 then 0.09 else 0.06 end::decimal(9, 6) as tax_rate,
        not is_reversed and is_legacy(i) and draw(i, ${SALT.voided}) < 0.34 as is_void
      from parties
    ), dated as (
      select *, is_general(buyer) and draw(i, ${SALT.special}) < 0.8 as is_special,
        month_start(month) + to_days(floor(day(last_day(month_start(month))) * draw(i, ${SALT.day}))::integer)
          + to_seconds((8 * 3600 + floor(11 * 3600 * draw(i, ${SALT.clock})))::bigint) as issued_at,
        month + case when not is_reversed and draw(i, ${SALT.late}) < 0.25 then 1 else 0 end as wanted_month
      from priced
    )
    select i, null::bigint as blue, null::integer as blue_month, seller::integer as seller, buyer::integer as buyer, month, issued_at, amount,
      round(amount * tax_rate, 2)::decimal(18, 2) as tax, tax_rate, is_special,
      case when is_void then 'void' when is_reversed then 'reversed' else 'normal' end as status,
      case when is_special and not is_void and draw(i, ${SALT.confirmed}) < 0.97 and wanted_month < ${shape.months} then wanted_month end as confirm_month,
      draw(i, ${SALT.notDeducted}) >= 0.01 as is_deducted, false as transfers_input
    from dated`,
    `insert into invoice
    with reversal as (
      select *, least(issued_at + to_days((1 + floor(60 * draw(i, ${SALT.redDays})))::integer), ${end}) as reversed_at
      from invoice where status = 'reversed'
    )
    select ${blue} + i // ${step}, i, month, seller, buyer, month_of(reversed_at::date), reversed_at, -amount, -tax, tax_rate, is_special, 'red',
      null, false, confirm_month is not null and is_deducted
    from reversal`,
  ];
}

/** SELECT of the contract's `invoices` for the row numbers [from, to). */
export function invoicesSelect(from: number, to: number): string {
  return `select invoice_code(i) as invoice_code, invoice_number(i, month) as invoice_number,
      case when is_special then 'special' else 'general' end as invoice_kind,
      case when is_legacy(i) then 'paper' else 'digital' end as media,
      s.party_id as seller_id, s.party_name as seller_name, b.party_id as buyer_id, b.party_name as buyer_name, issued_at, amount, tax,
      (amount + tax)::decimal(18, 2) as total, tax_rate, invoice.status as status,
      invoice_code(blue) as blue_invoice_code, invoice_number(blue, blue_month) as blue_invoice_number,
      case when blue is not null then (['wrong_issue', 'return', 'stopped', 'discount'])[1 + floor(4 * draw(i, ${SALT.redReason}))::integer] end as red_reason,
      case when blue is not null then issued_at::date end as red_confirmed_on,
      null::decimal(18, 2) as ticket_cap, false as issued_by_authority, false as difference_method, null::varchar as book_owner_id
    from invoice join party s on s.party = seller join party b on b.party = buyer
    where i >= ${from} and i < ${to} order by i`;
}

/** SELECT of the contract's `invoice_lines` for the row numbers [from, to): one or two lines that add up to the header. */
export function invoiceLinesSelect(from: number, to: number): string {
  return `with split as (
      select *, line_no::integer as line, draw(i, ${SALT.lines}) < 0.4 as is_split,
        round(amount * 0.6, 2)::decimal(18, 2) as amount_1, round(tax * 0.6, 2)::decimal(18, 2) as tax_1
      from invoice cross join (values (1), (2)) as line_numbers(line_no)
      where i >= ${from} and i < ${to} and (line_no = 1 or draw(i, ${SALT.lines}) < 0.4)
    ), valued as (
      select *, case when not is_split then amount when line = 1 then amount_1 else amount - amount_1 end::decimal(18, 2) as line_amount,
        case when not is_split then tax when line = 1 then tax_1 else tax - tax_1 end::decimal(18, 2) as line_tax,
        1 + floor(40 * draw(seller * 2 + line, ${SALT.goods}))::integer as goods
      from split
    )
    select invoice_code(i) as invoice_code, invoice_number(i, month) as invoice_number, line as line_no,
      case when tax_rate = 0.06 then '3040' else '1' || lpad(goods::varchar, 2, '0') || '0' end || lpad(goods::varchar, 3, '0') || repeat('0', 12) as goods_code,
      '*样例*货物' || goods::varchar as goods_name, '件' as unit,
      (sign(line_amount) * goods)::decimal(24, 8) as quantity, (abs(line_amount) / goods)::decimal(24, 8) as unit_price,
      line_amount as amount, tax_rate, line_tax as tax, 'general' as levy_method
    from valued order by i, line`;
}

/** SELECT of the contract's `input_uses`. */
export function inputUsesSelect(): string {
  return `select invoice_code(i) as invoice_code, invoice_number(i, month) as invoice_number, b.party_id as buyer_id,
      s.party_id as seller_id, 'special' as invoice_kind, period_of(confirm_month) as period,
      case when is_deducted then 'deduct' else 'not_deduct' end as purpose, tax as effective_tax,
      month_start(confirm_month + 1) + interval 9 hour as confirmed_at
    from invoice join party s on s.party = seller join party b on b.party = buyer
    where confirm_month is not null order by i`;
}

/** SELECT of the contract's `exception_vouchers`: about one special invoice in two thousand, a third lifted again. */
export function exceptionVouchersSelect(): string {
  return `with listed as (
      select *, (issued_at::date + (20 + floor(200 * draw(i, ${SALT.exceptionDays})))::integer) as listed_on
      from invoice where is_special and blue is null and status <> 'void' and draw(i, ${SALT.exception}) < 0.0005
    )
    select invoice_code(i) as invoice_code, invoice_number(i, month) as invoice_number, listed_on,
      (1 + floor(5 * draw(i, ${SALT.exceptionReason})))::integer::varchar as reason, listed_on + 3 as notified_on,
      null::date as verification_requested_on, case when draw(i, ${SALT.lifted}) < 0.33 then listed_on + 10 end as lifted_on
    from listed where listed_on + 10 < date '${CUTOFF}' order by i`;
}
