-- The clause behind each condition that a claim under test does not meet: that of the branch that hit, in force on the day whose rules apply.
with unmet as (
    select o.subject_no, o.code, o.branch, s.rule_on
    from indicator_outcome as o
    inner join feat_subject as s on s.subject_no = o.subject_no
    where o.outcome = 'hit' and o.has_ineligible and o.application_id <> ''
),

cited as (
    select u.subject_no, u.code, c.clause,
        row_number() over (
            partition by u.subject_no, u.code
            order by case when c.branch = u.branch then 0 else 1 end asc nulls last, c.rule_no asc nulls last
        ) as place
    from unmet as u
    inner join clause_rule as c on c.code = u.code and u.rule_on between c.from_on and c.to_on
)

select
    cast(c.subject_no as integer) as subject_no,
    cast(c.code as string) as code,
    cast(c.clause as string) as clause
from cited as c
where c.place = 1
