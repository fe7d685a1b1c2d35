/** What the documents of the delivery say of the rings of truth/, as scratch tables. They are made in this order. */

/** What is issued this many days before the last invoice can have been confirmed. */
const DAYS_TO_CONFIRM = 60;

/**
 * Members as labels name them, and the documents that touch them. Void invoices are none; a party without an id is a consumer, a farmer, or
 * nobody but the importer itself.
 */
const DOCUMENT_TABLES: readonly string[] = [
  `create temp table ring_member as
    select ring_id, taxpayer_id, role, archetype, "from" as from_day, coalesce(tax_yuan, 0) as tax from truth_labels where ring_id is not null`,
  `create temp table document as
    with member as (select distinct taxpayer_id from ring_member), seller as (select distinct seller_id from truth_ring_edges)
    select seller_id, buyer_id, issued_at::date as on_day, amount, tax, invoice_kind, invoice_code, invoice_number from invoices
      where status <> 'void' and (seller_id in (from seller) or seller_id in (from member) or buyer_id in (from member))
    union all
    select nullif(taxpayer_id, consignee_id), consignee_id, declared_on, amount, vat, 'customs', null, voucher_no from customs_declarations
      where direction = 'import' and consignee_id in (from member)`,
];

/** What the documents add up to for each edge and each ring, and what each beneficiary could deduct and did. */
const SUM_TABLES: readonly string[] = [
  `create temp table edge_found as
    select e.*, count(d.on_day) as found_documents, coalesce(sum(d.amount), 0) as found_amount, coalesce(sum(d.tax), 0) as found_tax,
      min(d.on_day) as found_first, max(d.on_day) as found_last
    from truth_ring_edges as e left join document as d on d.seller_id = e.seller_id and d.buyer_id = e.buyer_id and d.on_day between e.first_date and e.last_date
    group by all`,
  `create temp table ring_found as
    with edges as (
      select e.ring_id, sum(amount_yuan) as amount, min(first_date) as first_day, max(last_date) as last_day,
        coalesce(sum(found_tax) filter (s.taxpayer_id is not null and b.taxpayer_id is null), 0) as sold_tax
      from edge_found as e left join ring_member as s on s.ring_id = e.ring_id and s.taxpayer_id = e.seller_id
      left join ring_member as b on b.ring_id = e.ring_id and b.taxpayer_id = e.buyer_id group by e.ring_id
    ), nameless as (
      select r.ring_id, sum(greatest(d.amount, 0)) as amount, sum(greatest(d.tax, 0)) as tax
      from truth_rings as r join ring_member as m using (ring_id)
      join document as d on d.on_day between r.first_date and r.last_date
        and (d.seller_id = m.taxpayer_id and d.buyer_id is null or d.buyer_id = m.taxpayer_id and d.seller_id is null)
      group by r.ring_id
    ), members as (
      select ring_id, count(*) as members, count(distinct archetype) as archetypes, min(archetype) as archetype,
        coalesce(sum(tax) filter (role not in ('issuer', 'conduit')), 0) as gained
      from ring_member group by ring_id
    ), claimed as (
      select m.ring_id, sum(c.claimed_yuan) as claimed
      from ring_member as m join truth_claims as c on c.taxpayer_id = m.taxpayer_id and c.period >= substr(m.from_day, 1, 7) group by m.ring_id
    )
    select r.*, m.members as labelled, m.archetypes, m.archetype as of_archetype, coalesce(m.gained, 0) as gained, coalesce(c.claimed, 0) as claimed,
      coalesce(e.amount, 0) as edge_amount, e.first_day, e.last_day, coalesce(e.sold_tax, 0) as sold_tax,
      coalesce(n.amount, 0) as nameless_amount, coalesce(n.tax, 0) as nameless_tax
    from truth_rings as r left join members as m using (ring_id) left join edges as e using (ring_id)
    left join nameless as n using (ring_id) left join claimed as c using (ring_id)`,
  `create temp table beneficiary as
    with use as (select distinct invoice_code, invoice_number, buyer_id from input_uses where purpose = 'deduct')
    select m.ring_id, m.taxpayer_id, sum(d.tax) as sold_tax, coalesce(sum(d.tax) filter (u.invoice_number is not null), 0) as deducted_tax
    from ring_member as m join truth_ring_edges as e on e.ring_id = m.ring_id and e.buyer_id = m.taxpayer_id
    join document as d on d.seller_id = e.seller_id and d.buyer_id = e.buyer_id and d.on_day between e.first_date and e.last_date
    left join use as u on u.invoice_number = d.invoice_number and coalesce(u.invoice_code, '') = coalesce(d.invoice_code, '') and u.buyer_id = m.taxpayer_id
    where m.role = 'beneficiary' and d.invoice_kind = 'special' and d.amount > 0
      and d.on_day <= (select max(issued_at)::date - ${DAYS_TO_CONFIRM} from invoices)
    group by m.ring_id, m.taxpayer_id having sum(d.tax) > 0`,
];

export const RING_TABLES: readonly string[] = [...DOCUMENT_TABLES, ...SUM_TABLES];
