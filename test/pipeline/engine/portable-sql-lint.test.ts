import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintPortableSql } from '../../../pipeline/engine/portable-sql-lint.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';

const rulesOf = (sql: string): string[] => lintPortableSql(sql, { kind: 'select' }).map(({ rule }) => rule);
const good = (body: string): string => `select\n  cast(a as integer) as a\nfrom (${body}) as t`;

describe('the portable SQL lint', () => {
  it.each([
    ['qualify', 'select a from t qualify row_number() over (order by a asc nulls last) = 1'],
    ['double-colon-cast', 'select a::integer as a from t'],
    ['integer-division', 'select a // b as a from t'],
    ['integer-division', 'select a div b as a from t'],
    ['division', 'select a / b as a from t'],
    ['exclude', 'select * exclude (b) from t'],
    ['exclude', 'select * except (b) from t'],
    ['group-by-all', 'select a, sum(b) as b from t group by all'],
    ['group-by-position', 'select a, sum(b) as b from t group by 1'],
    ['date-difference', "select date_diff('day', a, b) as a from t"],
    ['date-difference', 'select datediff(a, b) as a from t'],
    ['date-minus-date', 'select t.paid_on - t.applied_on as a from t'],
    ['date-minus-date', "select date '2026-01-01' - issued_on as a from t"],
    ['interval', 'select d + interval 1 month as a from t'],
    ['date-trunc', "select date_trunc('month', d) as a from t"],
    ['list-functions', 'select list_sum(a) as a from t'],
    ['list-functions', 'select unnest(a) as a from t'],
    ['list-functions', 'select a[1] as a from t'],
    ['list-functions', 'select array_agg(a) as a from t'],
    ['approximate', 'select approx_count_distinct(a) as a from t'],
    ['quantile', 'select quantile_cont(a, 0.5) as a from t'],
    ['recursive', 'with recursive r as (select 1 as a) select a from r'],
    ['quoted-identifier', 'select "a" from t'],
    ['quoted-identifier', 'select `a` from t'],
    ['backslash', "select 'a\\n' as a from t"],
    ['try-cast', 'select try_cast(a as integer) as a from t'],
    ['some-every', 'select every(a) as a from t'],
    ['filter-over', "select sum(a) filter (where b in ('x')) over (partition by c) as a from t"],
    ['distinct-over', 'select count(distinct a) over (partition by c) as a from t'],
    ['concat', "select concat(a, 'x') as a from t"],
    ['hash', 'select hash(a) as a from t'],
    ['regexp', "select regexp_matches(a, 'x') as a from t"],
    ['semicolon', 'select 1 as a; select 2 as a'],
    ['type-name', 'select cast(a as varchar) as a from t'],
    ['order-by-nulls', 'select row_number() over (order by a) as a from t'],
    ['order-by-nulls', 'select row_number() over (partition by b order by a asc nulls last, c desc) as a from t'],
    ['limit-without-order', 'select a from t limit 5'],
  ])('refuses %s', (rule, body) => {
    expect(rulesOf(good(body))).toContain(rule);
  });

  it.each([
    ['select-star', 'select * from t'],
    ['select-star', 'with x as (select a from t)\nselect x.* from x'],
    ['outermost-cast', 'select a from t'],
    ['outermost-cast', 'select cast(a as integer) from t'],
    ['outermost-cast', 'select cast(a as timestamp) as a from t'],
    ['outermost-cast', 'select cast(a as integer) as a from t union all select b from t'],
    ['statement', 'create table x as\nselect cast(1 as integer) as a'],
    ['no-select', 'values (1)'],
  ])('refuses %s at the outermost level', (rule, sql) => {
    expect(rulesOf(sql)).toContain(rule);
  });

  it('accepts what only looks forbidden: words in comments and literals, templates, ordered limits, inner stars', () => {
    const sql = `-- qualify, a / b, "x"
with x as (
  select * from t /* limit 3 :: */
),
y as (
  select a, sum(b) as b, {{ratio(sum(b), count(*))}} as share, {{days_between(x.paid_on, x.applied_on)}} as days
  from x
  where c <> 'every(a) // b; limit' and d in ('p', 'q')
  group by a
)
select
  cast(a as string) as a,
  cast(row_number() over (partition by b order by share desc nulls last, a asc nulls last rows between 1 preceding and current row) as integer) as n,
  cast(case when b > 0 then (select max(z) from x) end as decimal(18,2)) as z
from y
order by a asc nulls last
limit 10`;
    expect(lintPortableSql(sql, { kind: 'select' })).toEqual([]);
  });

  it('says in which line a fault stands', () => {
    const sql = "with x as (\n  select a\n  from t\n  where b = '\n' and c::integer = 1\n)\nselect cast(a as integer) as a from x";
    expect(lintPortableSql(sql, { kind: 'select' })).toMatchObject([{ rule: 'double-colon-cast', line: 5 }]);
  });

  it('finds nothing in any SQL text of the product', () => {
    const texts = ['indicators', 'pipeline/features', 'models'].flatMap((folder) => sqlFiles(packagePath(folder)));
    const faults = texts.flatMap((path) => lintPortableSql(readFileSync(path, 'utf8'), { kind: 'select' }).map(({ rule, line }) => `${path}:${line}: ${rule}`));
    expect(texts.length).toBeGreaterThan(40);
    expect(faults).toEqual([]);
  });
});

function sqlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql')).map((name) => join(folder, name)).sort();
}
