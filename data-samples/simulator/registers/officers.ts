/** The working log of refund claims: who accepted, reviewed, rechecked and approved, and when. */

import { officeTime, workingDaysAfter, workingDaysBetween } from './days.ts';

/** Chances, per claim, of the slips an audit of the log would find. */
const SAME_OFFICER_CHANCE = 0.0015;
const LATE_CHANCE = 0.0015;
/** What no form supports passes more easily where one officer does both; claims of firms that ask for it, and the chance. */
const OVERASKING = `('claims_too_much', 'overstates_ratio', 'claims_before_its_time', 'claims_after_offence', 'claims_without_rating')`;
const COMPLICIT_CHANCE = 0.15;
/** Claims with a doubt that somebody marked and somebody cleared. */
const FLAG_CHANCE = 0.12;
/** Of the cleared doubts, those that nobody wrote a reason for. */
const SILENT_CHANCE = 0.012;
/** From this amount on, alone or with the claims of the same weeks, a claim goes before the collective review. */
const COLLECTIVE_YUAN = 1_000_000;

const CODES = ['VR-11', 'VR-16', 'VR-18', 'VR-22', 'VR-25', 'VR-30', 'VR-34', 'VR-39'].map((code) => `'${code}'`).join(', ');
const NOTES = ['已核对合同、运输单据与付款凭证，疑点排除', '经约谈，系设备采购集中入账所致', '实地查看库存与账面一致', '上游企业经营正常，交易真实']
  .map((note) => `'${note}'`).join(', ');

/** Now and then a claim is decided after the eleventh working day; only where decision and payment stay in their month, so that the returns stand. */
function lateStatements(): string[] {
  return [
    `create temp table late_claim as
    with drawn as (
      select *, working_day(accepted_at::date + 17) as late_on from claim
      where decision = 'approved' and suspended_at is null and draw((hash(application_id) >> 1)::bigint, 'officer late') < ${LATE_CHANCE}
        and decided_at::date < accepted_at::date + 17
    )
    select application_id, firm, ym_of(late_on) as decided_ym, claimed_amount, late_on + (decided_at - decided_at::date::timestamp) as decided_at,
      greatest(paid_on, working_day(late_on + 1)) as paid_on
    from drawn where ym_of(decided_at::date) = ym_of(late_on) and (paid_on is null or ym_of(paid_on) = ym_of(greatest(paid_on, working_day(late_on + 1))))
      and working_day(late_on + 1) <= cutoff()`,
    `update claim set decided_at = late_claim.decided_at, paid_on = late_claim.paid_on from late_claim where late_claim.application_id = claim.application_id`,
    `insert into truth_noise select firm, decided_ym, 'decided_on_eleventh_day', claimed_amount from late_claim order by application_id`,
    'drop table late_claim',
  ];
}

