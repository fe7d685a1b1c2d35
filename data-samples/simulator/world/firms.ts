/** Taxpayers of the province and the parties outside it. */
import { CITY_WEIGHTS, COUNTIES, NAME_FIRST, NAME_SECOND, NAME_THIRD, OUTSIDE_DIVISIONS, OUTSIDE_WORDS, PLACE_WORDS, PROVINCE_CODE, SURNAMES } from '../facts/places.ts';
import { GOODS } from '../facts/goods.ts';
import { ymOf } from '../calendar.ts';
import type { SimulateOptions } from '../options.ts';
import { constantsTable, pickText } from '../sql.ts';

/** Share of taxpayers that are general; 2023: about 13 million of 80 million registered for VAT nationwide are general, and they carry most invoices. */
const GENERAL_SHARE = 0.3;
/** Parties outside the province for each taxpayer, and at least this many sellers of every good. */
const OUTSIDE_PER_TAXPAYER = 0.2;
const OUTSIDE_SELLERS_PER_GOOD = 4;
const MEMBERS_OF_GROUPS_SHARE = 0.06;

/** How many parties outside the province there are; their numbers follow those of the taxpayers. */
export function outsideCount(options: SimulateOptions): number {
  return Math.max(GOODS.length * OUTSIDE_SELLERS_PER_GOOD, Math.round(options.taxpayers * OUTSIDE_PER_TAXPAYER));
}

/** A table of weights as half-open slices of [0, 1), for a draw by ASOF join. */
function slices(name: string, of: string, key: string, weight: string): string {
  return `create table ${name} as select ${key}, (coalesce(sum(${weight}) over (order by ${key} rows between unbounded preceding and 1 preceding), 0) / sum(${weight}) over ())::double as slice_from
    from ${of} where ${weight} > 0 order by ${key}`;
}

function placeStatements(): string[] {
  return [
    constantsTable('city', { city: 'integer', weight: 'integer', counties: 'integer' }, CITY_WEIGHTS.map((weight, at) => [at + 1, weight, COUNTIES[at] ?? 1])),
    slices('city_slice', 'city', 'city', 'weight'),
    slices('general_slice', 'industry', 'industry', 'general_weight'),
    slices('small_slice', 'industry', 'industry', 'small_weight'),
  ];
}

/** Kind, industry, place, size and dates of everyone, one draw a question. */
function draftStatement(options: SimulateOptions): string {
  const total = options.taxpayers + outsideCount(options);
  const years = options.months / 12;
  return `create table firm_draft as
    with numbered as (
      select i::integer as firm, i < ${options.taxpayers} as is_internal, i >= ${options.taxpayers} or draw(i, 'general') < ${GENERAL_SHARE} as is_general,
        case when i >= ${options.taxpayers} then (i - ${options.taxpayers})::integer end as outside
      from range(${total}) as numbers(i)
    ), kinded as (
      select *, case when not is_internal then 'enterprise'
          when is_general then case when draw(firm, 'entity') < 0.98 then 'enterprise' else 'individual' end
          when draw(firm, 'entity') < 0.57 then 'individual' when draw(firm, 'entity') < 0.965 then 'enterprise'
          when draw(firm, 'entity') < 0.98 then 'cooperative' when draw(firm, 'entity') < 0.995 then 'other_unit' else 'natural_person' end as entity_kind
      from numbered
    ), placed as (
      select k.*, c.city, case when k.is_general then g.industry else s.industry end as drawn_industry
      from kinded as k
      asof join city_slice as c on draw(k.firm, 'city') >= c.slice_from
      asof join general_slice as g on draw(k.firm, 'industry') >= g.slice_from
      asof join small_slice as s on draw(k.firm, 'industry') >= s.slice_from
    ), dated as (
      select p.* exclude (drawn_industry), i.*,
        -- most firms are older than the window; young ones are more often small
        case when not is_internal then date '2004-01-01' + (6000 * draw(firm, 'age'))::integer
             when draw(firm, 'born') < ${years} * case when is_general then 0.07 else 0.12 end
             then month_start(first_ym()) + (draw(firm, 'age') * (${options.months} * 30.4 - 50))::integer
             else month_start(first_ym()) - (20 + 8400 * draw(firm, 'age') * draw(firm, 'age 2'))::integer end as registered_on,
        is_internal and draw(firm, 'dies') < ${years} * case when is_general then 0.035 else 0.08 end as dies
      from placed as p join industry as i on i.industry = p.drawn_industry
    )
    -- whoever is registered within the window trades from a later month on
    select *, least(last_ym(), greatest(first_ym(), ym_of(registered_on) + case when registered_on > month_start(first_ym()) then whole(1, 3, draw(firm, 'start')) else 0 end)) as first_ym,
      case when dies then whole(first_ym(), last_ym(), draw(firm, 'dies when')) else 99999 end as drawn_last_ym,
      case when entity_kind = 'cooperative' then (select industry from industry where industry_code = 'A0111') else industry end as real_industry
    from dated`;
}

