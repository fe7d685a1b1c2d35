with
claims as (
  select s.subject_no, s.taxpayer_key, s.applied_on, s.claim_ym, coalesce(t.industry_3, t.industry_2, t.industry_section) as industry,
    greatest(s.claim_ym - r.window_months + 1, coalesce(t.registered_ym, 0)) as from_ym
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join list_lane_share_rules as r on s.applied_on between r.from_on and r.to_on
  where s.has_claim
),
sold as (
  select k.subject_no, k.applied_on, k.industry, coalesce(l.goods_code, '') as goods_code, count(*) as line_count, sum(l.signed_amount) as amount_yuan
  from claims as k
  join invoice_lines as l on l.seller_key = k.taxpayer_key and l.ym between k.from_ym and k.claim_ym
  where l.doc_status <> 'void' and coalesce(l.invoice_kind, '') <> 'agri_purchase'
  group by k.subject_no, k.applied_on, k.industry, coalesce(l.goods_code, '')
),
-- An entry for sellers of the registered industry goes first, then the longest prefix.
mapped as (
  select s.subject_no, s.goods_code, c.industry,
    row_number() over (
      partition by s.subject_no, s.goods_code
      order by case when c.seller_industry is null then 1 else 0 end asc nulls last, length(c.prefix) desc nulls last,
        length(c.seller_industry) desc nulls last, c.from_on desc nulls last, c.industry asc nulls last
    ) as best_first
  from sold as s
  join list_industry_crosswalk as c
    on substr(s.goods_code, 1, length(c.prefix)) = c.prefix and s.applied_on between c.from_on and c.to_on
      and (c.seller_industry is null or substr(s.industry, 1, length(c.seller_industry)) = c.seller_industry)
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(s.goods_code as string) as goods_code,
  cast(m.industry as string) as industry,
  cast(coalesce(m.industry = 'presale', false) as boolean) as is_presale,
  cast(substr(s.goods_code, 1, 1) <> '6' as boolean) as is_sale,
  cast(s.line_count as integer) as line_count,
  cast(s.amount_yuan as decimal(18,2)) as amount_yuan
from sold as s
left join mapped as m on m.subject_no = s.subject_no and m.goods_code = s.goods_code and m.best_first = 1
