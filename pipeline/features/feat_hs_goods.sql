with
codes as (
  select distinct hs_code from customs_declarations where direction = 'import' and hs_code is not null
),
mapped as (
  select c.hs_code, m.goods_prefix,
    row_number() over (partition by c.hs_code order by length(m.hs_prefix) desc nulls last, m.hs_prefix asc nulls last) as longest_first
  from codes as c
  left join list_hs_goods_map as m on substr(c.hs_code, 1, length(m.hs_prefix)) = m.hs_prefix
)
select
  cast(hs_code as string) as hs_code,
  cast(goods_prefix as string) as goods_prefix
from mapped
where longest_first = 1