/** One row a claim: when each node acts, and the officers of the firm's county. A node has four officers of its own. */
function courseStatement(): string {
  const officer = (digit: number, node: string): string => `'O' || district_code || '${digit}' || whole(1, 4, draw(claim_key, 'officer ${node}'))`;
  // a share of the working days until the decision, and never outside the two
  const between = (from: string, share: number, minutes: number, minutesBefore: number): string => {
    const day = `working_day(${from}::date)`;
    const time = officeTime(workingDaysAfter(day, `floor(${share} * greatest(0, ${workingDaysBetween(day, 'ended_at::date')}))::integer`),
      `draw(claim_key, 'officer at ${share}')`);
    return `least(greatest(${time}, ${from} + interval ${minutes} minute), ended_at - interval ${minutesBefore} minute)`;
  };
  return `create temp table claim_course as
    with keyed as (
      select c.*, f.district_code, (hash(c.application_id) >> 1)::bigint as claim_key, coalesce(c.decided_at, c.accepted_at + interval 9 day) as ended_at,
        c.claimed_amount >= ${COLLECTIVE_YUAN} or exists (select 1 from claim as o where o.firm = c.firm and o.application_id <> c.application_id
          and abs(date_diff('day', o.applied_at, c.applied_at)) <= 31 and o.claimed_amount + c.claimed_amount >= ${COLLECTIVE_YUAN}) as is_collective
      from claim as c join firm as f using (firm)
    ), staffed as (
      select *, coalesce(resumed_at, accepted_at) as worked_from, suspended_at is not null and resumed_at is null as is_held,
        suspended_at is not null or draw(claim_key, 'officer flags') < ${FLAG_CHANCE} as is_flagged,
        decided_at is not null and draw(claim_key, 'officer twice') < case when firm in (select firm from conduct where behaviour in ${OVERASKING})
          then ${COMPLICIT_CHANCE} else ${SAME_OFFICER_CHANCE} end as has_one_officer, draw(claim_key, 'officer silent') < ${SILENT_CHANCE} as is_silent,
        ${officer(1, 'acceptance')} as acceptor, ${officer(2, 'review')} as reviewer, ${officer(3, 'recheck')} as rechecker,
          ${officer(5, 'approval')} as approver, ${officer(6, 'treasury')} as payer, 'O' || district_code || '40' as chair,
        ([${CODES}])[whole(1, 8, draw(claim_key, 'officer code'))] as flagged_code, ([${NOTES}])[whole(1, 4, draw(claim_key, 'officer note'))] as cleared_note
      from keyed
    )
    select * replace (greatest(rechecked_at, reviewed_at + interval 15 minute) as rechecked_at,
      greatest(consulted_at, rechecked_at + interval 20 minute, reviewed_at + interval 35 minute) as consulted_at) from (
      select *, coalesce(suspended_at - interval 20 minute, greatest(accepted_at + interval 5 minute, ${between('accepted_at', 0.3, 25, 90)})) as reviewed_at,
        ${between('worked_from', 0.55, 70, 45)} as rechecked_at, ${between('worked_from', 0.8, 110, 9)} as consulted_at
      from staffed
    )`;
}

/** `from claim_course` rows of one kind of action. */
const actions = (node: string, officer: string, actedAt: string, action: string, when: string, code = 'null', note = 'null'): string =>
  `select application_id, '${node}' as node, ${officer} as officer_id, ${actedAt} as acted_at, ${action} as action, ${code} as indicator_code, ${note} as note
    from claim_course where ${when}`;

/** officer_action, and the slips in truth_noise. Runs before firms move, so that the county is that of the claim. */
export function officerStatements(): string[] {
  const isOverridden = `is_flagged and decision = 'approved'`;
  const rows = [
    actions('acceptance', 'acceptor', 'accepted_at', `'accept'`, 'true'),
    actions('review', 'reviewer', 'reviewed_at', `case when is_flagged then 'flag' else 'pass' end`, 'true', 'case when is_flagged then flagged_code end'),
    actions('review', 'reviewer', 'suspended_at', `'suspend'`, 'suspended_at is not null', 'null', `'存在涉税风险疑点，暂停办理'`),
    actions('review', 'reviewer', 'resumed_at', `'resume'`, 'resumed_at is not null'),
    actions('recheck', 'rechecker', 'rechecked_at - interval 7 minute', `'override'`, isOverridden, 'flagged_code',
      'case when not is_silent then cleared_note end'),
    actions('recheck', 'rechecker', 'rechecked_at', `'pass'`, `not is_held and decision <> 'withdrawn'`),
    actions('collective_review', 'chair', 'consulted_at', `'pass'`, `is_collective and not is_held and decision <> 'withdrawn'`),
    actions('approval', 'case when has_one_officer then reviewer else approver end', 'decided_at', `case decision when 'approved' then 'approve'
      when 'refused' then 'refuse' else 'terminate' end`, `decided_at is not null and decision in ('approved', 'refused', 'terminated')`),
    actions('treasury', 'payer', `paid_on + interval 9 hour + to_minutes(whole(0, 420, draw(claim_key, 'officer pays')))`, `'pass'`, 'paid_on is not null'),
  ];
  return [
    ...lateStatements(), courseStatement(),
    `insert into officer_action
    select distinct application_id, node, officer_id, acted_at, action, indicator_code, note
    from (${rows.join('\nunion all ')}) where acted_at::date <= cutoff() order by application_id, acted_at, node, officer_id, action`,
    `insert into truth_noise select firm, ym, 'one_officer_two_nodes', claimed_amount from claim_course
      where has_one_officer and decision in ('approved', 'refused', 'terminated') order by application_id`,
    `insert into truth_noise select firm, ym, 'override_without_note', claimed_amount from claim_course where is_silent and ${isOverridden}
      order by application_id`,
    'drop table claim_course',
  ];
}
