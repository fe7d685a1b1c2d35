/** Orders become invoices: kind, rate, tax, number. */
import { PROVINCE_CODE } from '../facts/places.ts';

/**
 * Kind and tax of each order, then numbers in the order of time. A seller that is a producer of farm goods issues exempt invoices; a buyer of a
 * farmer's goods issues the invoice itself. Small-scale sellers tax at the levy rate of the day.
 */
export function issueStatement(ym: number): string {
  return `insert into invoice
    with judged as (
      select o.*, g.rate_class, g.good_key, s.is_internal as seller_inside, s.legacy_until_ym, s.entity_kind as seller_kind, s.monthly_sales as seller_sales, s.district_code as seller_district, si.role as seller_role,
        coalesce(s.is_internal and s.general_ym > ${ym}, false) as is_small_seller,
        coalesce(b.general_ym <= ${ym}, false) as is_general_buyer,
        rule.levy_percent, rule.is_full_exemption,
        case when o.channel = 'farmer' then 'agri_purchase' when o.kind is not null then o.kind
             when g.rate_class = 'toll' then 'toll' when g.good_key = 'rail' then 'rail' when g.good_key = 'air' then 'air'
             when g.good_key in ('car', 'truck') and (o.buyer is null or not coalesce(bi.industry_code = 'F5261', false)) and coalesce(si.industry_code = 'F5261' or not s.is_internal, false) then 'motor_vehicle'
             when g.rate_class = 'farm' and si.role = 'farm' then 'agri_sale'
             when coalesce(s.is_internal and s.general_ym > ${ym}, false) then case when coalesce(b.general_ym <= ${ym}, false) and draw2(o.key, ${ym}, 'small special') < 0.4 then 'special' else 'general' end
             when coalesce(b.general_ym <= ${ym}, false) and draw2(o.key, ${ym}, 'special') < 0.93 then 'special' else 'general' end as real_kind
      from month_order as o join good as g using (good)
      left join firm as s on s.firm = o.seller left join industry as si on si.industry = s.industry
      left join firm as b on b.firm = o.buyer left join industry as bi on bi.industry = b.industry
      join small_rule as rule on ${ym} between rule.from_ym and rule.to_ym
      where o.channel in ('invoice', 'farmer', 'export')
    ), rated as (
      select *, case when channel = 'export' then 'zero' when real_kind in ('agri_purchase', 'agri_sale') or (rate_class = 'farm' and seller_role = 'farm') then 'exempt'
          when is_small_seller then 'small' when rate_class in ('levy5', 'toll') then 'simple'
          when good_key = 'labour' and coalesce(draw(seller, 'difference') < 0.5, false) then 'simple' else 'general' end as method,
        good_key = 'labour' and coalesce(draw(seller, 'difference') < 0.5, false) and not is_small_seller and channel = 'invoice' as difference_method
      from judged
    ), taxed as (
      select r.*, case method when 'zero' then 0 when 'exempt' then 0
          when 'small' then case when r.rate_class = 'levy5' then 5 when is_full_exemption and real_kind <> 'special' then 0 else levy_percent end
          when 'simple' then case when r.rate_class = 'toll' then 3 else 5 end
          else q.percent end as percent
      from rated as r join general_rate as q on q.rate_class = case when r.rate_class in ('farm', 'levy5', 'toll') then 'low' else r.rate_class end and ${ym} between q.from_ym and q.to_ym
    ), timed as (
      select *, coalesce(second_of_day is not null, false) or draw2(key, ${ym}, source || ' has time') < 0.75 as has_time,
        coalesce(second_of_day, 8 * 3600 + floor(10.5 * 3600 * draw2(key, ${ym}, source || ' time'))::integer) as second
      from taxed
    ), numbered as (
      select *, (select coalesce(max(invoice), 0) from invoice) + row_number() over (order by issued_on, second, source, key, good) as invoice, coalesce(seller_inside, true) and ${ym} <= coalesce(legacy_until_ym, 0) and channel <> 'farmer' and real_kind in ('special', 'general') as is_legacy
      from timed
    )
    select invoice, ${ym}, issued_on + to_seconds(case when has_time then second else 0 end), has_time, seller, buyer,
      case when channel = 'farmer' and party_name is null then '农户' || (['李', '王', '张', '杨', '赵', '普', '段', '和'])[1 + (hash(key // 50) % 8)::integer] || '某' || (hash(key // 50) % 9973)::varchar else party_name end,
      real_kind, case when is_legacy then '${PROVINCE_CODE}00' || strftime(issued_on, '%y') || lpad((seller % 10000)::varchar, 4, '0') end,
      case when is_legacy then lpad((invoice % 100000000)::varchar, 8, '0')
           else strftime(issued_on, '%y') || case when seller_inside is null or seller_inside then '${PROVINCE_CODE}' else substr(seller_district, 1, 2) end || '2' || lpad((1000000 + invoice * 3 + floor(3 * draw(invoice, 'serial')))::bigint::varchar, 15, '0') end,
      good, coalesce(price_factor, 0.93 + 0.14 * draw2(key, ${ym}, source || ' price')), amount,
      case when difference_method then round(amount * 0.12 * percent / 100, 2) else round(amount * percent / 100, 2) end::decimal(18, 2), percent, method,
      'normal', null, null, case when is_legacy then greatest(
        -- ceilings of tax-control machines, printed rounded up; small firms have the lowest
        case when seller_sales < 400000 then 100000 else 1000000 end, case when amount < 100000 then 0 when amount < 1000000 then 1000000 when amount < 10000000 then 10000000 else 100000000 end) end::decimal(18, 2),
      -- the tax office issues special invoices for individuals who have no machine of their own
      real_kind = 'special' and is_small_seller and seller_kind in ('individual', 'natural_person') and source = 'small', difference_method, is_paper, group_id
    from numbered order by invoice`;
}

/** Certificates of imports, and the goods sent abroad. */
export function passageStatements(ym: number): string[] {
  return [
    `insert into voucher
    with numbered as (
      select o.*, q.percent, (select coalesce(max(voucher), 0) from voucher) + row_number() over (order by issued_on, source, key) as voucher
      from month_order as o join good as g using (good) join general_rate as q on q.rate_class = case when g.rate_class = 'farm' then 'low' else g.rate_class end and ${ym} between q.from_ym and q.to_ym
      where o.channel = 'import'
    )
    select voucher, buyer, ${ym}, 'customs', '530120' || strftime(issued_on, '%Y%m') || lpad(voucher::varchar, 9, '0') || '-L' || lpad((voucher % 100)::varchar, 2, '0'), null,
      -- a script may put another importer in the heading; now and then an agent imports and the certificate names nobody alone
      case when seller is not null then seller when draw(voucher, 'two headings') < 0.06 then null else buyer end, coalesce(seller, buyer), good, amount, round(amount * percent / 100, 2)::decimal(18, 2),
      case when draw(voucher, 'matched') < 0.985 then 'matched' else 'pending' end, issued_on, is_paper, group_id
    from numbered order by voucher`,
    `insert into export_sale
    select seller, ${ym}, good, amount, least(issued_at::date + whole(0, 4, draw(invoice, 'declared')), cutoff()), invoice from invoice where ym = ${ym} and method = 'zero' order by invoice`,
  ];
}
