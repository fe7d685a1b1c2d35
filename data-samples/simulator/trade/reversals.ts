/** Red invoices, their replacements, and void legacy invoices. */

/** One sale in forty is taken back, a third of these in part; the usual delay is days, now and then more than a month. */
const RED_SHARE = 0.024;
const VOID_SHARE = 0.05;

const red = (select: string): string => `insert into invoice
    with reversed as (${select}), numbered as (
      select *, (select max(invoice) from invoice) + row_number() over (order by red_on, blue) as red from reversed
    )
    select red, ym_of(red_on), red_on + interval 10 hour + to_seconds(floor(25000 * draw(red, 'red time'))::integer), true, seller, buyer, party_name, kind, red_code,
      case when red_code is null then strftime(red_on, '%y') || '53' || '2' || lpad((1000000 + red * 3 + floor(3 * draw(red, 'serial')))::bigint::varchar, 15, '0') else lpad((red % 100000000)::varchar, 8, '0') end,
      good, price_factor, -red_amount, case when red_amount = amount then -tax else -round(tax * (red_amount::double / amount::double), 2) end::decimal(18, 2), rate_percent, method,
      'red', blue, red_reason, ticket_cap, by_authority, difference_method, is_paper, group_id
    from numbered order by red`;

/** Statements for one month: reds of this month's and earlier blue invoices, `takes_back_sales`, then voids. */
export function reversalStatements(ym: number): string[] {
  const day = `(i.issued_at::date + whole(1, 75, draw(i.invoice, 'red delay') * draw(i.invoice, 'red delay 2')))`;
  const columns = `i.invoice as blue, i.seller, i.buyer, i.party_name, i.kind, case when s.legacy_until_ym >= ${ym} then i.invoice_code end as red_code, i.good, i.price_factor, i.amount, i.tax, i.rate_percent, i.method, i.ticket_cap, i.by_authority, i.difference_method, i.is_paper, i.group_id`;
  const fit = `i.status = 'normal' and i.kind in ('special', 'general') and s.is_internal and s.last_ym >= ${ym} and i.method in ('general', 'small') and i.amount >= 100`;
  return [
    red(`select ${columns}, ${day} as red_on, case when draw(i.invoice, 'red part') < 0.33 then round(i.amount * (0.1 + 0.5 * draw(i.invoice, 'red part 2')), 2) else i.amount end::decimal(18, 2) as red_amount,
        case when draw(i.invoice, 'red part') < 0.33 then 'discount' else (['wrong_issue', 'return', 'return', 'stopped'])[whole(1, 4, draw(i.invoice, 'red reason'))] end as red_reason
      from invoice as i join firm as s on s.firm = i.seller
      where ${fit} and i.ym between ${ym - 3} and ${ym} and not i.is_paper and draw(i.invoice, 'red') < ${RED_SHARE} and ym_of(${day}) = ${ym}`),
    red(`select * exclude (taken_before, wanted) from (
        select ${columns}, day_in(${ym}, whole(5, 27, draw(i.invoice, 'taken back'))) as red_on, i.amount as red_amount, 'wrong_issue' as red_reason,
          coalesce(sum(i.amount) over (partition by i.seller order by draw(i.invoice, 'taken'), i.invoice rows between unbounded preceding and 1 preceding), 0) as taken_before, c.strength * m.sales::double as wanted
        from invoice as i join firm as s on s.firm = i.seller join conduct as c on c.firm = i.seller and c.behaviour = 'takes_back_sales' and ${ym} between c.from_ym and c.to_ym join firm_month as m on m.firm = i.seller and m.ym = ${ym}
        where ${fit} and i.ym between ${ym - 8} and ${ym - 1} and i.kind = 'special') where taken_before < wanted`),
    `update invoice set status = 'reversed' from (select distinct blue from invoice where ym = ${ym} and status = 'red') as reds where reds.blue = invoice.invoice`,
    // a spoilt legacy invoice stands beside the good one, sometimes with amount 0
    `insert into invoice
    with spoilt as (
      select i.*, (select max(invoice) from invoice) + row_number() over (order by i.invoice) as copy from invoice as i
      where i.ym = ${ym} and i.invoice_code is not null and i.status = 'normal' and i.seller is not null and draw(i.invoice, 'spoilt') < ${VOID_SHARE}
    )
    select copy, ym, issued_at, has_time, seller, buyer, party_name, kind, invoice_code, lpad((copy % 100000000)::varchar, 8, '0'), good, price_factor, case when draw(copy, 'empty') < 0.3 then 0 else amount end, case when draw(copy, 'empty') < 0.3 then 0 else tax end,
      rate_percent, method, 'void', null, null, ticket_cap, by_authority, difference_method, is_paper, group_id
    from spoilt order by copy`,
  ];
}
