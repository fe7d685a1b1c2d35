import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RING_KINDS } from '../../data-samples/simulator/conduct/plan.ts';
import { plantConduct } from '../../data-samples/simulator/conduct/plant-conduct.ts';
import { factStatements } from '../../data-samples/simulator/facts/tables.ts';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import type { SimulateOptions } from '../../data-samples/simulator/options.ts';
import { SCHEMA } from '../../data-samples/simulator/schema.ts';
import { macroStatements } from '../../data-samples/simulator/sql.ts';
import { fillTrade } from '../../data-samples/simulator/trade/fill-trade.ts';
import { truthOutputs, truthParameters } from '../../data-samples/simulator/truth/truth-outputs.ts';
import { fillWorld } from '../../data-samples/simulator/world/fill-world.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';

const PLANTED = ['firm', 'firm_key', 'firm_good', 'investment', 'conduct', 'planted_order', 'truth_label', 'truth_ring', 'truth_lookalike'];
const opened: Engine[] = [];

/** A province up to the scripts, or up to what was traded under them. */
async function province(given: Partial<SimulateOptions> & { taxpayers: number }, upTo: 'conduct' | 'trade', threads = 2): Promise<Engine> {
  const options = simulateOptions(given);
  const engine = await openDuckDb({ path: ':memory:', threads, memoryLimit: '2GB' });
  opened.push(engine);
  for (const statement of [...macroStatements(options), ...SCHEMA, ...factStatements()]) await engine.exec(statement);
  await fillWorld(engine, options);
  await plantConduct(engine, options);
  if (upTo === 'trade') await fillTrade(engine, options);
  return engine;
}

async function one<T>(engine: Engine, sql: string): Promise<T> {
  const [row] = await engine.rows<{ value: T }>(`select (${sql}) as value`);
  return row!.value;
}
const count = async (engine: Engine, from: string): Promise<number> => one<number>(engine, `select count(*) from ${from}`);
const fingerprint = async (engine: Engine, tables: readonly string[]): Promise<string[]> => {
  const prints: string[] = [];
  for (const table of tables) prints.push(`${table} ${String(await one(engine, `select bit_xor(hash(t))::varchar || ' ' || count(*) from ${table} as t`))}`);
  return prints;
};

let large: Engine;
let small: Engine;

beforeAll(async () => {
  large = await province({ taxpayers: 1000 }, 'trade');
  small = await province({ taxpayers: 300 }, 'conduct');
});
afterAll(async () => {
  for (const engine of opened) await engine.close();
});

