-- Receipts by amount, with the match of the payer among the buyers of invoices.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no order by b.amount desc nulls last, b.occurred_at desc nulls last, b.transaction_id asc nulls last
  ) as integer) as evidence_rank,
  cast(b.case_reference as string) as case_reference,
  cast(b.occurred_on as date) as occurred_on,
  cast(b.account_owner as string) as account_owner,
  cast(b.amount as decimal(18,2)) as amount_yuan,
  cast(b.tag as string) as tag,
  cast(b.counterparty_kind as string) as counterparty_kind,
  cast(q.party_id as string) as counterparty_id,
  cast(case when p.buyer_key is not null then '有开票 invoiced' else '' end as string) as buyer_match,
  cast(b.source_file_no as integer) as source_file_no,
  cast(b.source_row_no as bigint) as source_row_no
from asked as a
join bank_transactions as b on b.taxpayer_key = a.taxpayer_key and b.direction = 'in' and {{ym(b.occurred_on)}} between a.p_ym - 11 and a.p_ym
left join parties as q on q.party_key = b.counterparty_key
left join feat_pair as p on p.seller_key = a.taxpayer_key and p.buyer_key = b.counterparty_key
