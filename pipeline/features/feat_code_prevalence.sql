with
-- A cell is the finest set of members that share every group; its number is its least subject.
placed as (
  select subject_no, is_eligible, g1, g2, g3, g4, g5,
    min(subject_no) over (partition by g1, g2, g3, g4, g5) as cell_no
  from feat_peer
),
bought as (
  select m.cell_no, b.subject_no, b.code7
  from feat_goods_side as b
  join placed as m on m.subject_no = b.subject_no
  where b.side = 'bought' and b.code7 <> '' and m.is_eligible
  group by m.cell_no, b.subject_no, b.code7
),
cell_buyers as (
  select cell_no, code7, count(*) as buyers from bought group by cell_no, code7
),
cell_members as (
  select cell_no, count(distinct subject_no) as members from bought group by cell_no
),
cell_groups as (
  select cell_no, 1 as widening, g1 as group_key from placed where subject_no = cell_no and g1 is not null
  union all
  select cell_no, 2 as widening, g2 as group_key from placed where subject_no = cell_no and g2 is not null
  union all
  select cell_no, 3 as widening, g3 as group_key from placed where subject_no = cell_no and g3 is not null
  union all
  select cell_no, 4 as widening, g4 as group_key from placed where subject_no = cell_no and g4 is not null
  union all
  select cell_no, 5 as widening, g5 as group_key from placed where subject_no = cell_no and g5 is not null
),
group_members as (
  select g.widening, g.group_key, sum(m.members) as members
  from cell_groups as g
  join cell_members as m on m.cell_no = g.cell_no
  group by g.widening, g.group_key
),
group_buyers as (
  select g.widening, g.group_key, b.code7, sum(b.buyers) as buyers
  from cell_groups as g
  join cell_buyers as b on b.cell_no = g.cell_no
  group by g.widening, g.group_key, b.code7
)
select
  cast(b.widening as integer) as widening,
  cast(b.group_key as string) as group_key,
  cast(b.code7 as string) as code7,
  cast(b.buyers as integer) as buyer_count,
  cast(m.members as integer) as member_count
from group_buyers as b
join group_members as m on m.widening = b.widening and m.group_key = b.group_key
