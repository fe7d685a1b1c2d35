/** Balances at the ends of quarters, of every month for some general taxpayers and the young ones, whose size decides their reliefs: `book_balance`. */

/** General taxpayers that deliver a balance every month. */
const MONTHLY_SHARE = 0.25;
/** Price with VAT of what is owed and owing. */
const WITH_TAX = 1.1;

const ASSETS = [
  'cash', 'receivables', 'prepayments', 'inventory', 'fixed_assets', 'construction_in_progress', 'intangible_assets', 'other_receivables',
] as const;

const uniform = (question: string): string => `draw(firm, 'books ${question}')`;
/** Items sway a little from quarter to quarter. */
const sway = (item: string): string => `(0.94 + 0.12 * draw2(firm, ym // 3, 'books ${item} sways'))`;

/** Expressions of the items that follow the turnover, in yuan; months of turnover come from the business. */
const ITEMS: Readonly<Record<string, string>> = {
  receivables: `quarter_turnover * ${WITH_TAX} * (1 - consumer_share) * (0.4 + 1.8 * ${uniform('receivables')})
          * case section when 'E' then 2.6 when 'C' then 1.2 else 1 end * ${sway('receivables')}`,
  payables: `(half_bought + usual_bought) / 2 * ${WITH_TAX} * (0.4 + 1.7 * ${uniform('payables')}) * ${sway('payables')}`,
  prepayments: `half_bought * (0.04 + 0.4 * ${uniform('prepayments')}) * ${sway('prepayments')}`,
  // presales of developers; milestones of builders and machine makers, prepaid travels; little elsewhere
  advances_received: `case when role = 'developer' then monthly_sales * (5 + 9 * ${uniform('presales')})
            * case when ym < first_sale_ym then least(1, 0.2 + (ym - first_ym) / 30.0) else 0.8 end
          when section in ('E', 'M') or industry_code in ('C3421', 'L7291') then half_turnover * 1.6 * ${uniform('advances')}
          else half_turnover * 0.5 * ${uniform('advances')} * ${uniform('advances 2')} end * ${sway('advances')} + parked * ${WITH_TAX}`,
  // members of a group lend to each other
  other_receivables_related: `case when business_group is not null and ${uniform('group loan')} < 0.35
          then half_turnover * (0.8 + 3 * ${uniform('group loan size')}) * ${sway('loans')} else 0 end`,
  deposits: `half_turnover * 0.35 * ${uniform('deposits')} * ${sway('deposits')}`,
  // owners lend to their firm; a few firms live from it
  other_payables_persons: `case when ${uniform('owner loan')} < 0.025 then half_turnover * (2 + 3 * ${uniform('owner loan size')})
          when ${uniform('owner loan')} < 0.45 then half_turnover * 1.4 * ${uniform('owner loan size')} else 0 end * ${sway('owner')}`,
  other_payables_others: `half_turnover * 0.4 * ${uniform('other payables')} * ${sway('others')}`,
  intangible_assets: `case when ${uniform('has land')} < case role when 'producer' then 0.4 when 'service' then 0.06 else 0.02 end
            then monthly_sales * (1 + 3 * ${uniform('land')})
          when section = 'I' then monthly_sales * ${uniform('land')} else 0 end`,
  cash: `half_turnover * (0.25 + 1.6 * ${uniform('cash')} * ${uniform('cash 2')}) * ${sway('cash')}
          + case when is_young then coalesce(paid_in_capital, 0)::double * (0.1 + 0.3 * ${uniform('cash')}) else 0 end`,
};

function balanceStatement(): string {
  const items = Object.entries(ITEMS).map(([item, yuan]) => `round(greatest(0, ${yuan}), 2)::decimal(18, 2) as ${item}`);
  return `create table book_balance as
    with kept as (
      select l.firm, l.ym, l.inventory, l.fixed_assets, l.building as construction_in_progress, l.quarter_turnover, l.half_turnover, l.half_bought, l.parked,
        u.usual_bought, b.role, b.section, b.industry_code, b.consumer_share, b.monthly_sales::double as monthly_sales, b.first_sale_ym, b.first_ym,
        b.business_group, b.paid_in_capital, b.is_young
      from book_ledger as l join book_firm as b using (firm)
      join (select firm, round(sum(bought) / count(*), 2)::double as usual_bought from book_flow group by firm) as u using (firm)
      where b.keeps_books and l.ym <= b.filed_to_ym and (is_quarter_end(l.ym)
        or (b.general_ym <= l.ym and (draw(l.firm, 'books monthly') < ${MONTHLY_SHARE} or year(b.registered_on) > (l.ym - 6) // 12 - 1)))
    ), sized as (
      select firm, ym, inventory, fixed_assets, construction_in_progress, paid_in_capital,
        ${items.join(',\n        ')}
      from kept
    ), summed as (
      select * exclude (deposits, other_payables_others), (other_receivables_related + deposits)::decimal(18, 2) as other_receivables,
        (other_payables_persons + other_payables_others)::decimal(18, 2) as other_payables
      from sized
    )
    select *, (${ASSETS.join(' + ')})::decimal(18, 2) as total_assets from summed`;
}

export const balanceStatements = (): string[] => [balanceStatement()];
