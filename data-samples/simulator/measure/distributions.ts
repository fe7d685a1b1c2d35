/** Figures of a province beside published ones: is this the shape of a real one? */
import { componentSizes, strongComponents, weakComponents } from './components.ts';
import { EXPECTED } from './expected-figures.ts';
import { makePairs, readGraph } from './party-graph.ts';
import type { ProvinceFiles } from './province-files.ts';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly published?: string;
  readonly source?: string;
  /** Whether the value lies in its band; absent where there is none. */
  readonly withinExpected?: boolean;
}

type Values = Readonly<Record<string, number | null>>;

/** Two estimates of the exponent of the upper tail P(X > x) ~ x ** −exponent of a positive number: Hill 1975, and log (rank − 1/2) on log size, Gabaix & Ibragimov 2011. */
export function tailSelect(numbers: string): string {
  return `with ranked as (
      select value::double as value, row_number() over (order by value desc) as rank, count(*) over () as n from (${numbers}) where value > 0
    ), tail as (
      select r.value, r.rank, t.value as threshold, t.rank - 1 as size from ranked as r join ranked as t on t.rank = ceil(0.05 * t.n) + 1 and r.rank < t.rank
    )
    select max(size) / nullif(sum(ln(value / threshold)), 0) as hill, -regr_slope(ln(rank - 0.5), ln(value)) as log_rank from tail`;
}

async function one(files: ProvinceFiles, select: string): Promise<Values> {
  const [row] = await files.engine.rows<Record<string, number | null>>(select);
  return row ?? {};
}

/** Partners of a taxpayer on one side of its trade; parties outside the province count. */
async function partnerFigures(files: ProvinceFiles, name: string, own: string): Promise<Values> {
  const partners = `select count(*) as value from pair join party on party = ${own} where is_taxpayer group by ${own}`;
  const middle = await one(files, `select median(value) as median, avg(value) as mean from (${partners})`);
  const tail = await one(files, tailSelect(partners));
  return {
    [`${name} of a firm, median`]: middle['median'] ?? null, [`${name} of a firm, mean`]: middle['mean'] ?? null,
    [`${name} of a firm, tail exponent (Hill, top 5 %)`]: tail['hill'] ?? null,
    [`${name} of a firm, tail exponent (log rank, top 5 %)`]: tail['log_rank'] ?? null,
  };
}

async function graphFigures(files: ProvinceFiles): Promise<Values> {
  const graph = await readGraph(files.engine, true);
  const weak = componentSizes(weakComponents(graph));
  const largest = (sizes: Int32Array): number => sizes.reduce((most, size) => Math.max(most, size), 0);
  const trading = weak.filter((size) => size > 1).length;
  const strong = largest(componentSizes(strongComponents(graph)));
  const mutual = await one(files, `select count(*) filter (back.seller is not null)::double / nullif(count(*), 0) as share
    from pair left join pair as back on back.seller = pair.buyer and back.buyer = pair.seller
    where pair.seller < ${graph.nodes} and pair.buyer < ${graph.nodes}`);
  const perTrading = (n: number): number | null => (trading === 0 ? null : n / trading);
  return {
    'links among taxpayers for each that trades': perTrading(graph.targets.length), 'links whose reverse exists': mutual['share'] ?? null,
    'taxpayers in the largest strong component': perTrading(strong), 'taxpayers in the largest weak component': perTrading(largest(weak)),
  };
}

/** Pairs of the last two years of the window, by year. */
const PAIR_YEARS = `select seller_id, buyer_id, bool_or(issued_at < middle) as before, bool_or(issued_at >= middle) as after
  from invoices cross join (select date_trunc('month', max(issued_at)) - interval 11 month as middle from invoices)
  where status not in ('void', 'red') and seller_id <> buyer_id and issued_at >= middle - interval 12 month group by all`;

async function invoiceFigures(files: ProvinceFiles): Promise<Values> {
  const tail = await one(files, tailSelect(`select amount as value from invoices where status not in ('void', 'red')`));
  const survival = await one(files, `select count(*) filter (after)::double / nullif(count(*), 0) as share from (${PAIR_YEARS}) where before`);
  const counts = await one(files, `
    with valid as (select seller_id, log10(amount::double) as size from invoices where status not in ('void', 'red') and amount > 0),
      monthly as (select date_trunc('month', issued_at) as first_day, count(*) as n from invoices where status not in ('void', 'red') group by all),
      whole_years as (select * from monthly, (select max(first_day) as newest, count(*) // 12 as years from monthly) where first_day > newest - to_months(12 * years::integer)),
      spread as (select stddev(size) as of_seller from valid where seller_id is not null group by seller_id having count(*) >= 50)
    select (select count(*) from invoices) as "invoices",
      (select count(*) from invoices) / (select nullif(count(*), 0) * (select count(*) from monthly) from taxpayers) as "invoices per taxpayer and month",
      (select stddev(size) from valid) as "invoice amount, log10 standard deviation",
      (select median(of_seller) from spread) as "invoice amount within a seller, median log10 standard deviation",
      (select avg((invoice_kind = 'special')::integer) from invoices) as "special invoices",
      (select avg((status = 'red')::integer) from invoices where status <> 'void') as "red among invoices that are not void",
      (select avg((status = 'void')::integer) from invoices) as "void among invoices",
      (select avg(n) filter (month(first_day) = 1) / avg(n) from whole_years) as "January invoices against an average month",
      (select avg(n) filter (month(first_day) = 2) / avg(n) from whole_years) as "February invoices against an average month"`);
  return {
    ...counts, 'invoice amount, tail exponent (Hill, top 5 %)': tail['hill'] ?? null, 'pairs of the first year that trade in the second': survival['share'] ?? null,
  };
}