/** Names never repeat: the number of a firm, scattered, picks the characters. */
function namedStatement(): string {
  const list = (words: readonly string[], at: string): string => `([${words.map((word) => `'${word}'`).join(', ')}])[1 + (${at}) % ${words.length}]`;
  const scattered = `(firm::bigint * 7919 + 104729)`;
  const core = `${list(NAME_FIRST, scattered)} || ${list(NAME_SECOND, `${scattered} // ${NAME_FIRST.length}`)} || ${list(NAME_THIRD, `${scattered} // ${NAME_FIRST.length * NAME_SECOND.length}`)}`;
  const place = `case when is_internal then ${list(PLACE_WORDS, `${scattered} // ${NAME_FIRST.length * NAME_SECOND.length * NAME_THIRD.length}`)} else ${list(OUTSIDE_WORDS, `firm`)} end`;
  const word = `case when draw(firm, 'word') < 0.5 then d.word_1 else d.word_2 end`;
  return `create table firm_named as
    select d.*, ${word} as word, ${core} as core, ${place} as place,
      case when is_internal then '${PROVINCE_CODE}' || lpad(city::varchar, 2, '0') || lpad(whole(1, c.counties, draw(firm, 'county'))::varchar, 2, '0')
           else ${pickText(OUTSIDE_DIVISIONS, `draw(firm, 'county')`)} end as district_code,
      ${pickText(SURNAMES, `draw(firm, 'surname')`)} as surname
    from firm_draft as d join city as c using (city)`;
}

/** Table `firm` but for agents, groups and shared addresses, which are dealt out afterwards. */
function firmStatement(): string {
  const body = `case entity_kind when 'individual' then '92' when 'cooperative' then '93' when 'other_unit' then '52' else '91' end || district_code || 'MA' || lpad(((firm::bigint * 48271 + 7) % 10000000)::varchar, 7, '0')`;
  return `insert into firm
    with sized as (
      select *, case when is_general or not is_internal then general_thousand * 1000 * size_factor(draw(firm, 'size')) * case when is_internal then 1 else 2 end
          -- 270,000 a month keeps an honest small-scale taxpayer below the ceiling of five million in twelve months
          else least(270000, small_thousand * 1000 * small_factor(draw(firm, 'size'))) end as sized_sales,
        least(last_ym(), drawn_last_ym) as last_ym,
        case when drawn_last_ym >= last_ym() then 'normal'
             when draw(firm, 'end') < 0.62 then 'deregistered' when draw(firm, 'end') < 0.82 then 'abnormal' when draw(firm, 'end') < 0.9 then 'suspended'
             when draw(firm, 'end') < 0.93 then 'liquidation' when draw(firm, 'end') < 0.945 then 'bankrupt' when draw(firm, 'end') < 0.965 then 'absconded' else 'deregistering' end as drawn_status,
        -- who winds up properly stops trading long before the register says so; who just stops is found out after some months
        month_end(least(last_ym(), drawn_last_ym)) + case when draw(firm, 'end') < 0.62 then whole(90, 420, draw(firm, 'end when'))
          when draw(firm, 'end') < 0.82 then whole(70, 240, draw(firm, 'end when')) else whole(25, 110, draw(firm, 'end when')) end as drawn_status_from,
        -- those just below the ceiling of small-scale taxpayers may have become general within the window
        is_internal and is_general and registered_on < month_start(first_ym() - 12) and draw(firm, 'converted') < 0.05
          and general_thousand * 1000 * size_factor(draw(firm, 'size')) between 200000 and 370000 as is_converted,
        -- developers build for years before they sell; new plants some months
        case when role = 'developer' and draw(firm, 'builds') < 0.5 then first_ym + whole(6, 40, draw(firm, 'builds for'))
             when role = 'producer' and is_general and registered_on >= month_start(first_ym()) and draw(firm, 'builds') < 0.4 then first_ym + whole(4, 12, draw(firm, 'builds for'))
             else first_ym end as first_sale_ym
      from firm_named
    ), ended as (
      select *, case when drawn_status_from <= cutoff() then drawn_status else 'normal' end as status,
        case when is_converted then whole(first_ym() + 3, last_ym() - 2, draw(firm, 'converted when')) end as converted_ym
      from sized
    )
    select firm, is_internal,
      case when entity_kind = 'natural_person' then 'P53' || lpad((firm::bigint * 48271 % 100000000000000)::varchar, 14, '0') else ${body} || uscc_check(${body}) end,
      case entity_kind when 'natural_person' then surname || core when 'individual' then place || core || word || '（个体工商户）'
           when 'cooperative' then place || core || '种植农民专业合作社' when 'other_unit' then place || core || word || '服务中心'
           else case when draw(firm, 'style') < 0.15 then core || '（' || place || '）' || word || '有限公司' else place || core || word || '有限公司' end end,
      entity_kind, case when is_general then 'general' else 'small' end,
      case when not is_general then 999999 when is_converted then converted_ym else ym_of(registered_on) end,
      case when not is_general then null when is_converted then month_start(converted_ym) else registered_on end,
      registered_on, real_industry, district_code, city, round(sized_sales, -1)::decimal(18, 2),
      0.04 + 0.3 * (draw(firm, 'growth') - 0.5), first_ym, greatest(first_ym, last_ym), least(first_sale_ym, greatest(first_ym, last_ym)),
      case when not is_internal then 0 when status in ('normal', 'liquidation', 'bankrupt', 'suspended', 'deregistering') then last_ym()
           when status = 'deregistered' then greatest(ym_of(drawn_status_from) - 1, greatest(first_ym, last_ym)) else greatest(first_ym, last_ym) end,
      status, case when status = 'normal' then registered_on else drawn_status_from end,
      case when is_general and is_internal and draw(firm, 'exporter') < exporter_share then case when role = 'trader' then 'exempt_refund' else 'exempt_credit_refund' end else 'none' end,
      null, null, null, key_text(firm, 'address'),
      case when entity_kind in ('individual', 'natural_person', 'other_unit') then null else (([500000, 1000000, 2000000, 5000000, 10000000, 20000000])[whole(1, 6, draw(firm, 'capital'))])::decimal(18, 2) end,
      null,
      -- a quarter still issued tax-control invoices when the window opens in 2024; the digital invoice has been the rule since 2024-12
      case when draw(firm, 'legacy') < 0.3 then least(last_ym(), ${ymOf('2024-11')} + whole(0, 16, draw(firm, 'legacy until'))) else ${ymOf('2024-06')} end,
      not is_general and draw(firm, 'files monthly') < 0.05
    from ended order by firm`;
}

