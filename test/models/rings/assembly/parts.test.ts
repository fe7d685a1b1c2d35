import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { loadPublishedRings, loadRingAssembly, loadRingFindings } from '../../../../models/rings/assemble-rings.ts';
import { checkIdentities } from '../../../../pipeline/features/check-identities.ts';
import { ringTables } from '../../../../pipeline/run/ring-steps.ts';
import { packagePath } from '../../../../pipeline/shared/package-root.ts';
import { shuffled } from '../../../support/delivery.ts';
import { burst } from '../casts/burst.ts';
import { claim, each, ringsOf, sold, staged, type Cast } from '../casts/cast.ts';
import { firms } from '../casts/firm.ts';
import { graft } from '../casts/graft.ts';
import { loop, STEEL } from '../casts/loop.ts';
import { mill } from '../casts/mill.ts';
import { relay } from '../casts/relay.ts';
import { shop } from '../casts/shop.ts';
import { split } from '../casts/split.ts';
import { openRingWorld, words, type Given, type RingWorld } from '../ring-world.ts';

/** Two shells and their buyer B, with the tax of all; whoever else buys is named by the hop over which rings reach it. */
const taxed: Cast = {
  firms: { ...burst().firms, ...each('C D E F G') },
  sales: [
    ...burst().sales.map((sale) => ({ ...sale, tax: sale.pair.endsWith('>B') ? 6500 : 130 })), sold('Y>B', '04-10', 100_000, { tax: 13_000 }),
    sold('B>C', '05-10', 90_000, { tax: 10_000 }), sold('Y>C', '05-11', 90_000, { tax: 10_000 }), sold('C>D', '05-20', 90_000, { tax: 10_000 }),
    sold('S1>E', '04-10', 8000, { tax: 1000 }), sold('B>E', '04-10', 8000, { tax: 1000 }), sold('S1>F', '04-10', 8000, { tax: 1000 }),
    sold('S1>G', '04-10', 8000, { tax: 1000, status: 'void' }), sold('Y>G', '04-10', 8000, { tax: 1000 }),
  ],
  more: { refund_applications: [claim('E', 1234.5)] },
};
const staffedLoop = loop({ firm: { staff: 4 }, days: ['2025-11-01', '2026-01-01', '2026-03-31'], outside: 800_000 });
const CASTS = {
  TAXED: taxed, AMONG: { firms: burst().firms, sales: [...burst().sales.map((sale) => ({ ...sale, tax: 1000 })), sold('S2>S1', '04-01', 8000, { tax: 1000 })] }, LOW: { firms: { ...staffedLoop.firms, ...each('G') }, sales: [...staffedLoop.sales, sold('A>G', '04-10', 8000, { tax: 1000 })] },
  MANY: { ...burst(), sales: [...burst().sales, ...Array.from({ length: 21 }, (_, at) => sold('S1>B', '04-10', 3001 + at)), sold('S1>B', '04-11', 90_000, { status: 'void' }), sold('S1>B', '04-12', -2000, { status: 'red' })] },
  LOOP: { ...loop(), more: { refund_applications: [claim('B')] } }, CLAIMING: { ...relay(), more: { refund_applications: [claim('P')] } },
  // Wood goes the other way round, whole, but over half a year, and most of it is sold elsewhere.
  ROUNDS: { ...loop({ amounts: [100_000, 100_000, 90_000] }), sales: [...loop({ amounts: [100_000, 100_000, 90_000] }).sales, ...loop({ path: 'A>C>B>A', goods: ['1050101'], days: ['2025-07-01', '2025-10-01', '2026-02-01'], outside: 150_000 }).sales] },
  RELAY: relay(), OLD: { ...relay(), firms: { ...relay().firms, ...each('P Q', { staff: 3 }) } }, SWITCH: relay({ goods: ['1020101', STEEL, STEEL] }), SPLIT: split(), MILL: mill(), GRAFT: graft(), SHOP: shop('1090501'), FIRM: firms(),
} satisfies Record<string, Cast>;

