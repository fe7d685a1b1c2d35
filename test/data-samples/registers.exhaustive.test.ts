import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantConduct } from '../../data-samples/simulator/conduct/plant-conduct.ts';
import { factStatements } from '../../data-samples/simulator/facts/tables.ts';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import type { SimulateOptions } from '../../data-samples/simulator/options.ts';
import { fillRegisters } from '../../data-samples/simulator/registers/fill-registers.ts';
import { registersOutputs } from '../../data-samples/simulator/registers/outputs.ts';
import { MAIN_FORM_ROWS, SCHEMA } from '../../data-samples/simulator/schema.ts';
import { macroStatements } from '../../data-samples/simulator/sql.ts';
import { fillTrade } from '../../data-samples/simulator/trade/fill-trade.ts';
import { fillWorld } from '../../data-samples/simulator/world/fill-world.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';

const CUTOFF = '2026-11-16';
/** Days that may lie ahead. */
const AHEAD = ['valid_to', 'due_on'];

async function count(engine: Engine, from: string): Promise<number> {
  const [row] = await engine.rows<{ n: number }>(`select count(*)::integer as n from ${from}`);
  return row?.n ?? 0;
}

async function addRegisters(engine: Engine, options: SimulateOptions): Promise<Engine> {
  await fillRegisters(engine, options);
  for (const { table, select } of registersOutputs) await engine.exec(`create table delivered_${table} as ${select('true')}`);
  return engine;
}

async function fillBefore(engine: Engine, options: SimulateOptions): Promise<void> {
  for (const statement of [...macroStatements(options), ...SCHEMA, ...factStatements()]) await engine.exec(statement);
  // The books are another room: here nobody deferred.
  await engine.exec('create table book_deferral (firm integer, extended_on date, is_left_unpaid boolean)');
  await fillWorld(engine, options);
}

/** Checks that hold in every province, whatever happened in it. */
function holdsAlways(engine: () => Engine): void {
  it.each(registersOutputs.map(({ table, orderBy }) => [table, orderBy] as const))('%s has no row twice and no day after the cutoff', async (table, key) => {
    expect(await count(engine(), `(select ${key} from delivered_${table} group by all having count(*) > 1)`)).toBe(0);
    const columns = await engine().rows<{ name: string }>(`select column_name as name from duckdb_columns()
      where table_name = 'delivered_${table}' and data_type in ('DATE', 'TIMESTAMP')`);
    for (const { name } of columns.filter((each) => !AHEAD.includes(each.name))) {
      expect([name, await count(engine(), `delivered_${table} where ${name}::date > date '${CUTOFF}'`)]).toEqual([name, 0]);
    }
  });

  it('the log of changes ends where the registration stands', async () => {
    const last = `(select taxpayer_id, field, arg_max(new_value, changed_on) as value, max(changed_on) as changed_on from delivered_taxpayer_changes group by all)`;
    const current = { status: 'status', vat_status: 'vat_status', registered_address: 'address_key', taxpayer_name: 'taxpayer_name',
      district_code: 'district_code' };
    for (const [field, column] of Object.entries(current)) {
      expect([field, await count(engine(), `${last} as c join delivered_taxpayers as t using (taxpayer_id)
        where c.field = '${field}' and c.value <> t.${column}`)]).toEqual([field, 0]);
    }
    expect(await count(engine(), `delivered_taxpayers as t where t.status <> 'normal' and not exists (from delivered_taxpayer_changes as c
      where c.taxpayer_id = t.taxpayer_id and c.field = 'status' and c.changed_on = t.status_from and c.new_value = t.status)`)).toBe(0);
  });

  it('a new representative follows the former one, and shares never add up to more than the whole', async () => {
    expect(await count(engine(), `delivered_taxpayer_changes as c where c.field = 'legal_representative' and not exists (from delivered_persons as p
      where p.taxpayer_id = c.taxpayer_id and p.role = c.field and p.person_key = c.new_value and p.valid_from = c.changed_on)`)).toBe(0);
    expect(await count(engine(), `(select taxpayer_id from delivered_persons where role = 'investor' and valid_to is null
      group by taxpayer_id having sum(equity_share) > 1.001)`)).toBe(0);
  });
}

