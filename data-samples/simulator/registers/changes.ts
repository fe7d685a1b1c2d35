/** The log of changes in the registration, in agreement with `firm` and `firm_key` as they stand at the end. */
import { NAME_FIRST, NAME_SECOND } from '../facts/places.ts';
import type { SimulateOptions } from '../options.ts';
import { constantsTable, pickText } from '../sql.ts';
import { changeDay, officeDay } from './days.ts';

/** Changes in a year, of an enterprise and of any other taxpayer. */
const YEARLY_RATES: readonly (readonly [string, number, number])[] = [
  ['registered_address', 0.05, 0.015], ['business_scope', 0.06, 0.03], ['taxpayer_name', 0.015, 0.008], ['industry_code', 0.012, 0.008],
  ['registered_capital', 0.02, 0], ['district_code', 0.003, 0.001], ['other', 0.012, 0.006],
];
const SCOPES = ['技术服务', '货物进出口', '普通货物仓储服务', '信息咨询服务', '互联网销售', '机械设备租赁'] as const;

const columns = 'firm, changed_on, field, old_value, new_value, changed_share';

/** What the log shows from outside: conversions, ends, representatives and shares. */
function knownStatements(): string[] {
  return [
    `insert into registry_change
    select firm, general_from as changed_on, 'vat_status' as field, 'small', 'general', null from firm
    where is_internal and general_from > registered_on and general_from between month_start(first_ym()) and cutoff() order by firm`,
    // an end is announced before it comes
    `insert into registry_change
    with ended as (
      select firm, status, status_from, case status when 'deregistered' then 'deregistering' when 'absconded' then 'abnormal' end as herald,
        status_from - whole(8, 24, draw(firm, 'change herald')) as heralded_on
      from firm where is_internal and status <> 'normal' and status_from <= cutoff()
    )
    select ${columns} from (
      select firm, status_from as changed_on, 'status' as field, coalesce(herald, 'normal') as old_value, status as new_value, null::double as changed_share
        from ended
      union all select firm, heralded_on, 'status', 'normal', herald, null from ended where herald is not null
    ) order by firm, changed_on`,
    `insert into registry_change
    with turns as (
      select firm, from_on, value, lag(value) over (partition by firm order by from_on, value) as former from firm_key where kind = 'legal_representative'
    )
    select firm, from_on, 'legal_representative', former, value, null from turns
    where former <> value and from_on between month_start(first_ym()) and cutoff() order by firm, from_on, value`,
    `insert into registry_change
    with investors as (
      select firm, value, min(from_on) as from_on, max(equity_share) as equity_share from firm_key where kind = 'investor' group by firm, value
    ), sellers as (
      select firm, to_on, min(value) as value from firm_key where kind = 'investor' and to_on is not null group by firm, to_on
    )
    select i.firm, i.from_on, 'shareholder', s.value, i.value, i.equity_share
    from investors as i join firm as f using (firm) left join sellers as s on s.firm = i.firm and s.to_on = i.from_on - 1
    where i.from_on > f.registered_on and i.from_on between month_start(first_ym()) and cutoff() order by i.firm, i.from_on, i.value`,
  ];
}

/** Everyday changes, one of a field and firm at most. What stands in `firm` is the new value, but for a move: the county of the id is the former one. */
function everydayStatements(options: SimulateOptions): string[] {
  const name = `${pickText(NAME_FIRST, `draw(firm, 'change name')`)} || ${pickText(NAME_SECOND, `draw(firm, 'change name 2')`)} || substr(taxpayer_name, 3)`;
  const day = changeDay('f.firm * 10 + field_no', 'change day');
  return [
    constantsTable('change_rate', { field_no: 'integer', field: 'varchar', enterprise: 'double', others: 'double' }, YEARLY_RATES.map((rate, at) => [at, ...rate])),
    `create temp table change_draft as
    with drawn as (
      select f.firm, r.field, ${day} as changed_on, f.registered_on, f.status, f.status_from from firm as f cross join change_rate as r
      where f.is_internal and draw2(f.firm, r.field_no, 'change') < ${options.months / 12} 
        * case when f.entity_kind = 'enterprise' then r.enterprise else r.others end
    )
    select firm, field, changed_on from drawn
    where changed_on > registered_on + 60 and changed_on < case when status = 'normal' then cutoff() + 1 else status_from - 30 end
      and (field <> 'district_code' or firm not in (select firm from departure))
    union all select firm, 'district_code', ${officeDay('left_on')} from departure where way = 'moves'`,
    `insert into registry_change
    with counties as (
      select list(district_code order by district_code) as codes from (select distinct district_code from firm where is_internal)
    ), sections as (
      select section, list(industry_code order by industry_code) as codes from industry group by section
    ), described as (
      select d.*, f.address_key, f.taxpayer_name, f.district_code, f.registered_capital, i.industry_code, i.word_1, s.codes as industry_codes,
        c.codes as counties, ${pickText(SCOPES, `draw(d.firm, 'change scope')`)} as added_scope
      from change_draft as d join firm as f using (firm) join industry as i using (industry) join sections as s using (section) cross join counties as c
    ), valued as (
      select firm, changed_on, field,
        case field when 'registered_address' then key_text(firm, 'former address') when 'business_scope' then word_1 || '相关业务' when 'taxpayer_name' then ${name}
          when 'industry_code' then industry_codes[whole(1, len(industry_codes), draw(firm, 'change industry'))]
          when 'registered_capital' then (registered_capital * 0.5)::decimal(18, 2)::varchar when 'district_code' then district_code else '联系电话' end as old_value,
        case field when 'registered_address' then address_key when 'business_scope' then word_1 || '相关业务；' || added_scope
          when 'taxpayer_name' then taxpayer_name when 'industry_code' then industry_code
          when 'registered_capital' then registered_capital::varchar when 'district_code' then counties[whole(1, len(counties), draw(firm, 'change county'))]
            else '联系电话（已更新）' end as new_value
      from described
    )
    select firm, changed_on, field, old_value, new_value, null from valued where new_value <> old_value order by firm, changed_on, field`,
    `update firm set district_code = c.new_value, city = substr(c.new_value, 3, 2)::integer from registry_change as c
      where c.firm = firm.firm and c.field = 'district_code'`,
    'drop table change_rate', 'drop table change_draft', 'drop table departure',
  ];
}

/** registry_change, and the county of firms that moved. Reads `departure`. */
export function changeStatements(options: SimulateOptions): string[] {
  return [...knownStatements(), ...everydayStatements(options)];
}

export const changesSelect = (): string => `select f.taxpayer_id, c.changed_on, c.field, c.old_value, c.new_value, c.changed_share::decimal(9, 6) as changed_share
  from registry_change as c join firm as f using (firm)`;
