import { SALT } from './macros.ts';
import { externalCount } from './shape.ts';
import type { DeliveryShape } from './shape.ts';

const INDUSTRIES = [
  'C3311', 'C1711', 'C2221', 'C2929', 'C3670', 'C3825', 'F5171', 'F5174', 'F5136', 'F5164', 'F5211', 'E4710', 'E4813',
  'L7211', 'M7481', 'C1361', 'F5112', 'K7010', 'A0111', 'L7291', 'F5137', 'H6210',
];

const pick = (list: readonly string[], draw: string): string =>
  `([${list.map((item) => `'${item}'`).join(', ')}])[1 + floor(${list.length} * ${draw})::integer]`;

/** Taxpayers of the province (party < taxpayers) and the outside parties they trade with; `party` is the row number. */
export function partyStatement(shape: DeliveryShape): string {
  const total = shape.taxpayers + externalCount(shape);
  const draw = (salt: number): string => `draw(party, ${salt})`;
  return `create table party as
    with numbered as (
      select i::integer as party, i < ${shape.taxpayers} as is_internal, is_general(i) as is_general,
             not is_general(i) and draw(i, ${SALT.size}) < 0.25 as is_individual
      from range(${total}) as numbers(i)
    ), coded as (
      select *, case when is_individual then '92' else '91' end
        || case when is_internal then '53' || lpad((1 + floor(16 * ${draw(SALT.region)}))::integer::varchar, 2, '0') else '4403' end
        || '01' || 'MA' || lpad(party::varchar, 7, '0') as body
      from numbered
    )
    select party, is_internal, is_general, is_individual, body || uscc_check(body) as party_id, substr(body, 3, 6) as district_code,
           case when is_internal then '样例企业' else '省外企业' end || party::varchar as party_name,
           ${pick(INDUSTRIES, draw(SALT.industry))} as industry_code,
           (date '2012-01-01' + (4500 * ${draw(SALT.registered)})::integer) as registered_on,
           case when ${draw(SALT.status)} < 0.015 then 'abnormal' when ${draw(SALT.status)} < 0.02 then 'absconded'
                when ${draw(SALT.status)} < 0.025 then 'deregistered' else 'normal' end as status,
           (month_start(${shape.months - 6}) + (170 * ${draw(SALT.region)})::integer) as status_changed_on
    from coded`;
}

/** SELECT of the contract's `taxpayers`. */
export function taxpayersSelect(): string {
  return `select party_id as taxpayer_id, party_name as taxpayer_name,
      case when is_individual then 'individual' else 'enterprise' end as entity_kind,
      case when is_general then 'general' else 'small' end as vat_status,
      case when is_general then registered_on + 30 end as general_from, registered_on, industry_code,
      substr(industry_code, 1, 1) as industry_section,
      (100000 * (1 + floor(200 * draw(party, ${SALT.size}))))::decimal(18, 2) as registered_capital,
      null::decimal(18, 2) as paid_in_capital,
      'K' || (floor(0.9 * party * draw(party, ${SALT.address})))::bigint::varchar as address_key, district_code,
      '1' || district_code || '0000' as tax_authority_code, status,
      case when status = 'normal' then registered_on else status_changed_on end as status_from, 'none' as export_method,
      case when draw(party, ${SALT.agent}) < 0.3 then 'AGENT' || lpad((party % 97)::varchar, 4, '0') end as agent_id,
      null::varchar as head_office_id
    from party where is_internal order by party`;
}

/** SELECT of the contract's `taxpayer_changes`: the change of status of everyone who is not normal. */
export function taxpayerChangesSelect(): string {
  return `select party_id as taxpayer_id, status_changed_on as changed_on, 'status' as field, 'normal' as old_value,
      status as new_value, null::decimal(9, 6) as changed_share
    from party where is_internal and status <> 'normal' order by party`;
}

/** SELECT of the contract's `credit_ratings`: one row per enterprise and year. */
export function creditRatingsSelect(): string {
  const draw = `draw(party * 10 + year_no, ${SALT.rating})`;
  return `select party_id as taxpayer_id,
      case when ${draw} < 0.1 then 'A' when ${draw} < 0.6 then 'B' when ${draw} < 0.9 then 'M' when ${draw} < 0.97 then 'C' else 'D' end as rating,
      round(100 * (1 - ${draw}), 2)::decimal(24, 8) as score, make_date(2024 + year_no::integer, 4, 20) as valid_from,
      make_date(2025 + year_no::integer, 4, 19) as valid_to, 'annual' as change_reason
    from party cross join range(3) as years(year_no)
    where is_internal and not is_individual order by party, year_no`;
}