/** Agents with many clients, groups with a head, incubators, shared buildings, head offices. */
function tieStatements(): string[] {
  return [
    `create table agent_of as
    with agents as (
      select firm as agent, city, row_number() over (partition by city order by draw(firm, 'agent rank'), firm) - 1 as rank, count(*) over (partition by city) as agents
      from firm join industry using (industry) where is_internal and industry_code = 'L7241' and status = 'normal'
    ), clients as (
      select firm, city, vat_status from firm where is_internal and (vat_status = 'small' or monthly_sales < 200000)
        and draw(firm, 'has agent') < case when vat_status = 'small' then 0.45 else 0.25 end
    )
    select c.firm, a.agent from clients as c join agents as a on a.city = c.city and a.rank = floor(a.agents * draw(c.firm, 'agent') * draw(c.firm, 'agent 2'))::bigint where c.firm <> a.agent`,
    `update firm set agent = agent_of.agent from agent_of where agent_of.firm = firm.firm`,
    `create table group_of as
    with members as (
      select firm, city from firm where is_internal and vat_status = 'general' and entity_kind = 'enterprise' and draw(firm, 'in a group') < ${MEMBERS_OF_GROUPS_SHARE}
    ), started as (
      select *, sum(case when draw(firm, 'group starts') < 0.2 then 1 else 0 end) over (order by city, draw(firm, 'group order'), firm rows unbounded preceding) as business_group from members
    )
    select firm, business_group::integer as business_group, first_value(firm) over (partition by business_group order by draw(firm, 'group head'), firm) as head, count(*) over (partition by business_group) as members
    from started`,
    `update firm set business_group = g.business_group, head_office = case when g.firm <> g.head and draw(g.firm, 'is branch') < 0.2 then g.head end,
      address_key = case when draw(g.firm, 'group address') < 0.3 then key_text(g.head, 'address') else firm.address_key end
    from group_of as g where g.firm = firm.firm and g.members >= 2`,
    // incubators and registration clusters: dozens of young firms at one address
    `update firm set address_key = key_text(city * 100 + whole(0, 2, draw(firm, 'incubator')), 'incubator address')
    where is_internal and business_group is null and registered_on >= month_start(first_ym() - 24) and draw(firm, 'in incubator') < 0.12`,
    // neighbours in one building that carries one normalised address
    `update firm set address_key = key_text(firm // 4, 'building address') where is_internal and business_group is null and draw(firm // 4, 'shared building') < 0.05`,
  ];
}

export function firmStatements(options: SimulateOptions): string[] {
  return [...placeStatements(), draftStatement(options), namedStatement(), firmStatement(), 'drop table firm_draft', 'drop table firm_named', ...tieStatements()];
}
