/**
 * Detectors that somebody would write in an afternoon. They are given the best cut that the labels themselves choose, and all the same they
 * should fail: a province on which one of them does well is too simple to measure a real detector with.
 */
import { sqlText } from '../../../pipeline/engine/sql-text.ts';
import { componentSizes, strongComponents } from './components.ts';
import { makePairs, readGraph } from './party-graph.ts';
import type { ProvinceFiles } from './province-files.ts';

export interface DetectorMeasure {
  readonly name: string;
  /** The cut with the highest F1 by hindsight; absent for detectors without one. */
  readonly cut?: number;
  readonly flagged: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly rings: number;
  /** Share of rings of which at least half of the members are flagged. */
  readonly ringRecall: number;
}

/** A number for each taxpayer that has one; the higher, the more suspicious. */
interface ScoreRule {
  readonly name: string;
  readonly needs: readonly string[];
  readonly select: string;
}

const LARGEST_RING = 50;
const NO_INPUT_BEFORE = 1_000_000;

/** First day of the last six months of invoices. */
const LAST_SIX_MONTHS = `(select date_trunc('month', max(issued_at)) - interval 5 month from invoices)`;

const SCORES: readonly ScoreRule[] = [
  {
    name: 'many new suppliers: share of input tax of the last six months from suppliers first seen in them', needs: [],
    select: `with recent as (
        select i.buyer_id as taxpayer_id, i.tax, p.first_day >= ${LAST_SIX_MONTHS} as is_new
        from invoices as i join party as s on s.party_id = i.seller_id join party as b on b.party_id = i.buyer_id
        join pair as p on p.seller = s.party and p.buyer = b.party
        where i.status <> 'void' and b.is_taxpayer and i.issued_at >= ${LAST_SIX_MONTHS}
      )
      select taxpayer_id, (coalesce(sum(tax) filter (is_new), 0) / nullif(sum(tax), 0))::double as score from recent group by taxpayer_id having sum(tax) > 0`,
  },
  {
    name: 'young suppliers: share of input from suppliers registered less than a year before', needs: [],
    select: `select i.buyer_id as taxpayer_id,
        (coalesce(sum(i.amount) filter (i.issued_at < s.registered_on + interval 365 day), 0) / nullif(sum(i.amount), 0))::double as score
      from invoices as i join taxpayers as b on b.taxpayer_id = i.buyer_id left join taxpayers as s on s.taxpayer_id = i.seller_id
      where i.status <> 'void' group by i.buyer_id having sum(i.amount) > 0`,
  },
  {
    name: 'claimants with growing input: input tax of the six months before the claim against the six before them', needs: ['refund_applications'],
    select: `with claim as (select taxpayer_id, (claim_period || '-01')::date + interval 1 month as until_day from refund_applications),
      summed as (
        select c.taxpayer_id, c.until_day, coalesce(sum(i.tax) filter (i.issued_at >= c.until_day - interval 6 month), 0) as recent,
          coalesce(sum(i.tax) filter (i.issued_at < c.until_day - interval 6 month), 0) as before
        from claim as c left join invoices as i on i.buyer_id = c.taxpayer_id and i.status <> 'void'
          and i.issued_at >= c.until_day - interval 12 month and i.issued_at < c.until_day
        group by all
      ), growth as (
        select taxpayer_id, case when before > 0 then least(${NO_INPUT_BEFORE}, recent::double / before::double) when recent > 0 then ${NO_INPUT_BEFORE} else 0 end as ratio
        from summed
      )
      select taxpayer_id, max(ratio)::double as score from growth group by taxpayer_id`,
  },
];

/** Precision, recall and F1 over taxpayers, and recall over rings, of each lazy detector. */
export async function naiveDetectors(files: ProvinceFiles): Promise<DetectorMeasure[]> {
  await makePairs(files);
  const { engine } = files;
  await engine.exec(`create or replace temp table fraud as select distinct taxpayer_id from truth_labels where label = 'fraud'`);
  await engine.exec(`create or replace temp table ring_member as select distinct ring_id, taxpayer_id from truth_labels where label = 'fraud' and ring_id is not null`);
  const measures: DetectorMeasure[] = [];
  for (const amongTaxpayers of [true, false]) {
    const size = componentSizes(strongComponents(await readGraph(engine, amongTaxpayers)));
    const graph = amongTaxpayers ? 'taxpayers' : 'all parties';
    for (const [name, fits] of [
      [`a strongly connected component of 3–${LARGEST_RING} in the graph of ${graph}`, (n: number): boolean => n >= 3 && n <= LARGEST_RING],
      [`any loop in the graph of ${graph}`, (n: number): boolean => n > 1],
    ] as const) {
      const nodes = [...size.keys()].filter((node) => fits(size[node] ?? 0)).join(',');
      await engine.exec(`create or replace temp table flagged as select p.party_id as taxpayer_id from party as p
        join (select unnest(string_split(${sqlText(nodes)}, ',')) as node) as n on n.node = p.party::varchar where p.is_taxpayer`);
      measures.push(await measureFlagged(files, name));
    }
  }
  for (const rule of SCORES.filter(({ needs }) => needs.every((table) => (files.delivered.get(table) ?? []).length > 0))) {
    measures.push(await measureScore(files, rule));
  }
  return measures;
}

async function measureScore(files: ProvinceFiles, rule: ScoreRule): Promise<DetectorMeasure> {
  const { engine } = files;
  await engine.exec(`create or replace temp table scored as select taxpayer_id, score from (${rule.select}) where score is not null`);
  const [best] = await engine.rows<{ score: number }>(`
    with valued as (select score, count(*) as n, count(f.taxpayer_id) as hits from scored left join fraud as f using (taxpayer_id) group by score),
      summed as (
        select score, sum(n) over higher as flagged, sum(hits) over higher as hits
        from valued window higher as (order by score desc rows between unbounded preceding and current row)
      )
    select score from summed order by hits::double / (flagged + (select count(*) from fraud)) desc, score desc limit 1`);
  const cut = best?.score ?? Infinity;
  await engine.exec(`create or replace temp table flagged as select taxpayer_id from scored where score >= ${Number.isFinite(cut) ? cut : `'infinity'::double`}`);
  return { ...await measureFlagged(files, rule.name), cut };
}

async function measureFlagged({ engine }: ProvinceFiles, name: string): Promise<DetectorMeasure> {
  const [counts] = await engine.rows<{ flagged: number; hits: number; fraud: number; rings: number; found: number }>(`
    with found as (select ring_id from ring_member left join flagged as f using (taxpayer_id) group by ring_id having 2 * count(f.taxpayer_id) >= count(*))
    select (select count(*) from flagged) as flagged, (select count(*) from flagged join fraud using (taxpayer_id)) as hits, (select count(*) from fraud) as fraud,
      (select count(distinct ring_id) from ring_member) as rings, (select count(*) from found) as found`);
  const { flagged = 0, hits = 0, fraud = 0, rings = 0, found = 0 } = counts ?? {};
  const share = (part: number, of: number): number => (of === 0 ? 0 : part / of);
  return { name, flagged, precision: share(hits, flagged), recall: share(hits, fraud), f1: share(2 * hits, flagged + fraud), rings, ringRecall: share(found, rings) };
}
