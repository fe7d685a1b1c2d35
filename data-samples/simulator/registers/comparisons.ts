/** Differences that the comparison at filing found between invoices, forms and payments. */

/** Of a firm's years, and of the claims: a difference that was still open at the decision. */
const YEARLY_RATE = 0.01;
const OPEN_AT_CLAIM_CHANCE = 0.0015;

/** filing_comparison. Honest differences are cleared within twenty days, and before a claim of the firm is decided. */
export function comparisonStatements(): string[] {
  const first = (table: string, share: number): string => `select firm, ym, min(filed_at)::date as filed_on, ${share} as share_of_year from ${table}
    where ym >= first_ym() and version = 1 group by firm, ym`;
  return [
    `create temp table comparison_draft as
    with filed as (
      ${first('vat_return', 1 / 12)} union all ${first('small_return', 1 / 4)}
    ), drawn as (
      select firm, ym, filed_on + whole(0, 2, draw2(firm, ym, 'comparison found')) as found_on, draw2(firm, ym, 'comparison kind') as u
      from filed where draw2(firm, ym, 'comparison') < ${YEARLY_RATE} * share_of_year
    )
    select d.firm, d.ym, case when u < 0.55 then 'invoice_form' when u < 0.85 then 'form_form' else 'form_tax' end as comparison_kind,
      round(50 + 30000 * draw2(d.firm, d.ym, 'comparison size') * draw2(d.firm, d.ym, 'comparison size 2'), 2)::decimal(18, 2) as difference, found_on,
        found_on + whole(1, 20, draw2(d.firm, d.ym, 'comparison lasts')) as cleared_on
    from drawn as d where found_on <= cutoff()`,
    `insert into filing_comparison
    with claimed as (
      select firm, applied_at::date as applied_on, least(coalesce(decided_at::date, cutoff()), cutoff()) as decided_on from claim
    ), bounded as (
      select d.firm, d.ym, d.comparison_kind, d.difference, d.found_on, d.cleared_on, min(c.decided_on) as decided_on
      from comparison_draft as d left join claimed as c on c.firm = d.firm and c.decided_on >= d.found_on and c.decided_on < d.cleared_on group by all
    )
    select firm, ym, comparison_kind, difference, found_on, case when resolved_on <= cutoff() then resolved_on end
    from (select *, least(cleared_on, coalesce(decided_on, cleared_on)) as resolved_on from bounded) order by firm, ym`,
    // an oversight: the claim was decided all the same; or it waits for the difference to be cleared, as the noise of the claims says
    `create temp table overlooked as
    with waiting as (select distinct firm, ym from truth_noise where kind = 'open_comparison')
    select c.firm, c.ym, c.applied_at::date as applied_on, c.decided_at::date as decided_on, c.claimed_amount, w.firm is not null as is_waiting
    from claim as c left join waiting as w using (firm, ym) anti join comparison_draft as d on d.firm = c.firm and d.ym = c.ym
    where w.firm is not null or (c.decision = 'approved' and draw2(c.firm, c.ym, 'comparison overlooked') < ${OPEN_AT_CLAIM_CHANCE})`,
    `insert into filing_comparison
    select firm, ym, 'invoice_form', round(200 + 9000 * draw2(firm, ym, 'overlooked size'), 2)::decimal(18, 2), applied_on,
      case when not is_waiting and decided_on + whole(3, 40, draw2(firm, ym, 'overlooked lasts')) <= cutoff() then decided_on + whole(3, 40,
        draw2(firm, ym, 'overlooked lasts')) end
    from overlooked order by firm, ym`,
    `insert into truth_noise select firm, ym, 'open_comparison', claimed_amount from overlooked where not is_waiting order by firm, ym`,
    'drop table comparison_draft', 'drop table overlooked',
  ];
}

export const comparisonsSelect = (): string => `select f.taxpayer_id, period_of(c.ym) as period, c.comparison_kind, c.difference, c.found_on, c.resolved_on
  from filing_comparison as c join firm as f using (firm)`;
