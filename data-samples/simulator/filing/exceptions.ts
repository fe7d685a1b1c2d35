/** Exception vouchers: accidents of honest sellers, and the paper of sellers that were found or ran away. */

/** Share of special invoices that are listed by accident. */
const ACCIDENT_SHARE = 0.0002;
/** Share of a found seller's paper that is listed. */
const LISTED_PAPER_SHARE = 0.6;

/**
 * Table exception_plan: one listing of an invoice, with the period whose return transfers the tax out (null: lifted in time, or not yet due).
 * An A-rated buyer asks for verification within ten working days and waits for its end; the others are either cleared before they file the month of
 * the notice, or transfer out in that month.
 */
function planStatement(): string {
  return `create table exception_plan as
    with found as (
      select i.invoice, i.buyer, false as is_found_paper, (i.issued_at::date + whole(20, 180, draw(i.invoice, 'listed after'))) as listed_on,
        case when s.status in ('abnormal', 'absconded') and s.status_from <= i.issued_at::date + whole(20, 180, draw(i.invoice, 'listed after')) then '2'
             when draw(i.invoice, 'listing reason') < 0.25 then '1' else '3' end as reason
      from invoice as i left join firm as s on s.firm = i.seller
      where i.kind = 'special' and i.status = 'normal' and i.tax > 0 and not i.is_paper and draw(i.invoice, 'listed by accident') < ${ACCIDENT_SHARE}
      union all
      select i.invoice, i.buyer, true, (s.status_from + whole(30, 240, draw(i.seller, 'paper found after')))::date,
        case when s.status = 'absconded' then '5' else '4' end
      from invoice as i join firm as s on s.firm = i.seller
      where i.is_paper and i.kind = 'special' and i.status = 'normal' and i.tax > 0 and s.status in ('abnormal', 'absconded') and s.is_internal
      -- of every customer's paper at least the first is found
      qualify draw(i.invoice, 'paper listed') < ${LISTED_PAPER_SHARE} or i.invoice = min(i.invoice) over (partition by i.seller, i.buyer)
    ), noticed as (
      select *, case when is_found_paper then listed_on + whole(1, 10, draw(coalesce(buyer, 0), 'notice of paper'))
        else listed_on + whole(1, 10, draw(invoice, 'notice')) end as notice_on
      from found where listed_on <= cutoff()
    ), rated as (
      select n.*, ym_of(n.notice_on) as notice_ym,
        coalesce(b.is_internal and rating_on(b.firm, b.registered_on, b.status, b.status_from, n.notice_on) = 'A', false) as asks
      from noticed as n left join firm as b on b.firm = n.buyer
    ), ended as (
      select *, case when asks then notice_on + whole(1, 9, draw(invoice, 'asks after')) end as asked_on,
        case when is_found_paper then null
             when asks then case when draw(invoice, 'lifted') < 0.75 then notice_on + whole(20, 90, draw(invoice, 'lifted after')) end
             when draw(invoice, 'lifted') < 0.55 then least(notice_on + whole(5, 25, draw(invoice, 'lifted after')), month_end(notice_ym) + 1) end as lifted_on,
        case when asks then ym_of(notice_on + whole(60, 120, draw(invoice, 'verified after'))) else notice_ym end as due_ym
      from rated
    )
    select invoice, listed_on::date as listed_on, reason, case when notice_on <= cutoff() then notice_on::date end as notified_on,
      case when asked_on <= cutoff() then asked_on::date end as verification_requested_on,
        case when lifted_on <= cutoff() then lifted_on::date end as lifted_on,
      case when lifted_on is null then due_ym end as transfer_ym
    from ended`;
}

export function exceptionStatements(): string[] {
  return [
    planStatement(),
    `insert into exception_voucher
    select invoice, listed_on, reason, notified_on, verification_requested_on, lifted_on from exception_plan order by invoice`,
  ];
}
