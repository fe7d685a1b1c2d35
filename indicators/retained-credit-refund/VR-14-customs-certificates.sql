select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(null as string) as not_assessed,
  cast(coalesce(c.unmatched_tax_yuan, 0) as decimal(18,2)) as unmatched_tax_yuan,
  cast(coalesce(c.unmatched_count, 0) as integer) as unmatched_count,
  cast(coalesce(c.foreign_tax_yuan, 0) as decimal(18,2)) as foreign_tax_yuan,
  cast(coalesce(c.foreign_count, 0) as integer) as foreign_count,
  cast(coalesce(c.customs_tax_yuan, 0) as decimal(18,2)) as customs_tax_yuan,
  cast({{ratio(coalesce(c.foreign_tax_yuan, 0), c.customs_tax_yuan)}} as double) as foreign_share,
  cast({{ratio(m.customs_w24_yuan, m.input_w24_yuan)}} as double) as customs_share,
  cast(case when c.mapped_share >= p.mapped_share_minimum then c.goods_similarity end as double) as goods_similarity,
  cast(s.p_ym - 23 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join feat_customs as c on c.subject_no = s.subject_no
left join feat_input_mix as m on m.subject_no = s.subject_no
