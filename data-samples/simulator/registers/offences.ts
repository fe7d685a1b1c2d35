/** Decisions on violations and cases of the inspection bureau. They must not give the truth away: most of them concern firms that hide nothing. */

const VIOLATION_RATE = 0.004;
const CASE_RATE = 0.0024;
/** Of the firms with a label, at most so many have a case: issuers after they vanished, and some that hide sales. */
const VANISHED_SHARE = 0.06;
const HIDING_SHARE = 0.03;
/** Claims in spite of a decision that bars them, by oversight. */
const OVERSIGHT_CHANCE = 0.0006;

const labelled = `(select distinct firm from truth_label)`;

function caseStatements(): string[] {
  return [
    `create temp table case_draft as
    with suspected as (
      select f.firm, 'vanished' as why, f.status_from + whole(15, 120, draw(f.firm, 'case after')) as opened_on
      from firm as f join ${labelled} as t using (firm) where f.status in ('absconded', 'abnormal', 'deregistered')
      union all
      select f.firm, 'hides', cutoff() - whole(20, 240, draw(f.firm, 'case after')) from firm as f join ${labelled} as t using (firm)
        semi join hidden_sale using (firm) where f.status = 'normal'
    ), known as (
      select firm, opened_on, why, row_number() over (partition by why order by draw(firm, 'case rank'), firm) as rank from suspected where opened_on <= cutoff()
    )
    select firm, opened_on, true as is_labelled from known
    where rank <= floor(case why when 'vanished' then ${VANISHED_SHARE} else ${HIDING_SHARE} end * (select count(*) from ${labelled}))
    union all
    select f.firm, working_day(cutoff() - whole(15, 720, draw(f.firm, 'case day'))), false from firm as f anti join ${labelled} as t on t.firm = f.firm
    where f.is_internal and draw(f.firm, 'case') < ${CASE_RATE} and f.registered_on < cutoff() - 760`,
    `create temp table case_course as
    select *, opened_on + whole(40, case when is_labelled then 170 else 300 end, draw(firm, 'case lasts')) as ended_on,
      is_labelled or draw(firm, 'case grounded') < 0.2 as is_grounded from case_draft`,
    // a claim of an honest firm is never decided while a case of it is open
    `insert into inspection_case
    select 'JC' || strftime(opened_on, '%Y') || lpad(row_number() over (order by opened_on, firm)::varchar, 5, '0'), firm, opened_on,
      case when ended_on <= cutoff() then ended_on end,
      case when ended_on > cutoff() then null when not is_grounded then '未发现税收违法行为'
        when is_labelled and firm not in (select firm from hidden_sale) then '涉嫌虚开，移送公安机关' else '补缴税款并加收滞纳金' end, is_grounded
    from case_course as c where is_labelled or not exists (
      select 1 from claim as k where k.firm = c.firm and k.applied_at::date - 1 <= least(c.ended_on, cutoff()) and coalesce(k.decided_at::date, cutoff()) >= c.opened_on)
    order by opened_on, firm`,
    'drop table case_draft', 'drop table case_course',
  ];
}

function violationStatements(): string[] {
  return [
    `create temp table decision_draft as
    with claimant as (select firm, min(applied_at)::date as first_applied_on, max(applied_at)::date as last_applied_on from claim group by firm),
    drawn as (
      select f.firm, f.registered_on, f.monthly_sales, c.first_applied_on, draw(f.firm, 'violation kind') as u,
        (cutoff() - whole(20, 2400, draw(f.firm, 'violation day')))::date as decided_on
      from firm as f left join claimant as c using (firm) anti join ${labelled} as t on t.firm = f.firm
        where f.is_internal and draw(f.firm, 'violation') < ${VIOLATION_RATE}
    ), typed as (
      select *, case when u < 0.74 then 'other' when u < 0.9 then 'evasion_penalty' when u < 0.96 then 'false_special_invoice'
        when u < 0.98 then 'export_refund_fraud' else 'retained_credit_fraud' end as drawn_type from drawn
    )
    select firm, registered_on, monthly_sales,
      -- an honest claimant has nothing that bars it, but what is older than 36 months
      case when drawn_type not in ('other', 'evasion_penalty') and first_applied_on is not null
        and decided_on > first_applied_on - interval 37 month then 'other' else drawn_type end as violation_type, decided_on, false as is_revoked
    from typed where decided_on > registered_on + 90
    union all
    select firm, registered_on, monthly_sales, 'false_special_invoice', (first_applied_on - whole(60, 900, draw(firm, 'oversight day')))::date, false
    from claimant join firm using (firm) anti join ${labelled} as t using (firm) where draw(firm, 'oversight') < ${OVERSIGHT_CHANCE}
    union all
    -- claims in spite of a decision whose credit class has recovered since
    select firm, registered_on, monthly_sales, case when draw(firm, 'barred by') < 0.7 then 'false_special_invoice' else 'retained_credit_fraud' end,
      greatest(registered_on + 91, last_applied_on - whole(760, 1060, draw(firm, 'barred day')))::date, false
    from claimant join firm using (firm) where firm in (select firm from conduct where behaviour = 'claims_after_offence')
    union all
    -- a decision that was set aside bars nobody
    select firm, registered_on, monthly_sales, 'false_special_invoice', (first_applied_on - whole(60, 900, draw(firm, 'revoked day')))::date, true
    from claimant join firm using (firm) anti join ${labelled} as t using (firm) where draw(firm, 'oversight') between ${OVERSIGHT_CHANCE} and 0.004
    union all
    select c.firm, f.registered_on, f.monthly_sales, case when c.outcome like '涉嫌虚开%' then 'false_special_invoice'
      when t.firm is not null then 'evasion_penalty' else 'other' end, c.closed_on, false
    from inspection_case as c join firm as f using (firm) left join ${labelled} as t using (firm) where c.is_grounded and c.closed_on is not null`,
    `insert into violation
    select '云税罚〔' || year(decided_on) || '〕' || lpad(row_number() over (order by decided_on, firm, violation_type, is_revoked)::varchar, 5, '0') || '号', firm,
      violation_type, decided_on,
      (decided_on - whole(200, 700, draw(firm, 'violation act')))::date, (decided_on - whole(30, 190, draw(firm, 'violation act end')))::date,
      case when violation_type = 'other' then whole(2, 80, draw(firm, 'violation amount')) * 100
        else round(greatest(20000, monthly_sales::double * 0.13 * (0.2 + 3 * draw(firm, 'violation amount'))), 2) end::decimal(18, 2), is_revoked
    from decision_draft order by decided_on, firm, violation_type, is_revoked`,
    `insert into truth_noise
    select d.firm, ym_of(d.decided_on), 'barring_violation', null from decision_draft as d
    join (select firm, min(applied_at)::date as first_applied_on from claim group by firm) as c using (firm) anti join ${labelled} as t using (firm)
    where d.violation_type not in ('other', 'evasion_penalty') and not d.is_revoked and d.decided_on > c.first_applied_on - interval 37 month order by d.firm`,
    'drop table decision_draft',
  ];
}

/** inspection_case and violation. */
export function offenceStatements(): string[] {
  return [...caseStatements(), ...violationStatements()];
}

export const violationsSelect = (): string => `select v.violation_id, f.taxpayer_id, v.violation_type, v.decided_on, v.act_from, v.act_to, v.amount,
  v.is_revoked from violation as v join firm as f using (firm)`;
export const casesSelect = (): string => `select c.case_id, f.taxpayer_id, c.opened_on, c.closed_on, c.outcome from inspection_case as c
  join firm as f using (firm)`;