describe('a province of a thousand', () => {
  it('has a ring of every archetype and dozens of lone frauds', async () => {
    const found = await large.rows<{ archetype: string }>('select distinct archetype from truth_ring order by 1');
    expect(found.map(({ archetype }) => archetype)).toEqual(RING_KINDS.map(({ archetype }) => archetype).sort());
    expect(await one(large, 'select count(distinct archetype) from truth_label where ring_id is null')).toBeGreaterThanOrEqual(25);
  });

  it('is honest to 88 % at least, and nobody is labelled twice or a look-alike besides', async () => {
    expect(await count(large, 'truth_label')).toBeGreaterThan(60);
    expect(await count(large, 'truth_label')).toBeLessThanOrEqual(120);
    expect(await one(large, 'select count(distinct firm) from truth_label')).toBe(await count(large, 'truth_label'));
    expect(await count(large, 'truth_label join truth_lookalike using (firm)')).toBe(0);
    expect(await count(large, 'truth_label join firm using (firm) where not is_internal')).toBe(0);
  });

  it('meets most of its rings in the last twelve months', async () => {
    const share = await one<number>(large, `select count(*) filter (last_of > last_ym() - 12) / count(*) from (
      select ring_id, max(to_ym) as last_of from truth_label where ring_id is not null group by ring_id)`);
    expect(share).toBeGreaterThanOrEqual(0.6);
  });

  it('has invoices and certificates with the sums of the orders that scripts placed', async () => {
    const differing = await large.rows(`with ordered as (
        select group_id, coalesce(kind, '') = 'customs' as is_customs, count(*) as documents, sum(amount) as amount from planted_order group by 1, 2
      ), written as (
        select group_id, false as is_customs, count(*) as documents, sum(amount) as amount from invoice where status in ('normal', 'reversed') and group_id is not null group by 1
        union all select group_id, true, count(*), sum(base_amount) from voucher where group_id is not null group by 1
      )
      select group_id from ordered as o full join written as w using (group_id, is_customs)
      where w.documents is distinct from o.documents or w.amount is distinct from o.amount`);
    expect(differing).toEqual([]);
  });

  it('sends value round its loops as its parameters say', async () => {
    const loops = await large.rows<{ ring_id: string; parameters: string }>(`select ring_id, parameters from truth_ring where archetype = 'closed_loop'`);
    for (const loop of loops) {
      const said = JSON.parse(loop.parameters) as { head: number; retention: number; sentYuan: number; returnedYuan: number };
      const sum = (side: string): Promise<number> =>
        one(large, `select sum(amount)::double from invoice where group_id = '${loop.ring_id}' and status in ('normal', 'reversed') and ${side} = ${said.head}`);
      const [sent, returned] = [await sum('seller'), await sum('buyer')];
      expect(sent).toBeCloseTo(said.sentYuan, 2);
      expect(returned).toBeCloseTo(said.returnedYuan, 2);
      expect(returned / sent).toBeCloseTo(said.retention, 5);
    }
    expect(loops.length).toBeGreaterThan(0);
  });

  it('leaves shells no trade but that of their scripts', async () => {
    const shells = `(select firm from truth_label join firm using (firm) where monthly_sales = 0 and registered_on >= month_start(first_ym()))`;
    expect(await count(large, shells)).toBeGreaterThan(10);
    expect(await count(large, `invoice where group_id is null and (seller in ${shells} or buyer in ${shells})`)).toBe(0);
    expect(await count(large, `firm_month where firm in ${shells}`)).toBe(0);
    expect(await count(large, `investment where firm in ${shells}`)).toBe(0);
  });

  it('writes no document before its parties are registered or after they are gone', async () => {
    for (const side of ['seller', 'buyer']) {
      expect(await count(large, `invoice as i join firm as f on f.firm = i.${side} where f.is_internal and i.group_id is not null and i.issued_at::date < f.registered_on`)).toBe(0);
      expect(await count(large, `planted_order as i join firm as f on f.firm = i.${side} where f.is_internal and f.status <> 'normal' and i.issued_on >= f.status_from`)).toBe(0);
    }
    expect(await count(large, 'firm_key join firm using (firm) where from_on < registered_on or to_on < from_on')).toBe(0);
  });

  it('keeps valid ids for firms that were moved to another county', async () => {
    expect(await one(large, 'select count(distinct taxpayer_id) from firm')).toBe(await count(large, 'firm'));
    const wrong = `firm where length(taxpayer_id) = 18 and (substr(taxpayer_id, 3, 6) <> district_code or substr(taxpayer_id, 18) <> uscc_check(substr(taxpayer_id, 1, 17)))`;
    expect(await count(large, wrong)).toBe(0);
  });

  it('tells the truth in files', async () => {
    const options = simulateOptions({ taxpayers: 1000 });
    for (const { table, select, orderBy } of truthOutputs(options)) await large.exec(`create table file_${table} as select * from (${select('true')}) order by ${orderBy}`);
    expect(await count(large, 'file_labels')).toBe(1000);
    expect(await count(large, `file_labels where label = 'fraud' and ("from" > "to" or role is null or tax_yuan is null)`)).toBe(0);
    expect(await count(large, `file_labels where label = 'honest' and ("from" is not null or tax_yuan is not null)`)).toBe(0);
    expect(await count(large, `file_labels where role in ('issuer', 'conduit') and tax_yuan = 0 and archetype <> 'invoice_mill'`)).toBe(0);
    expect(await count(large, 'file_rings')).toBe(await count(large, 'truth_ring'));
    expect(await count(large, 'file_rings where first_date > last_date or members < 1')).toBe(0);
    expect(await one(large, 'select sum(members) from file_rings')).toBe(await count(large, 'truth_label where ring_id is not null'));
    expect(await count(large, 'file_ring_edges anti join file_rings using (ring_id)')).toBe(0);
    expect(await count(large, 'file_lookalikes')).toBe(await count(large, 'truth_lookalike'));
    const parameters = (await truthParameters(large, options)) as { counts: { frauds: number }; distributions: Record<string, unknown> };
    expect(parameters.counts.frauds).toBe(await count(large, 'truth_label'));
    expect(Object.keys(parameters.distributions).sort()).toEqual(RING_KINDS.map(({ archetype }) => archetype).sort());
  });
});

describe('a province of three hundred', () => {
  it('has four archetypes at least, six lone frauds and every kind of look-alike', async () => {
    expect(await one(small, 'select count(distinct archetype) from truth_ring')).toBeGreaterThanOrEqual(4);
    expect(await count(small, 'truth_label where ring_id is null')).toBeGreaterThanOrEqual(6);
    expect(await count(small, 'truth_label')).toBeLessThanOrEqual(54);
    expect(await one(small, 'select count(distinct kind) from truth_lookalike')).toBe(12);
  });

  it('is the same with one thread and with two', async () => {
    const tables = [...PLANTED, 'invoice', 'voucher'];
    const [single, double] = [await province({ taxpayers: 300, months: 7 }, 'trade', 1), await province({ taxpayers: 300, months: 7 }, 'trade', 2)];
    expect(await fingerprint(single, tables)).toEqual(await fingerprint(double, tables));
    expect(await fingerprint(small, PLANTED)).toEqual(await fingerprint(await province({ taxpayers: 300 }, 'conduct', 1), PLANTED));
  });

  it('is another one with another seed', async () => {
    const other = await province({ taxpayers: 300, seed: 43 }, 'conduct');
    const [mine, others] = [await fingerprint(small, ['planted_order', 'truth_label', 'truth_ring']), await fingerprint(other, ['planted_order', 'truth_label', 'truth_ring'])];
    for (const [at, print] of mine.entries()) expect(print).not.toBe(others[at]);
  });

  it('without rings has the same look-alikes and nobody who cheats', async () => {
    const honest = await province({ taxpayers: 300, rings: false }, 'conduct');
    expect(await fingerprint(honest, ['truth_lookalike'])).toEqual(await fingerprint(small, ['truth_lookalike']));
    for (const table of ['truth_label', 'truth_ring', 'conduct_effect', 'planted_order where is_paper', `conduct where behaviour not in ('wants_refund', 'buys_ahead')`]) {
      expect(await count(honest, table)).toBe(0);
    }
    expect(await count(honest, 'conduct anti join truth_lookalike using (firm)')).toBe(0);
    const orders = `select * from planted_order where group_id in (select group_id from truth_lookalike)`;
    await honest.exec(`create table lookalike_order as ${orders}`);
    await small.exec(`create or replace table lookalike_order as ${orders}`);
    expect(await fingerprint(honest, ['lookalike_order'])).toEqual(await fingerprint(small, ['lookalike_order']));
  });
});
