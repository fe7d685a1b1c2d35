with
grounds as (
  select s.subject_no, s.has_claim, s.application_id, g.is_open_claim, g.is_approved, g.on_day, g.case_count, g.comparison_count, g.ground_status,
    g.exception_tax_yuan > p.exception_tolerance_yuan as is_voucher_open,
    coalesce(g.case_count, 0) + coalesce(g.comparison_count, 0) + case when g.ground_status is not null then 1 else 0 end
      + case when g.exception_tax_yuan > p.exception_tolerance_yuan then 1 else 0 end as ground_count
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  left join feat_suspension_ground as g on g.subject_no = s.subject_no
),
delivered as (
  select sum(case when is_delivered then 1 else 0 end) as table_count from delivered_tables where table_name in ('inspection_cases', 'filing_comparisons')
)
select
  cast(g.subject_no as integer) as subject_no,
  cast(case when not g.has_claim or not (g.is_open_claim or g.is_approved) then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case when d.table_count = 0 and g.ground_count = 0 then 'N_TABLE_ABSENT' end as string) as not_assessed,
  cast(g.ground_count as integer) as ground_count,
  cast(g.is_open_claim as boolean) as is_open_claim,
  cast(g.is_approved as boolean) as is_approved,
  cast(g.on_day as date) as on_day,
  cast(case when g.case_count > 0 then '稽查立案未结 ' else '' end || case when g.comparison_count > 0 then '申报比对异常未解除 ' else '' end
    || case when g.ground_status is not null then '状态为' || case g.ground_status when 'abnormal' then '非正常' when 'absconded' then '走逃失联'
      when 'liquidation' then '清算' else '破产' end || ' ' else '' end
    || case when g.is_voucher_open then '异常凭证未处理完 ' else '' end as string) as grounds_zh,
  cast(case when g.case_count > 0 then 'an inspection case is open ' else '' end || case when g.comparison_count > 0 then 'a filing comparison is open ' else '' end
    || case when g.ground_status is not null then 'the status is ' || g.ground_status || ' ' else '' end
    || case when g.is_voucher_open then 'exception vouchers are not settled ' else '' end as string) as grounds_en
from grounds as g
cross join delivered as d
