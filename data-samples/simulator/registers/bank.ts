/** Account movements that were asked for under a case: what the trade of a firm leaves in its accounts, and what its owner takes in beside them. */

/** Months before the case is opened that the bank was asked about. */
const MONTHS = 12;
/** Cases for which the bank was asked. */
const ASKED_SHARE = 0.7;

/** Movements of the firms in `asked` (firm, case_reference, opened_on). `source` and `key` name a movement; `day` is a date. */
function movements(): string {
  const payable = `(i.amount + i.tax)::double`;
  const inWindow = `i.ym between ym_of(a.opened_on) - ${MONTHS} and ym_of(a.opened_on) and i.status in ('normal', 'reversed')`;
  const lump = (table: string, source: string, lots: number, owner: string): string => `select a.firm, '${source}', h.firm::bigint * 1000000 + h.ym * 10 + lot,
    a.case_reference, '${owner}', a.opened_on, day_in(h.ym, whole(1, 31, draw2(h.firm * 10 + lot, h.ym, 'bank ${source} day'))),
      'in', null::integer, 'person', h.amount::double * (1 + rate) * (0.5 + draw2(h.firm * 10 + lot, h.ym, 'bank ${source}')) / ${lots}, 'trade'
    from asked as a join (select h.*, case when f.general_ym > h.ym then 0.01 else q.percent / 100 end as rate
      from (select firm, ym, good, sum(amount) as amount from ${table} group by all) as h join firm as f using (firm) join good as g using (good)
      join general_rate as q on q.rate_class = g.rate_class and h.ym between q.from_ym and q.to_ym) as h on h.firm = a.firm
        and h.ym between ym_of(a.opened_on) - ${MONTHS} and ym_of(a.opened_on) cross join range(${lots}) as lots(lot)`;
  return `select a.firm, 'sale' as source, i.invoice as key, a.case_reference, 'company' as account_owner, a.opened_on,
    i.issued_at::date + whole(0, case when i.is_paper then 3 else 45 end, draw(i.invoice, 'bank in')) as day, 'in' as direction,
      i.buyer as counterparty, case when i.buyer is null then 'person' else 'company' end as counterparty_kind, ${payable} as amount, 'trade' as tag
    from asked as a join invoice as i on i.seller = a.firm and ${inWindow}
    -- money for paper comes and goes again
    union all select a.firm, 'back', i.invoice, a.case_reference, 'company', a.opened_on, i.issued_at::date + whole(0, 5, draw(i.invoice, 'bank back')), 'out',
      null, 'person', ${payable} * (0.93 + 0.05 * draw(i.invoice, 'bank kept')), 'other'
    from asked as a join invoice as i on i.seller = a.firm and ${inWindow} and i.is_paper
    union all select a.firm, 'purchase', i.invoice, a.case_reference, 'company', a.opened_on, i.issued_at::date + whole(0, 60, draw(i.invoice, 'bank out')),
      'out', i.seller, case when i.seller is null then 'person' else 'company' end, ${payable}, 'trade'
    from asked as a join invoice as i on i.buyer = a.firm and ${inWindow}
    union all ${lump('uninvoiced', 'counter', 3, 'company')}
    union all ${lump('hidden_sale', 'private', 4, 'controller')}
    union all select a.firm, 'other', ym, a.case_reference, case when draw2(a.firm, ym, 'bank owner') < 0.6 then 'company' else 'controller' end, a.opened_on,
      day_in(ym, whole(1, 28, draw2(a.firm, ym, 'bank other day'))),
      case when draw2(a.firm, ym, 'bank direction') < 0.5 then 'in' else 'out' end, null, 'company', whole(5, 400, draw2(a.firm, ym, 'bank other')) * 1000.0,
        (['loan', 'internal', 'deposit', 'collection', 'other'])[whole(1, 5, draw2(a.firm, ym, 'bank tag'))]
    from asked as a cross join range(first_ym(), last_ym() + 1) as months(ym) where ym between ym_of(a.opened_on) - ${MONTHS} and ym_of(a.opened_on)
      and draw2(a.firm, ym, 'bank has other') < 0.5`;
}

/** bank_transaction. */
export function bankStatements(): string[] {
  return [
    `create temp table asked as
    select firm, opened_on, '云税稽查〔' || year(opened_on) || '〕' || substr(case_id, 7) || '号' as case_reference from inspection_case
      where draw(firm, 'bank asked') < ${ASKED_SHARE}`,
    `insert into bank_transaction
    select 'B' || lpad(row_number() over (order by firm, day, source, key)::varchar, 12, '0'), firm, case_reference, account_owner,
      day + to_seconds(whole(28800, 75000, draw2(key, firm, 'bank time ' || source))), direction, counterparty, counterparty_kind,
        round(amount, 2)::decimal(18, 2), tag
    from (${movements()}) where amount >= 1 and day <= least(cutoff(), opened_on + 20) order by firm, day, source, key`,
    'drop table asked',
  ];
}

export const bankSelect = (): string => `select b.transaction_id, f.taxpayer_id, b.case_reference, b.account_owner, b.occurred_at, b.direction,
  c.taxpayer_id as counterparty_id, b.counterparty_kind, b.amount, b.tag
  from bank_transaction as b join firm as f using (firm) left join firm as c on c.firm = b.counterparty`;
