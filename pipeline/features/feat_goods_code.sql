with
context as (
  select as_of from run_context
),
codes as (
  select distinct goods_code from invoice_lines where goods_code is not null
),
capital_codes as (
  select l.prefix from list_capital_codes as l cross join context as c where c.as_of between l.from_on and l.to_on
),
processing_codes as (
  select l.prefix from list_processing_codes as l cross join context as c where c.as_of between l.from_on and l.to_on
),
marked as (
  select g.goods_code,
    exists (select 1 from capital_codes as k where substr(g.goods_code, 1, length(k.prefix)) = k.prefix) as is_capital,
    exists (select 1 from processing_codes as k where substr(g.goods_code, 1, length(k.prefix)) = k.prefix) as is_processing
  from codes as g
)
select
  cast(goods_code as string) as goods_code,
  cast(substr(goods_code, 1, 7) as string) as code7,
  cast(substr(goods_code, 1, 3) as string) as code3,
  cast(substr(goods_code, 1, 1) = '1' and not is_capital as boolean) as is_goods,
  cast(is_capital as boolean) as is_capital,
  cast(is_processing as boolean) as is_processing
from marked