let world: RingWorld;
let engine: Engine;
const given = staged(CASTS);
beforeAll(async () => {
  world = await openRingWorld();
  engine = await world.assemble(given);
});
afterAll(() => world.close());

const of = (name: string, alias: string): string => `starts_with(${alias}.party_id, '${name}-')`;
const parts = (name: string): Promise<string[]> => words(engine, `select right(n.party_id, 2) as party, p.role, p.sold_inside_yuan, p.bought_inside_yuan, round(p.share, 4) as share, p.claimed_yuan
  from ring_part as p join parties as n on n.party_key = p.party_key where ${of(name, 'n')} order by n.party_id asc nulls last`);
const exposures = (name: string): Promise<string[]> => words(engine, `select right(n.party_id, 1) as party, x.first_hop_tax_yuan, x.second_hop_tax_yuan, x.bought_tax_yuan, x.exposure, x.claimed_yuan
  from ring_exposure as x join parties as n on n.party_key = x.taxpayer_key where ${of(name, 'n')} order by n.party_id asc nulls last`);

describe('parts of a ring', () => {
  it('say what each sells and buys inside, as a share of all it does', async () => {
    expect(await parts('TAXED')).toEqual(['-B beneficiary 0 100000 0.5 -', 'S1 issuer 50000 0 0.2315 -', 'S2 issuer 50000 0 0.25 -']);
  });

  it('of a loop are its beneficiaries where they claim refunds, of a ladder they stay what they are', async () => {
    expect(await ringsOf(engine, 'LOOP')).toEqual(['closed_loop: A conduit, B beneficiary, C conduit']);
    expect(await ringsOf(engine, 'CLAIMING')).toEqual(['pass_through: E beneficiary, F issuer, P conduit, Q conduit']);
    expect((await parts('CLAIMING'))[2]).toBe('-P conduit 300000 297029.7 1 80000');
  });

  it('trade in the order of the round that counts, other trade beside it', async () => {
    const trade = await words(engine, `select right(s.party_id, 1) || right(b.party_id, 1) as pair, t.hop_no from ring_trade as t join parties as s on s.party_key = t.seller_key
      join parties as b on b.party_key = t.buyer_key where ${of('ROUNDS', 's')} order by t.hop_no asc nulls last, pair asc nulls last`);
    expect(trade).toEqual(['AB 1', 'BC 2', 'CA 3', 'AC -', 'BA -', 'CB -']);
  });
});

describe('tickets', () => {
  it('are the twenty largest invoices of a pair, void and red ones left out', async () => {
    const amounts = await words(engine, `select i.signed_amount from ring_ticket as k join invoices as i on i.invoice_key = k.invoice_key join parties as s on s.party_key = k.seller_key
      where s.party_id = 'MANY-S1' order by k.ticket_no asc nulls last`);
    expect(amounts.map(Number)).toEqual([50_000, ...Array.from({ length: 19 }, (_, at) => 3021 - at)]);
  });

  it('are those of published rings', async () => {
    expect(await words(engine, 'select count(distinct k.ring_no) > 5, count(*) filter (where not s.is_published) from ring_ticket as k join ring_score as s on s.ring_no = k.ring_no')).toEqual(['true 0']);
    expect(await words(engine, `select count(*) from ring_ticket as k join parties as s on s.party_key = k.seller_key where ${of('LOW', 's')}`)).toEqual(['0']);
  });
});

describe('bonds', () => {
  const bonds = (name: string): Promise<string[]> => words(engine, `select k.kind, right(f.party_id, 1) || right(s.party_id, 1) as pair, k.amount_yuan, k.shares_person, k.shares_device
    from ring_bond as k join parties as f on f.party_key = k.first_key join parties as s on s.party_key = k.second_key where ${of(name, 'f')} order by pair asc nulls last`);

  it('say what ties two parties: invoices, or keys that they share', async () => {
    expect(await bonds('LOOP')).toEqual(['closed_loop AB 100000 false false', 'closed_loop BC 100000 false false', 'closed_loop CA 100000 false false']);
    expect(await bonds('MILL')).toEqual(['invoice_mill 12 0 true false', 'invoice_mill 13 0 true false', 'invoice_mill 23 0 true false']);
  });

  it('are those of published rings', async () => {
    expect(await bonds('LOW')).toEqual([]);
  });
});

