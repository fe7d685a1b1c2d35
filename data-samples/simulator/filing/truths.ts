/** Claims as the office knows them at the cutoff, and what is true behind the returns. */

/** Nothing after the cutoff is known yet. */
const known = (at: string, value = at): string => `case when ${at}::date <= cutoff() then ${value} end`;

function claimStatement(): string {
  return `insert into claim
    select 'LD53' || strftime(applied_at, '%Y%m') || lpad(firm::varchar, 8, '0'), firm, ym, applied_at, accepted_at, lane, size_class, industry_share, ratio,
      credit, amount, stock_amount, increment_amount,
      export_pending, arrears, case when decided_at::date <= cutoff() then outcome when suspended_at::date <= cutoff()
        and (resumed_at is null or resumed_at::date > cutoff()) then 'suspended' else 'pending' end,
      ${known('decided_at')}, ${known('suspended_at')}, ${known('resumed_at')}, ${known('paid_on')}, ${known('paid_on', 'paid_amount')}, null, null,
        true_refundable
    from claim_plan where applied_at::date <= cutoff() order by ym, firm`;
}

/** Tax at stake by behaviour: input that does not exist, output that is not declared, and what a claim asks for beyond its right. */
function effectStatement(): string {
  const fromFlow = ([behaviour, column]: readonly [string, string]): string => `select firm, ym, '${behaviour}' as behaviour, ${column} as tax from flow
    where ${column} > 0`;
  const fromClaim = ([behaviour, tax]: readonly [string, string]): string =>
    `select p.firm, p.ym, '${behaviour}', greatest(0, ${tax}) from claim_plan as p join filing_conduct as c using (firm, ym)
      where c.${behaviour} > 0 and p.applied_at::date <= cutoff()`;
  const flows: readonly (readonly [string, string])[] = [
    ['leaves_out_sales', 'left_out_tax'], ['books_negative_uninvoiced', 'negative_tax'], ['claims_unconfirmed_input', 'unconfirmed_tax'],
      ['claims_unfit_vouchers', 'unfit_tax'],
    ['keeps_exception_input', 'kept_exception_tax'], ['keeps_nondeductible_input', 'kept_nondeductible_tax'], ['keeps_red_input', 'kept_red_tax'],
      ['confirms_void', 'void_tax'], ['breaks_carry', 'broken_tax'],
  ];
  const claims: readonly (readonly [string, string])[] = [
    ['claims_too_much', 'p.amount - p.computed_amount'], ['overstates_ratio', 'p.computed_amount - p.right_ratio_amount'],
      ['claims_without_rating', 'case when p.is_rated then 0 else p.amount end'],
    ['claims_wrong_lane', 'p.amount - p.right_lane_amount'], ['claims_wrong_size', 'p.amount - p.right_lane_amount'],
      ['leaves_refund_unposted', 'p.paid_amount'],
    ['claims_after_offence', 'p.amount'], ['claims_beside_levy_refund', 'p.amount'], ['claims_before_its_time', 'p.amount - p.right_lane_amount'],
  ];
  return `insert into conduct_effect select firm, ym, behaviour, tax::decimal(18, 2) from (${[...flows.map(fromFlow),
    ...claims.map(fromClaim)].join(' union all ')}) where tax > 0 order by firm, ym, behaviour`;
}

export function truthStatements(): string[] {
  return [
    claimStatement(), effectStatement(),
    `insert into true_credit
    select k.firm, k.ym, k.m20, k.t20, p.true_ratio from chain as k left join claim_plan as p on p.firm = k.firm and p.ym = k.ym
      where k.column_group = 'general' order by k.ym, k.firm`,
    `insert into truth_noise
    select firm, ym, 'last_day_declared_next_month', tax from (
      select p.firm, p.ym - 1 as ym, sum(p.slipped)::decimal(18, 2) as tax from sale_part as p join day_slip as s on s.firm = p.firm and s.ym = p.ym - 1
        group by p.firm, p.ym
    ) where tax <> 0
    union all select firm, ym, noise, amount from claim_plan
    where noise is not null and applied_at::date <= cutoff() and (noise <> 'open_comparison' or decided_at::date > cutoff()) order by 1, 2, 3`,
  ];
}