/** What was not delivered has no figure, not the figure 0. */
async function taxpayerFigures(files: ProvinceFiles): Promise<Values> {
  const there = (columns: readonly unknown[] | undefined, select: string): string => `case when ${(columns ?? []).length > 0} then (${select}) / (select n from total) end`;
  const labelled = files.truth.get('labels');
  const claimants = there(files.delivered.get('refund_applications'), 'select count(distinct taxpayer_id) from refund_applications');
  return one(files, `
    with claim as (select claimed_amount::double as yuan from refund_applications), total as (select count(*)::double as n from taxpayers),
      general as (select avg((vat_status = 'general')::integer) as share from taxpayers)
    select (select n from total) as "taxpayers", (select share from general) as "general taxpayers",
      ${claimants} / (select nullif(share, 0) from general) as "claimants among general taxpayers",
      (select quantile_cont(yuan, 0.25) from claim) as "claim, first quartile", (select median(yuan) from claim) as "claim, median",
      (select quantile_cont(yuan, 0.75) from claim) as "claim, third quartile", (select quantile_cont(yuan, 0.95) from claim) as "claim, 95th percentile",
      (select avg(yuan) from claim) as "claim, mean",
      ${there(files.delivered.get('inspection_cases'), 'select count(distinct taxpayer_id) from inspection_cases')} as "taxpayers in an inspection case",
      ${there(labelled, `select count(*) from truth_labels where label = 'fraud'`)} as "taxpayers that cheat",
      ${there(labelled, `select count(*) from truth_labels where label = 'fraud' and ring_id is not null`)} as "taxpayers in rings",
      ${there(files.truth.get('lookalikes'), 'select count(distinct taxpayer_id) from truth_lookalikes')} as "look-alikes among taxpayers"`);
}

/** Share of each section of GB/T 4754 in the invoices of sellers of the province. */
async function sectionFigures(files: ProvinceFiles): Promise<Figure[]> {
  const rows = await files.engine.rows<{ section: string; count_share: number; amount_share: number }>(`
    select coalesce(t.industry_section, substr(t.industry_code, 1, 1), '?') as section, count(*)::double / sum(count(*)) over () as count_share,
      (sum(i.amount) / sum(sum(i.amount)) over ())::double as amount_share
    from invoices as i join taxpayers as t on t.taxpayer_id = i.seller_id where i.status <> 'void' group by all order by section`);
  return rows.flatMap(({ section, count_share, amount_share }) => [
    { name: `invoices of sellers of section ${section}, by count`, value: count_share, unit: 'share' },
    { name: `invoices of sellers of section ${section}, by amount`, value: amount_share, unit: 'share' },
  ]);
}

function figureOf(name: string, value: number): Figure {
  const expected = EXPECTED[name];
  if (expected === undefined) throw new Error(`the figure "${name}" stands in no row of the table of expected figures`);
  const { unit, low, high, published, source } = expected;
  return {
    name, value, unit, ...(published === undefined ? {} : { published }), ...(source === undefined ? {} : { source }),
    ...(low === undefined || high === undefined ? {} : { withinExpected: value >= low && value <= high }),
  };
}

/** All figures that the delivered tables allow, in the order of the table of expected figures; the shares of the sections follow. */
export async function distributions(files: ProvinceFiles): Promise<Figure[]> {
  await makePairs(files);
  const values: Values = {
    ...(await taxpayerFigures(files)), ...(await invoiceFigures(files)), ...(await graphFigures(files)),
    ...(await partnerFigures(files, 'suppliers', 'buyer')), ...(await partnerFigures(files, 'customers', 'seller')),
  };
  const named = Object.keys(EXPECTED).flatMap((name) => {
    const value = values[name];
    return value === undefined || value === null ? [] : [figureOf(name, value)];
  });
  return [...named, ...(await sectionFigures(files))];
}