describe('exposure', () => {
  it('is the share of input tax from rings, what comes over one more hand at half its weight', async () => {
    expect(await exposures('TAXED')).toEqual([
      'B 13000 0 26000 0.5 -',
      // Half of what B bought came from the ring: so did half of the 10,000 it passes on to C, who bought for 20,000.
      'C 0 5000 20000 0.125 -',
      // 1,000 from a shell, and half of 1,000 from B, of 2,000.
      'E 1000 500 2000 0.625 1234.5',
      'F 1000 0 1000 1 -',
    ]);
  });

  it('of what one issuer sells another is counted once, where it is sold on', async () => {
    expect(await exposures('AMONG')).toEqual(['B 2000 0 2000 1 -', '1 1000 0 1000 1 -']);
  });

  it('comes from published rings only', async () => {
    expect(await words(engine, `select distinct s.is_published from ring_score as s join ring_part as p on p.ring_no = s.ring_no join parties as n on n.party_key = p.party_key where ${of('LOW', 'n')}`)).toEqual(['false']);
    expect(await exposures('LOW')).toEqual([]);
  });

  it('lies between nothing and all', async () => {
    expect(await words(engine, 'select count(*) from ring_exposure where not exposure between 0 and 1')).toEqual(['0']);
  });
});

describe('ring tables', () => {
  it.each(['findings', 'assembly', 'published'])('of %s have a text and a description each', (folder) => {
    const files = readdirSync(packagePath('models', 'rings', folder));
    const named = (ending: string): string[] => files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).sort();
    expect(named('.yaml')).toEqual(named('.sql'));
    expect(ringTables().map(({ table }) => table)).toEqual(expect.arrayContaining(named('.sql')));
  });

  it('have a key that is unique, hold their identities, and a row given twice is noticed', async () => {
    expect(await checkIdentities(engine, ringTables())).toEqual([]);
    const filled: string[] = [];
    for (const feature of ringTables()) {
      const [row] = await engine.rows<{ n: number }>(`select count(*) as n from ${feature.table}`);
      if ((row?.n ?? 0) === 0) continue;
      filled.push(feature.table);
      await engine.exec(`create or replace table tampered as select * from ${feature.table} union all (select * from ${feature.table} limit 1)`);
      const offences = await checkIdentities(engine, [{ ...feature, table: 'tampered', identities: [] }]);
      expect(offences.map(({ identity }) => identity), feature.table).toEqual(['unique-key']);
    }
    expect(filled).toEqual(expect.arrayContaining([...loadRingFindings(), ...loadRingAssembly(), ...loadPublishedRings()].map(({ table }) => table)));
  });
});

describe('the same world with its rows in another order', () => {
  it('has the same tables, row by row, ids included', async () => {
    const contents = async (): Promise<Record<string, string>> => {
      const found: Record<string, string> = {};
      for (const { table } of [...ringTables(), { table: 'ring_found' }, { table: 'ring_found_kind' }, { table: 'ring_identity' }, { table: 'round_found' }]) {
        found[table] = (await words(engine, `select coalesce(md5(string_agg(line, chr(10) order by line)), '') as digest from (select cast(t as varchar) as line from ${table} as t)`)).join();
      }
      return found;
    };
    const before = await contents();
    const mixed: Given = Object.fromEntries(Object.entries(given).reverse().map(([table, rows], seed): [string, CaseRow[]] => [table, shuffled(rows, seed + 1)]));
    expect(mixed['invoices']).not.toEqual(given['invoices']);
    engine = await world.assemble(mixed);
    expect(await contents()).toEqual(before);
    expect(before['ring_identity']).toMatch(/^[0-9a-f]{32}$/u);
  });
});
