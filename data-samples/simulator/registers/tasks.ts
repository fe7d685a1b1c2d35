/** Tasks of former risk lists and what came of them. Drawn without a look at the truth: they say how noisy such lists are, not who cheats. */

/** Tasks of general and of small-scale taxpayers in the two years before the cutoff. */
const GENERAL_RATE = 0.03;
const SMALL_RATE = 0.008;

const numbered = (family: string, last: number): string[] => Array.from({ length: last }, (_, at) => `'${family}-${String(at + 1).padStart(2, '0')}'`);
const GENERAL_CODES = [...numbered('VR', 42), ...numbered('LT', 7), ...numbered('DF', 6)];
const SMALL_CODES = [...numbered('SS', 9), ...numbered('LT', 4)];
/** Co-prime to both lengths: steps through a list never meet the same code twice. */
const CODE_STEP = 17;

function taskStatement(): string {
  return `insert into response_task
    with drawn as (
      select firm, district_code, monthly_sales, working_day(cutoff() - whole(4, 700, draw(firm, 'task day'))) as issued_on,
        draw(firm, 'task level') as level_u, draw(firm, 'task result') as result_u, registered_on
      from firm where is_internal and draw(firm, 'task') < case when vat_status = 'general' then ${GENERAL_RATE} else ${SMALL_RATE} end
    ), timed as (
      select *, issued_on + case when level_u < 0.8 then 30 else 60 end as due_on, issued_on + whole(8, 55, draw(firm, 'task lasts')) as done_on from drawn
        where issued_on > registered_on + 60 and issued_on <= cutoff()
    ), judged as (
      select *, case when done_on > cutoff() then null when result_u < 0.7 then '无问题' when result_u < 0.82 then '无法核实'
        when result_u < 0.95 then '补缴税款' else '移送稽查' end as result from timed
    )
    select 'RW' || strftime(issued_on, '%Y') || lpad(row_number() over (order by issued_on, firm)::varchar, 6, '0'), firm,
      case when level_u < 0.35 then 'low' when level_u < 0.8 then 'medium' else 'high' end,
      case when result is null then (['11', '13', '14', '15'])[whole(1, 4, draw(firm, 'task node'))] else '20' end,
        'O' || district_code || '7' || whole(1, 9, draw(firm, 'task owner')), issued_on, due_on,
      case when result is not null then done_on end, result,
      case when result in ('补缴税款', '移送稽查') then round(500 + monthly_sales::double * 0.06 * draw(firm, 'task tax'), 2)::decimal(18, 2) end
    from judged order by issued_on, firm`;
}

/** One to three verdicts a closed task; at least one is confirmed, in part or in full, where tax was found. */
function findingStatement(): string {
  const code = (codes: readonly string[]): string =>
    `([${codes.join(', ')}])[1 + (floor(${codes.length} * draw(firm, 'finding code'))::integer + lot * ${CODE_STEP}) % ${codes.length}]`;
  return `insert into response_finding
    with lots as (
      select t.task_id, t.firm, t.result, t.tax_found, f.vat_status, lot, draw2(t.firm, lot, 'finding') as u from response_task as t
        join firm as f using (firm) cross join range(3) as lots_of(lot)
      where t.closed_on is not null and lot < whole(1, 3, draw(t.firm, 'findings'))
    ), found as (
      select *, case when vat_status = 'general' then ${code(GENERAL_CODES)} else ${code(SMALL_CODES)} end as indicator_code,
        case when tax_found is not null and lot = 0 then case when u < 0.6 then 'confirmed' else 'partly' end
             when result = '无法核实' then case when u < 0.6 then 'cannot_verify' else 'not_confirmed' end
             when tax_found is not null and u < 0.15 then 'partly' when u < 0.95 then 'not_confirmed' else 'cannot_verify' end as finding
      from lots
    )
    select task_id, indicator_code, finding,
      case finding when 'not_confirmed' then 'N0' || whole(1, 4, draw2(firm, lot, 'finding cause')) when 'cannot_verify' then 'X01'
        else 'Y0' || whole(1, 3, draw2(firm, lot, 'finding cause')) end,
      case when lot = 0 then tax_found end, case finding when 'not_confirmed' then '资料齐全，业务真实' when 'cannot_verify' then '资料不足' else '已按规定更正申报' end
    from found order by task_id, indicator_code`;
}

export function taskStatements(): string[] {
  return [taskStatement(), findingStatement()];
}

export const tasksSelect = (): string => `select t.task_id, f.taxpayer_id, t.level, t.node, t.owner_id, t.issued_on, t.due_on, t.closed_on, t.result,
  t.tax_found from response_task as t join firm as f using (firm)`;
export const feedbackSelect = (): string => `select task_id, indicator_code, finding, cause_code, tax_found, note from response_finding`;
