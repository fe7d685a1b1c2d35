/** Who acts for a firm, and the phones, devices and addresses they act from. All values are invented pseudonyms. */

/**
 * Most people serve one firm; some serve two or three, groups share officers, and an accounting agent's clerk, phone, device and address
 * appear at all of its clients.
 */
export function keyStatements(): string[] {
  return [
    `create table firm_hand as
    select f.firm, f.entity_kind, f.registered_on, f.agent, g.head as group_head,
      -- a few owners have two or three firms that stand next to each other in the list
      case when draw(f.firm // 3, 'one owner') < 0.05 then 'owner ' || (f.firm // 3) else 'firm ' || f.firm end as owner,
      case when f.agent is not null then 'agent ' || f.agent else null end as agent_hand,
      case when g.head is not null and draw(f.firm, 'group officer') < 0.25 then 'group ' || g.head end as group_hand
    from firm as f left join group_of as g on g.firm = f.firm and g.members >= 2 where f.is_internal`,
    `insert into firm_key
    with hand as (select *, coalesce(agent_hand, group_hand, owner) as office from firm_hand)
    select firm, 'legal_representative', key_text(hash(owner) // 2, 'person'), registered_on, null, null from hand
    union all select firm, 'investor', key_text(hash(owner) // 2, 'person'), registered_on, null, case when entity_kind = 'enterprise' then whole(5, 10, draw(firm, 'equity')) / 10.0 else 1 end
      from hand where entity_kind in ('enterprise', 'individual') and group_head is null
    union all select firm, 'investor', key_text(group_head, 'group holding'), registered_on, null, whole(5, 10, draw(firm, 'equity')) / 10.0 from hand where group_head is not null
    union all select firm, 'finance_officer', key_text(hash(coalesce(group_hand, owner)) // 2, 'finance'), registered_on, null, null from hand where entity_kind = 'enterprise' and draw(firm, 'finance officer') < 0.8
    union all select firm, 'filing_clerk', key_text(hash(office) // 2, 'clerk'), registered_on, null, null from hand where entity_kind <> 'natural_person'
    union all select firm, 'phone', key_text(hash(coalesce(agent_hand, owner)) // 2, 'phone'), registered_on, null, null from hand
    union all select firm, 'device', key_text(hash(office) // 2, 'device'), registered_on, null, null from hand
    union all select firm, 'ip', '10.' || hash(office) % 256 || '.' || (hash(office) // 256 % 256) || '.' || (hash(office) // 65536 % 254 + 1), registered_on, null, null from hand
    order by 1, 2, 3`,
    'drop table firm_hand',
  ];
}