describe('a province with trade', () => {
  const options: SimulateOptions = simulateOptions({ taxpayers: 400, months: 8 });
  let folder: string;
  let engine: Engine;
  let onOneThread: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registers-'));
    const before = await openDuckDb({ path: join(folder, 'two.duckdb'), threads: 2 });
    await fillBefore(before, options);
    await plantConduct(before, options);
    await fillTrade(before, options);
    await before.close();
    await copyFile(join(folder, 'two.duckdb'), join(folder, 'one.duckdb'));
    engine = await addRegisters(await openDuckDb({ path: join(folder, 'two.duckdb'), threads: 2 }), options);
    onOneThread = await addRegisters(await openDuckDb({ path: join(folder, 'one.duckdb'), threads: 1 }), options);
  });
  afterAll(async () => {
    await engine.close();
    await onOneThread.close();
    await rm(folder, { recursive: true });
  });

  holdsAlways(() => engine);

  it('names a representative for every taxpayer, with a phone', async () => {
    expect(await count(engine, `delivered_taxpayers as t anti join (from delivered_persons where role = 'legal_representative') as p using (taxpayer_id)`)).toBe(0);
    expect(await count(engine, `delivered_persons where (role in ('legal_representative', 'filing_clerk')) <> (phone_hash is not null)`)).toBe(0);
    expect(await count(engine, `(select taxpayer_id from delivered_persons group by taxpayer_id having count(distinct role) = 1)`)).toBeGreaterThan(0);
  });

  it('shows the devices and clerks that clients of an agent share', async () => {
    const shared = `(select e.device_id from delivered_events as e join delivered_taxpayers as t using (taxpayer_id) where t.agent_id is not null
      group by e.device_id, t.agent_id having count(distinct e.taxpayer_id) >= 3)`;
    expect(await count(engine, shared)).toBeGreaterThan(0);
    expect(await count(engine, `(select person_key from delivered_persons where role = 'filing_clerk'
      group by person_key having count(distinct taxpayer_id) >= 3)`)).toBeGreaterThan(0);
  });

  it('shows the devices and addresses that were given to the firms of a script, as far as they act', async () => {
    const used = `(select f.firm, e.device_id, e.ip_address from delivered_events as e join firm as f using (taxpayer_id))`;
    const missing = `(select distinct firm, kind from firm_key where kind in ('device', 'ip')) as k
      join (select firm from ${used} group by firm having count(*) >= 12) as active using (firm)
      where not exists (from firm_key as h join ${used} as u on u.firm = h.firm and h.value in (u.device_id, u.ip_address)
        where h.firm = k.firm and h.kind = k.kind)`;
    expect(await count(engine, missing)).toBe(0);
  });

  it('records an event of its issuing for every digital seller and month', async () => {
    const silent = `(select distinct seller, ym from invoice join firm on firm = seller and is_internal
      where ym > last_ym() - 12 and invoice.status in ('normal', 'reversed') and not by_authority) as s
      join firm as f on f.firm = s.seller where not exists (from delivered_events as e where e.taxpayer_id = f.taxpayer_id and e.event_kind = 'issue'
        and ym_of(e.occurred_at::date) = s.ym)`;
    expect(await count(engine, silent)).toBe(0);
    expect(await count(engine, `delivered_events where occurred_at::date < month_start(last_ym() - 11)`)).toBe(0);
  });

  it('grants at least what was issued', async () => {
    const issued = `(select f.taxpayer_id, period_of(i.ym) as month, sum(i.amount) as amount from invoice as i join firm as f on f.firm = i.seller and f.is_internal
      where i.invoice_code is null and i.status in ('normal', 'reversed') and not i.by_authority and i.ym > last_ym() - 12 group by all)`;
    const quota = `(select taxpayer_id, month, arg_max(granted_amount, granted_at) as granted_amount from delivered_invoice_quotas group by all)`;
    expect(await count(engine, issued)).toBeGreaterThan(500);
    expect(await count(engine, `${issued} as i left join ${quota} as q using (taxpayer_id, month)
      where q.granted_amount is null or q.granted_amount < i.amount`)).toBe(0);
  });

  it.each(registersOutputs.map(({ table, orderBy }) => [table, orderBy] as const))('%s is the same on one thread', async (table, key) => {
    const digest = async (of: Engine): Promise<unknown> => of.rows(`select md5(string_agg(d::varchar, '\n' order by ${key})) as digest
      from delivered_${table} as d`);
    expect(await digest(onOneThread)).toEqual(await digest(engine));
  });
});

/** A province without trade in which one general taxpayer in three claims: registers alone, large enough for rare things. */
describe('registers of many claimants', () => {
  const options: SimulateOptions = simulateOptions({ taxpayers: 15_000 });
  const zeros = MAIN_FORM_ROWS.map((row) => `0 as m${String(row).padStart(2, '0')}`).join(', ');
  const months = `cross join range(last_ym() - 15, last_ym() + 1) as months(ym) where is_internal and vat_status = 'general' and general_ym <= ym
    and status = 'normal'`;
  const day = (after: number, hour: number): string => `month_start(ym + 1) + interval ${after} day + interval ${hour} hour`;
  let engine: Engine;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
    await fillBefore(engine, options);
    await engine.exec(`insert into vat_return by name select firm, ym, 1 as version, ${day(8, 10)} as filed_at, 'general' as column_group, false as is_history,
      ${zeros} from firm ${months}`);
    await engine.exec(`insert into claim by name select firm || '-' || ym as application_id, firm, ym, ${day(9, 10)} as applied_at,
      ${day(9, 15)} as accepted_at, 'other' as lane, 0.9 as claimed_ratio,
      1000000 as claimed_credit, 300000 * (1 + draw(firm, 'test')) as claimed_amount, 0 as export_refund_pending, 0 as arrears_offset_amount,
      case when ym = last_ym() then 'pending' else 'approved' end as decision, case when ym < last_ym() then ${day(16, 11)} end as decided_at, case
        when ym < last_ym() then month_start(ym + 1) + 20 end as paid_on,
      case when ym < last_ym() then 300000 end as paid_amount, 1 as true_refundable
      from firm ${months} and firm % 3 = 0 and ym % 3 = 0`);
    await engine.exec(`insert into conduct select firm, 'leaves_after_refund', 0, 0, 1, null from claim where firm % 100 = 0 group by firm`);
    await engine.exec(`insert into truth_label select firm, 'shells', 'issuer', 'R1', first_ym(), last_ym() from firm where is_internal and status = 'absconded'`);
    await addRegisters(engine, options);
  });
  afterAll(async () => {
    await engine.close();
  });

  holdsAlways(() => engine);

  it('files and claims leave an event at their time', async () => {
    const filed = `(select firm, filed_at as at, 'file' as kind from vat_return where filed_at >= month_start(last_ym() - 11)
      union all select firm, applied_at, 'claim' from claim where applied_at >= month_start(last_ym() - 11))`;
    expect(await count(engine, `${filed} as a join firm as f using (firm) anti join delivered_events as e on e.taxpayer_id = f.taxpayer_id
      and e.occurred_at = a.at and e.event_kind = a.kind`)).toBe(0);
  });

  it('no honest claimant has an offence that bars it, but for the oversights in the noise', async () => {
    const barred = `(select distinct v.firm from violation as v join claim as c using (firm) where v.violation_type not in ('other', 'evasion_penalty')
      and not v.is_revoked
      and v.decided_on > c.applied_at - interval 36 month and v.decided_on <= c.applied_at)`;
    expect(await count(engine, 'violation')).toBeGreaterThan(20);
    expect(await count(engine, `${barred} as b anti join truth_noise as n on n.firm = b.firm and n.kind = 'barring_violation'`)).toBe(0);
  });

  it('no claim is decided while a case or a difference is open, but for the noise', async () => {
    const open = (table: string, from: string, to: string): string => `${table} as t join claim as c using (firm)
      where t.${from} <= coalesce(c.decided_at::date, date '${CUTOFF}')
      and coalesce(t.${to}, date '2100-01-01') > coalesce(c.decided_at::date, date '${CUTOFF}')`;
    expect(await count(engine, 'inspection_case')).toBeGreaterThan(10);
    expect(await count(engine, 'filing_comparison')).toBeGreaterThan(20);
    expect(await count(engine, open('inspection_case', 'opened_on', 'closed_on'))).toBe(0);
    expect(await count(engine, `(select t.firm from ${open('filing_comparison', 'found_on', 'resolved_on')}) as o
      anti join truth_noise as n on n.firm = o.firm and n.kind like '%comparison%'`)).toBe(0);
  });

  it('few firms with a label have a case, and among confirmed doubts they are a minority', async () => {
    const labels = await count(engine, 'truth_label');
    const known = await count(engine, 'inspection_case join truth_label using (firm)');
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThanOrEqual(0.15 * labels);
    const confirmed = `delivered_response_feedback join response_task using (task_id) where finding = 'confirmed'`;
    expect(await count(engine, `${confirmed} and firm in (select firm from truth_label)`)).toBeLessThan(0.5 * (await count(engine, confirmed)));
  });

  it('four people work on a claim, in the order of the nodes, but for the slips in the noise', async () => {
    const twice = `(select distinct a.application_id from officer_action as a join officer_action as b using (application_id)
      where a.officer_id = b.officer_id and a.node < b.node)`;
    expect(await count(engine, `${twice} as t join claim as c using (application_id)
      anti join truth_noise as n on n.firm = c.firm and n.kind = 'one_officer_two_nodes'`)).toBe(0);
    const order = ['acceptance', 'review', 'recheck', 'collective_review', 'approval', 'treasury'];
    const rank = `list_position([${order.map((node) => `'${node}'`).join(', ')}], node)`;
    expect(await count(engine, `(select ${rank} as rank, max(${rank}) over (partition by application_id
      order by acted_at rows between unbounded preceding and 1 preceding) as before from officer_action) where rank < before`)).toBe(0);
    const late = `officer_action as a join claim as c using (application_id) where node = 'approval' and acted_at > accepted_at + interval 14 day`;
    expect(await count(engine, `(select c.firm from ${late}) as l anti join truth_noise as n on n.firm = l.firm and n.kind = 'decided_on_eleventh_day'`)).toBe(0);
  });

  it('firms that leave after the refund do so within the year: closed, sold or moved', async () => {
    const first = `(select firm, min(paid_on) as paid_on from claim join conduct using (firm) group by firm)`;
    const left = `registry_change as c join ${first} as p using (firm) where c.changed_on between p.paid_on + 25 and p.paid_on + 335 and
      (c.field in ('status', 'district_code') or (c.field = 'shareholder' and c.changed_share >= 0.5))`;
    const due = await count(engine, `${first} where paid_on + 30 <= date '${CUTOFF}'`);
    const known = await count(engine, `(select distinct c.firm from ${left})`);
    expect(due).toBeGreaterThan(10);
    expect(known).toBeGreaterThanOrEqual(due);
    expect(await count(engine, `(select distinct firm from conduct_effect where behaviour = 'leaves_after_refund' and tax >= 300000)`)).toBe(due);
  });
});
